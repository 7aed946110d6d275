# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Split the content of a field into items, and give each its normalised name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from aumenta.plan.grammar import FieldGrammar, Grammar
from aumenta.plan.model import Alias, FieldName, Framework, Item
from aumenta.plan.reading.document import tidy
from aumenta.plan.reading.sheets import Line

#: Kind of alias that normalises each field.
ALIAS_KINDS: dict[FieldName, str] = {
    "actors": "actor",
    "eu_programmes": "programme",
    "instruments": "instrument",
    "superordinate": "superordinate",
}
#: Framework whose entries name the codes of each field.
FRAMEWORKS: dict[FieldName, str] = {
    "pnrr": "pnrr",
    "pnrr_integration": "pnrr",
    "cohesion": "cohesion",
    "bologna": "bologna",
}


def same(text: str) -> str:
    """A spelling to compare by: no accents, case, punctuation or blanks.

    >>> same("Un’Europa più verde ") == same("Un'Europa piu Verde.")
    True
    """
    folded = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9+]+", "", folded.lower())


@dataclass(frozen=True)
class Splitter:
    """Splits contents by the grammar; `names` are known names that hold a comma and are never cut."""

    grammar: Grammar
    known: dict[str, dict[str, str]]  # kind of alias -> compared spelling -> normalised name
    frameworks: dict[str, Framework]
    uncut: tuple[str, ...]

    def items(self, field: FieldGrammar, lines: list[Line]) -> list[Item]:
        """The items of a field's content, each with its first line."""
        if field.split == "codes":
            return self._by_codes(field, lines)
        if field.split == "lines":
            return [self._item(field, _whole(group), group[0].number) for group in self._joined(lines)]
        known = tuple(self.known.get(ALIAS_KINDS.get(field.field, ""), ()))
        groups = self._joined(lines, known) if field.split == "names" else [lines]
        pieces = [piece for group in groups for piece in self._commas(group)]
        return [self._item(field, text, number) for number, text in pieces]

    def says_none(self, lines: list[Line]) -> bool:
        """Whether the whole content is one of the words for "does not apply"."""
        return tidy(" ".join(line.text for line in lines)).lower() in {
            w.lower() for w in self.grammar.none_words
        }

    def _item(self, field: FieldGrammar, raw: str, number: int) -> Item:
        kind = ALIAS_KINDS.get(field.field)
        plain = raw.rstrip(" .;,") if kind else raw
        name = self.known.get(kind, {}).get(same(plain), plain) if kind else raw
        return Item(name=name, raw=raw, line=number)

    def _joined(self, lines: Iterable[Line], known: Collection[str] | None = None) -> list[list[Line]]:
        """Lines of one item put together.

        A line goes on in the next when a bracket or a quotation is open or when the grammar says so; in fields of
        names (`known` given) also when the next begins small, or when both together are the beginning of a known name
        and the first alone is not one.
        """
        groups: list[list[Line]] = []
        goes_on = False
        for line in lines:
            before = same(_whole(groups[-1])) if groups else ""
            small = known is not None and (line.text[:1].islower() or line.text[:1] in "(&/")
            longer = before + same(line.text)
            named = known is not None and before not in known and any(k.startswith(longer) for k in known)
            if groups and (goes_on or small or named):
                groups[-1].append(line)
            else:
                groups.append([line])
            text = _whole(groups[-1])
            opened = text.count("“") > text.count("”") or text.count("(") > text.count(")")
            goes_on = opened or any(re.search(pattern, line.text) for pattern in self.grammar.continues)
        return groups

    def _commas(self, lines: list[Line]) -> list[tuple[int, str]]:
        """Cut at commas and semicolons outside brackets and known names; the line of a piece is where it begins."""
        text, starts = "", []
        for line in lines:
            starts.append((len(text), line.number))
            text += line.text + " "
        protected = _spans(text, self.uncut)
        pieces: list[tuple[int, str]] = []
        depth = begin = 0
        for place, sign in enumerate(text + ","):
            depth += (sign == "(") - (sign == ")" and depth > 0)
            inside = any(a <= place < b for a, b in protected)
            if (sign in ",;" and depth <= 0 and not inside) or place == len(text):
                piece = text[begin:place]
                if tidy(piece).rstrip(" ."):
                    at = begin + len(piece) - len(piece.lstrip())
                    pieces.append((max(start for start in starts if start[0] <= at)[1], tidy(piece)))
                begin = place + 1
        return pieces

    def _by_codes(self, field: FieldGrammar, lines: list[Line]) -> list[Item]:
        """An item begins where a code does; it ends where the framework's own name is complete."""
        begins = re.compile(field.item or r"(?P<code>\S+)")
        groups: list[tuple[str | None, int, list[str]]] = []
        names = self._entry_names(field.field)
        for line in lines:
            found = begins.match(line.text)
            if found:
                groups.append((tidy(found["code"]).rstrip("."), line.number, [line.text]))
            elif groups and (
                line.text.startswith("(")
                or groups[-1][0] is None
                or not self._complete(groups[-1], names, begins)
            ):
                groups[-1][2].append(line.text)
            else:
                groups.append((None, line.number, [line.text]))
        return [
            Item(name=code or tidy(" ".join(texts)), raw=tidy(" ".join(texts)), line=number)
            for code, number, texts in groups
        ]

    def _entry_names(self, field: FieldName) -> dict[str, str]:
        framework = self.frameworks.get(FRAMEWORKS.get(field, ""))
        return {entry.code: same(entry.name.it) for entry in framework.items} if framework else {}

    @staticmethod
    def _complete(
        group: tuple[str | None, int, list[str]], names: dict[str, str], begins: re.Pattern[str]
    ) -> bool:
        code, _, texts = group
        whole = tidy(" ".join(texts))
        found = begins.match(whole)
        return code in names and bool(found) and same(whole[found.end() :] if found else "") == names[code]


def _whole(lines: list[Line]) -> str:
    return tidy(" ".join(line.text for line in lines))


def _spans(text: str, names: Iterable[str]) -> list[tuple[int, int]]:
    """Where known names that hold a comma stand in a text, whatever their case and blanks."""
    spans = []
    for name in names:
        pattern = r"\s+".join(re.escape(word) for word in name.split())
        spans += [found.span() for found in re.finditer(pattern, text.replace("’", "'"), re.IGNORECASE)]
    return spans


def known_names(aliases: list[Alias]) -> dict[str, dict[str, str]]:
    """For each kind of alias, the compared spelling of every name and alias -> the normalised name."""
    known: dict[str, dict[str, str]] = {}
    for alias in aliases:
        for spelling in (alias.name, *alias.aliases):
            known.setdefault(alias.kind, {})[same(spelling)] = alias.name
    return known


def names_with_commas(aliases: list[Alias]) -> tuple[str, ...]:
    """Known spellings that hold a comma, longest first."""
    found = {s.replace("’", "'") for a in aliases for s in (a.name, *a.aliases) if "," in s or ";" in s}
    return tuple(sorted(found, key=lambda s: (-len(s), s)))
