# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A text in the languages of the interface."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Text(BaseModel):
    """A text in Italian and English.

    >>> Text(it="montagna", en="mountain").get("it")
    'montagna'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    it: str
    en: str

    def get(self, language: str) -> str:
        """The text in one language; English for any language that packs do not speak."""
        return self.it if language == "it" else self.en


def italian_share(written: str) -> str:
    """A number or percentage with its Italian article.

    >>> [italian_share(text) for text in ("35,5%", "8,5%", "11%", "1,5%", "0,2%", "18%", "meno di 1%")]
    ['il 35,5%', 'l’8,5%', 'l’11%', 'l’1,5%', 'lo 0,2%', 'il 18%', 'meno di 1%']
    """
    whole = written.split(",", maxsplit=1)[0].rstrip("%\u00a0 ").replace(".", "")
    if not whole.isdigit():
        return written
    if whole == "0":
        return f"lo {written}"
    return f"l’{written}" if whole in ("1", "11") or whole.startswith("8") else f"il {written}"
