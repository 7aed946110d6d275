# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plan as the twin gives it: a `Plan` whose actions know what they are tied to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import PrivateAttr

from aumenta.plan.model import Action, IndicatorLink, Plan

if TYPE_CHECKING:
    from aumenta.plan.connections import Connection


class TwinAction(Action):
    """An action of the twin's plan."""

    _plan: Plan = PrivateAttr()

    def indicators(self) -> list[IndicatorLink]:
        """Indicators that the office lets speak for this action, with why."""
        editorial = self._plan.editorial_of(self.code)
        return list(editorial.indicators) if editorial else []

    def connections(self) -> list[Connection]:
        """Ties to other actions, typed and explained, strongest first (see `aumenta.plan.connections`)."""
        from aumenta.plan.connections import connections  # noqa: PLC0415 - only when asked

        return connections(self._plan, self.code)


class TwinPlan(Plan):
    """The plan of a twin."""

    def action(self, code: str) -> TwinAction:
        """The action of that code; `KeyError` names the code when there is none."""
        found = super().action(code)
        bound = TwinAction.model_construct(**{name: getattr(found, name) for name in Action.model_fields})
        bound._plan = self
        return bound
