# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Reports of many places, written to a folder by several processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from aumenta.access.spawned import without_the_script
from aumenta.errors import AumentaError, Problem
from aumenta.publish.report import report_html, report_pdf
from aumenta.publish.report_data import Place, Shared, chosen, plain, share
from aumenta.publish.report_words import Words
from aumenta.twin.facade import Twin, open_twin

#: Told after each report: how many are written, of how many, and the last file.
Progress = Callable[[int, int, Path], None]
FORMATS = ("pdf", "html")
#: Fewer places than this are not worth a second process.
FEW = 4
_shared: Shared | None = None


def write_reports(
    twin: Twin,
    wanted: str,
    language: str = "it",
    into: Path = Path("reports"),
    form: str = "pdf",
    processes: int | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the reports of `all`, or of the place of that id or name; gives the files in the order of the places.

    `processes` (default: one a core) share the places. A file is whole or not there. Raises `AumentaError` for a place,
    language or format that there is not, a folder that cannot be written, and where PDF cannot be made.
    """
    Words(language)
    if form not in FORMATS:
        problem = Problem("no such format", field="--format", found=form, expected=" or ".join(FORMATS))
        raise AumentaError("The report cannot be made.", [problem])
    shared = share(twin)
    places = chosen(shared, wanted)
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(into, error) from None
    files = [into / file_name(place, language, form) for place in places]
    count = processes or os.cpu_count() or 1
    if count == 1 or len(places) < FEW:
        for number, (place, file) in enumerate(zip(places, files, strict=True), 1):
            _write(shared, place, language, file)
            if progress:
                progress(number, len(places), file)
        return files
    _share_out(twin, places, language, files, min(count, len(places)), progress)
    return files


def file_name(place: Place, language: str, form: str) -> str:
    """Name of the file of a place.

    >>> file_name(Place("001001", "municipality", "Agliè", None, None, None, None, None, ()), "it", "pdf")
    '001001-aglie.it.pdf'
    """
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in place.id)
    return f"{safe}-{plain(place.name).replace(' ', '-')}.{language}.{form}"


def _share_out(
    twin: Twin,
    places: Sequence[Place],
    language: str,
    files: Sequence[Path],
    count: int,
    progress: Progress | None,
) -> None:
    context = multiprocessing.get_context("spawn")
    start = (str(twin.root), twin.build)
    with ProcessPoolExecutor(count, mp_context=context, initializer=_open, initargs=start) as pool:
        with without_the_script():
            jobs = {
                pool.submit(_one, place, language, file): file
                for place, file in zip(places, files, strict=True)
            }
        try:
            for number, job in enumerate(as_completed(jobs), 1):
                job.result()
                if progress:
                    progress(number, len(places), jobs[job])
        except BrokenProcessPool:
            problem = Problem(
                "a process ended before its report was written", expected="more memory, or --processes 1"
            )
            raise AumentaError("The reports were not all written.", [problem]) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _open(root: str, build: str) -> None:
    """Open the twin in a worker; the interrupt is left to the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    twin = open_twin(root)
    if twin.build != build:
        problem = Problem("another build was published meanwhile", found=twin.build, expected=build)
        raise AumentaError("The reports were not all written; run the command again.", [problem])
    globals()["_shared"] = share(twin)


def _one(place: Place, language: str, file: Path) -> None:
    if _shared is None:
        raise RuntimeError("the twin is opened when a worker starts")
    _write(_shared, place, language, file)


def _write(shared: Shared, place: Place, language: str, file: Path) -> None:
    made = (
        report_pdf(shared, place, language)
        if file.suffix == ".pdf"
        else report_html(shared, place, language).encode()
    )
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_bytes(made)
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _refused(file, error) from None


def _refused(path: Path, error: OSError) -> AumentaError:
    return AumentaError("The report cannot be written.", [Problem(error.strerror or str(error), str(path))])
