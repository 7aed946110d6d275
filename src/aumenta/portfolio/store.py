# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Portfolios of a twin on disk, outside the builds: `<twin>/portfolios/`.

<portfolio>/result.json             a finished portfolio; it says what was asked, and of which runs it is made
.unfinished-<portfolio>/            one that is being computed; its progress.json is read by pages. What was computed
                                    lies in the runs of the scenarios: one that is cut off loses one run at most
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aumenta.errors import PortfolioError, Problem
from aumenta.portfolio.model import SCHEMA_VERSION, Result
from aumenta.store.unfinished import Unfinished, tell_progress

FOLDER = "portfolios"
RESULT = "result.json"
_NAME = re.compile(r"^[0-9a-f]{16}$")


@dataclass(frozen=True)
class Portfolios:
    """Finished portfolios of the twin in a folder."""

    twin: Path

    @property
    def folder(self) -> Path:
        """Where portfolios lie."""
        return self.twin / FOLDER

    def names(self) -> list[str]:
        """Names of the finished portfolios, oldest first."""
        found = [path for path in self.folder.glob(f"*/{RESULT}") if _NAME.match(path.parent.name)]
        return [path.parent.name for path in sorted(found, key=lambda one: (one.stat().st_mtime_ns, one))]

    def has(self, portfolio: str) -> bool:
        """Whether a portfolio is finished."""
        return bool(_NAME.match(portfolio)) and (self.folder / portfolio / RESULT).is_file()

    def read(self, portfolio: str) -> Result:
        """A finished portfolio. Raises `PortfolioError` when there is none, or it cannot be read."""
        if not self.has(portfolio):
            problem = Problem("no such portfolio", found=portfolio[:40], expected="aumenta portfolio run")
            raise PortfolioError("The portfolio was not found.", [problem])
        path = self.folder / portfolio / RESULT
        try:
            data = json.loads(path.read_bytes())
            if data.get("schema_version") != SCHEMA_VERSION:
                problem = Problem("written by another version; run the portfolio again", str(path))
                raise PortfolioError("The portfolio cannot be read.", [problem])
            return Result.model_validate(data)
        except (OSError, ValueError, AttributeError, ValidationError):
            problem = Problem("damaged; run the portfolio again", str(path))
            raise PortfolioError("The portfolio cannot be read.", [problem]) from None

    def of_scenarios(self, scenarios: list[str]) -> list[Result]:
        """Finished portfolios of these scenarios in any order, oldest first; damaged ones are left out."""
        found = []
        for name in self.names():
            with contextlib.suppress(PortfolioError):
                found.append(self.read(name))
        return [one for one in found if sorted(one.ids) == sorted(scenarios)]

    def write(self, result: Result) -> None:
        """Keep a finished portfolio, whole or not at all."""
        folder = self.folder / result.portfolio
        try:
            folder.mkdir(parents=True, exist_ok=True)
            part = folder / f"{RESULT}.part-{os.getpid()}"
            part.write_text(result.model_dump_json() + "\n", encoding="utf-8", newline="\n")
            part.replace(folder / RESULT)
        except OSError as error:
            raise _cannot_write(folder, error) from None

    def progress(self, portfolio: str) -> dict[str, Any] | None:
        """What a portfolio that is being computed last said, whatever process computes it; None where none does.

        One that was cut off is not being computed, though what it said last still lies there.
        """
        work = self._work(portfolio)
        return work.progress() if work.at_work() else None

    @contextlib.contextmanager
    def computing(self, portfolio: str) -> Iterator[Callable[[Mapping[str, Any]], None]]:
        """For as long as a portfolio is being computed: what writes its progress beside it.

        Raises `PortfolioError` when the same one is being computed by another process.
        """
        work = self._work(portfolio)
        try:
            with work.held() as ours:
                if not ours:
                    problem = Problem(
                        "being computed already", found=portfolio, expected="wait for it to end"
                    )
                    raise PortfolioError("The portfolio was not started.", [problem])
                with work.emptied() as folder:
                    yield partial(tell_progress, folder)
        except OSError as error:
            raise _cannot_write(work.folder, error) from None

    def _work(self, portfolio: str) -> Unfinished:
        return Unfinished(self.folder, portfolio)


def _cannot_write(folder: Path, error: OSError) -> PortfolioError:
    expected = "a folder to write in, with room"
    problem = Problem(error.strerror or str(error), str(error.filename or folder), expected=expected)
    return PortfolioError("The portfolio cannot be written.", [problem])
