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
