# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The grammar of a published plan: `grammar.yaml` of the pack. What the reader knows of a document is here, as data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from aumenta.plan.model import FieldName
from aumenta.store.yaml_files import validate

#: How the content of a field becomes items: not at all; one a line (continued by rule); one a line and at commas;
#: at commas whatever the lines; each where a code begins.
Split = Literal["text", "lines", "names", "commas", "codes"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


class FieldGrammar(_Strict):
    """One labelled field of the sheet: the label as it begins a line, and how its content is split."""

    field: FieldName
    label: str = Field(
        description="Regular expression at the start of a line; what follows on the line is content."
    )
    split: Split
    item: str | None = Field(
        None, description="For split codes: where an item begins; group `code` names it."
    )
    shown: str | None = Field(
        None, description="The label as it should be printed; other prints are kept and reported."
    )
    label_more: str | None = Field(None, description="The label's second line, when it is printed on two.")
    inside: FieldName | None = Field(None, description="The field that this one continues (an inner label).")
    sheet: bool = Field(False, description="Stands once for all actions of the sheet.")

    _check = field_validator("label", "label_more", "item")(lambda v: _compiles(v) if v else v)


class AxisName(_Strict):
    """A line outside the sheets that names an axis; group `name` is the name."""

    code: str
    pattern: str

    _check = field_validator("pattern")(_compiles)


class Grammar(_Strict):
    """How a published document is laid out."""

    language: str
    begins: str = Field(description="Sheets are looked for after the first line that fits this.")
    strategy: str = Field(description="First line of a sheet; groups `code` and `title`.")
    page: str | None = Field(
        None,
        description="A sheet's first line, blanks kept, that begins a page; links belong to examples of their page.",
    )
    axis: str = Field(description="Line of the axis on a sheet; groups `code` and `name`.")
    action: str = Field(description="First line of an action; groups `code` and `title`.")
    ends: list[str] = Field(
        description="Lines that end the last sheet before other matter (an axis opening, the credits)."
    )
    closes: str | None = Field(
        None,
        description="A line that stands after the last sheet of a whole document; without it the document is cut.",
    )
    listed: str = Field(
        description="A strategy or an action in the document's lists; groups `code` and `title`."
    )
    lists_begin: str = Field(description="The lists are looked for after the first line that fits this.")
    axis_names: list[AxisName] = Field([], description="Where else the document names an axis.")
    passed_over: list[str] = Field([], description="Lines of a sheet that hold no fact (icons' labels).")
    noise: list[str] = Field(
        [], description="Page headers, page numbers, vertical text: left out wherever they stand."
    )
    none_words: list[str] = Field(description="Whole contents that say the field does not apply.")
    continues: list[str] = Field([], description="A line that ends so goes on in the next (for split lines).")
    fields: list[FieldGrammar]

    _check = field_validator("begins", "lists_begin", "strategy", "axis", "action", "listed")(_compiles)
    _check_given = field_validator("page", "closes")(lambda v: _compiles(v) if v else v)
    _check_lists = field_validator("ends", "passed_over", "noise", "continues")(
        lambda values: [_compiles(v) for v in values]
    )

    @field_validator("strategy", "action", "listed")
    @classmethod
    def _has_groups(cls, pattern: str) -> str:
        if not {"code", "title"} <= set(re.compile(pattern).groupindex):
            raise ValueError("needs the groups (?P<code>...) and (?P<title>...)")
        return pattern


def load_grammar(folder: Path) -> Grammar:
    """Read the grammar of a plan's folder."""
    return validate(Grammar, folder / "grammar.yaml")
