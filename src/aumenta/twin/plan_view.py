# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plan as the twin gives it: a `Plan` whose actions know what they are tied to."""

from __future__ import annotations

from typing import Any

from pydantic import PrivateAttr

from aumenta.errors import Problem, TwinError
from aumenta.plan.model import Action, IndicatorLink, Plan


class TwinAction(Action):
    """An action of the twin's plan."""

    _plan: Plan = PrivateAttr()

    def indicators(self) -> list[IndicatorLink]:
        """Indicators that the office lets speak for this action, with why."""
        editorial = self._plan.editorial_of(self.code)
        return list(editorial.indicators) if editorial else []

    def connections(self, **options: Any) -> list[Any]:
        """Ties to other actions, typed and explained (see `aumenta.plan.connections`)."""
        from aumenta.plan import connections  # noqa: PLC0415 - only when asked

        return list(connections.connections_of(self._plan, self.code, **options))


class TwinPlan(Plan):
    """The plan of a twin."""

    def action(self, code: str) -> TwinAction:
        """The action of that code; `TwinError` when there is none."""
        try:
            found = super().action(code)
        except KeyError:
            raise TwinError("The action is not known.", [Problem("no such action", found=code)]) from None
        bound = TwinAction.model_construct(**{name: getattr(found, name) for name in Action.model_fields})
        bound._plan = self
        return bound
