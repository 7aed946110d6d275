# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The report of a place, made when somebody asks for it on the place's page: as PDF where that can be, and as HTML."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from importlib.util import find_spec
from threading import Lock

from starlette.exceptions import HTTPException

from aumenta.publish.report import can_pdf, report_html, report_pdf
from aumenta.publish.report_data import LEVELS, Place, Shared, share
from aumenta.publish.report_run import FORMATS, file_name
from aumenta.twin.facade import Twin
from aumenta.web.i18n import LANGUAGES
from aumenta.web.site import File, NotFoundError

#: Reports that are kept, so that one that came too late for who asked is there for the next question.
KEPT = 24
_TYPES = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}


class Reports:
    """The reports of one build, made one at a time: each takes a second or two and all of a core."""

    def __init__(self, twin: Twin, patience: float) -> None:
        self._twin = twin
        self._patience = patience
        self._turn = Lock()
        self._made: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()

    def able(self, level: str) -> bool:
        """Whether places of a level have a report in this build."""
        return level in LEVELS and "values.parquet" in self._twin.manifest.files

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The formats that pages offer: PDF where WeasyPrint is installed; whether it works is seen in use."""
        return FORMATS if find_spec("weasyprint") else ("html",)

    @cached_property
    def _formats(self) -> tuple[str, ...]:
        return FORMATS if can_pdf() else ("html",)

    @cached_property
    def _shared(self) -> Shared:
        return share(self._twin)

    def file(self, identifier: str, language: str, form: str) -> File:
        """The report of a place; HTML where PDF is asked for and cannot be made.

        Raises `NotFoundError` for what there is no report of, and answers 503 when it takes too long to get a turn.
        """
        if language not in LANGUAGES or form not in FORMATS or not self.able(LEVELS[0]):
            raise NotFoundError(identifier)
        if not self._turn.acquire(timeout=self._patience):
            raise HTTPException(503)
        try:
            place = self._shared.places.get(identifier)
            if place is None or place.level not in LEVELS:
                raise NotFoundError(identifier)
            form = form if form in self._formats else "html"
            content = self._content(place, language, form)
        finally:
            self._turn.release()
        return File(content, _TYPES[form], file_name(place, language, form))

    def _content(self, place: Place, language: str, form: str) -> bytes:
        key = (place.id, language, form)
        if key not in self._made:
            self._made[key] = (
                report_pdf(self._shared, place, language)
                if form == "pdf"
                else report_html(self._shared, place, language).encode()
            )
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        return self._made[key]
