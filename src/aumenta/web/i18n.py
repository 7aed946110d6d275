# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Languages of the pages: catalogues, choice of the language, and how a language speaks and writes numbers.

Sources are written in English; `locales/<language>/*.po` translate them. All files of a folder are read
together at start (no compiled files), so that each group of pages can keep its own.
"""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from aumenta.errors import Problem, ServeError
from aumenta.values.text import Text
from aumenta.web import numbers

LANGUAGES = ("it", "en")
LOCALES = Path(__file__).resolve().parent / "locales"
COOKIE = "aumenta_language"


@dataclass(frozen=True)
class Language:
    """One language of the interface: translates, picks the text of a pair, writes numbers."""

    code: str

    @cached_property
    def locale(self) -> Locale:
        """Babel's locale."""
        return Locale.parse(self.code)

    @cached_property
    def translations(self) -> gettext.NullTranslations:
        """All catalogues of the language in one."""
        return load_translations(self.code)

    def gettext(self, message: str) -> str:
        """The message in this language."""
        return self.translations.gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The message in this language, for that many."""
        return self.translations.ngettext(one, many, number)

    def text(self, text: Text | None) -> str:
        """The side of a pair of texts that this language reads; nothing for nothing."""
        return text.get(self.code) if text is not None else ""

    def number(self, value: float | None, decimals: int | None = None) -> str:
        """A number in full, for tables (`1.234,5`); a dash for none."""
        return numbers.full(value, self.locale, decimals)

    def rounded(self, value: float | None) -> str:
        """A number for sentences: at most three significant figures (`2,25 milioni`)."""
        return numbers.rounded(value, self.locale)

    def percent(self, share: float | None) -> str:
        """A share from 0 to 1 for sentences (`61,1%`)."""
        return numbers.percent(share, self.locale)

    def period(self, text: str) -> str:
        """A period of the long table in words (`1 gen 2023`)."""
        return numbers.period(text, self.locale)


@cache
def load_translations(language: str, folder: Path = LOCALES) -> gettext.NullTranslations:
    """Read all `.po` files of a language into one catalogue; `ServeError` names a file that cannot be read."""
    whole = Catalog(locale=language)
    for path in sorted((folder / language).glob("*.po")):
        try:
            part = read_po(io.BytesIO(path.read_bytes()), locale=language, abort_invalid=True)
        except (PoFileError, ValueError) as error:
            problem = Problem(str(error), file=f"locales/{language}/{path.name}")
            raise ServeError("A catalogue of the interface cannot be read.", [problem]) from None
        for message in part:
            if message.id and message.string and not message.fuzzy:
                whole.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def choose_language(cookie: str | None, accept_language: str | None) -> str:
    """The language to greet somebody in: the one remembered, else the first one asked for that we speak.

    >>> choose_language(None, "de;q=0.9, en-GB;q=0.8, it;q=0.1")
    'en'
    """
    if cookie in LANGUAGES:
        return cookie
    wishes: list[tuple[float, int, str]] = []
    for position, wish in enumerate((accept_language or "").split(",")[:20]):
        tag, _, quality = wish.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        wishes.append((-weight, position, tag.split("-")[0].lower()))
    return next((tag for weight, _, tag in sorted(wishes) if weight < 0 and tag in LANGUAGES), LANGUAGES[0])
