# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plan as its pages need it: the tree with titles in both languages, neighbours and names of framework items.

Made once at start from `aumenta.plan.model.Plan`, then only looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aumenta.plan.model import Action, ActionEditorial, FrameworkItem, Plan, Strategy
from aumenta.values.text import Text

#: Field of a sheet -> id of the framework whose codes it holds.
FRAMEWORK_OF = {
    "pnrr": "pnrr",
    "pnrr_integration": "pnrr",
    "cohesion": "cohesion",
    "eu_programmes": "eu_programmes",
    "bologna": "bologna",
}
#: Field of a sheet -> kind of the names it holds, as aliases say it.
KIND_OF = {
    "actors": "actor",
    "eu_programmes": "programme",
    "instruments": "instrument",
    "superordinate": "superordinate",
}


@dataclass(frozen=True)
class ActionNode:
    """An action in the tree."""

    action: Action
    title: Text
    axis: str
    strategy: str
    editorial: ActionEditorial | None

    @property
    def code(self) -> str:
        """Code of the action."""
        return self.action.code


@dataclass(frozen=True)
class StrategyNode:
    """A strategy in the tree."""

    strategy: Strategy
    title: Text
    summary: Text | None
    actions: tuple[ActionNode, ...]

    @property
    def code(self) -> str:
        """Code of the strategy."""
        return self.strategy.code

    @property
    def axis(self) -> str:
        """Code of its axis."""
        return self.strategy.axis


@dataclass(frozen=True)
class AxisNode:
    """An axis in the tree."""

    code: str
    title: Text
    goal: str
    line: int
    other_names: tuple[tuple[str, int | None], ...]
    strategies: tuple[StrategyNode, ...]

    @property
    def actions(self) -> list[ActionNode]:
        """Its actions in order."""
        return [action for strategy in self.strategies for action in strategy.actions]


@dataclass(frozen=True)
class PlanIndex:
    """The whole tree, and lookups by code."""

    plan: Plan
    axes: tuple[AxisNode, ...]
    strategies: Mapping[str, StrategyNode]
    actions: Mapping[str, ActionNode]
    framework_items: Mapping[tuple[str, str], FrameworkItem]
    order: tuple[str, ...]
    names_en: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, plan: Plan) -> PlanIndex:
        """Index a plan."""
        strategies = {strategy.code: _strategy(plan, strategy) for strategy in plan.strategies}
        actions = {action.code: action for node in strategies.values() for action in node.actions}
        axes = tuple(
            AxisNode(
                code=axis.code,
                title=Text(it=axis.title, en=axis.title_en),
                goal=axis.goal,
                line=axis.line,
                other_names=tuple((n.name, n.line) for n in axis.names if n.name != axis.title),
                strategies=tuple(node for node in strategies.values() if node.axis == axis.code),
            )
            for axis in plan.about.axes
        )
        items = {(f.id, item.code): item for f in plan.frameworks.values() for item in f.items}
        english: dict[tuple[str, str], str] = {
            (alias.kind, alias.name): alias.name_en for alias in plan.aliases if alias.name_en
        }
        return cls(plan, axes, strategies, actions, items, tuple(actions), english)

    def axis(self, code: str) -> AxisNode | None:
        """The axis of that code."""
        return next((axis for axis in self.axes if axis.code == code), None)

    def neighbours(self, code: str) -> tuple[ActionNode | None, ActionNode | None]:
        """The actions before and after one, in the order of the plan."""
        at = self.order.index(code)
        before = self.actions[self.order[at - 1]] if at else None
        after = self.actions[self.order[at + 1]] if at + 1 < len(self.order) else None
        return before, after

    def framework_item(self, field_name: str, code: str) -> FrameworkItem | None:
        """The entry of the framework that a field of the sheet refers to, where the plan knows it."""
        return self.framework_items.get((FRAMEWORK_OF.get(field_name, field_name), code))

    def name_in(self, language: str, field_name: str, name: str) -> str:
        """What an actor, programme or instrument is called in a language; else as the document calls it."""
        if language == "it":
            return name
        return self.names_en.get((KIND_OF.get(field_name, field_name), name), name)


def _strategy(plan: Plan, strategy: Strategy) -> StrategyNode:
    editorial = plan.editorial.get(strategy.code)
    titles_en = editorial.titles_en if editorial else {}
    written = editorial.actions if editorial else {}
    actions = tuple(
        ActionNode(
            action=action,
            title=Text(it=action.title, en=titles_en.get(action.code, action.title)),
            axis=strategy.axis,
            strategy=strategy.code,
            editorial=written.get(action.code),
        )
        for action in strategy.actions
    )
    title = Text(it=strategy.title, en=editorial.title_en if editorial else strategy.title)
    return StrategyNode(strategy, title, editorial.summary if editorial else None, actions)
