# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""From a document to strategies: sheets put together by strategy, fields split, lines kept, nothing mended."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from aumenta.errors import DocumentError, Problem
from aumenta.plan.grammar import FieldGrammar, Grammar
from aumenta.plan.model import (
    Action,
    Alias,
    Axis,
    DocumentRef,
    Example,
    FieldFact,
    FieldName,
    Framework,
    Item,
    PlanFile,
    Strategy,
)
from aumenta.plan.reading.document import Document, tidy
from aumenta.plan.reading.items import Splitter, known_names, names_with_commas, same
from aumenta.plan.reading.links import pairs
from aumenta.plan.reading.sheets import ActionBlock, Line, Segment, Sheet, matcher, sheets_of


@dataclass(frozen=True)
class Reading:
    """What was read: the strategies, the plan's file with what the document says, and the lines no rule claims."""

    about: PlanFile
    strategies: list[Strategy]
    sheets: int
    lone_links: list[Line] = field(default_factory=list)
    unassigned: list[Line] = field(default_factory=list)


def read_document(
    document: Document,
    grammar: Grammar,
    about: PlanFile,
    frameworks: dict[str, Framework],
    aliases: list[Alias],
) -> Reading:
    """Read a document by a grammar.

    `about` gives what a document does not say of itself (publisher, English titles); its fingerprint and the names
    of the axes are read anew. Raises `DocumentError` when no sheet is found, when the document lacks sheets that its
    own list of actions announces, and when codes are printed twice or under another strategy.
    """
    sheets = sheets_of(document, grammar)
    if not sheets:
        problem = Problem(
            "no sheet found", document.name, found=f"{len(document.lines)} lines", expected=grammar.strategy
        )
        raise DocumentError("The document does not follow the grammar of the pack.", [problem])
    listed = _listed_titles(document, grammar)
    _require_whole(document, sheets, listed, grammar)
    _require_codes(document, sheets, {axis.code for axis in about.axes})
    splitter = Splitter(grammar, known_names(aliases), frameworks, names_with_commas(aliases))
    examples, lone = _examples_by_action(sheets, splitter, grammar)
    by_code: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        by_code.setdefault(sheet.code, []).append(sheet)
    strategies = [_strategy(code, group, splitter, examples, listed) for code, group in by_code.items()]
    unassigned = [line for sheet in sheets for line in sheet.unassigned]
    return Reading(_about(document, grammar, about), strategies, len(sheets), lone, unassigned)


def _listed_titles(document: Document, grammar: Grammar) -> dict[str, str]:
    """Titles of strategies and actions as the document's own lists give them, continued lines joined."""
    listed, begins, sheet = map(re.compile, (grammar.listed, grammar.lists_begin, grammar.begins))
    is_axis = matcher([grammar.axis, *(name.pattern for name in grammar.axis_names)])
    titles: dict[str, str] = {}
    open_code: str | None = None
    begun = in_sheets = False
    for raw in document.lines:
        text = tidy(raw)
        if not begun:
            begun = bool(begins.match(text))
            continue
        in_sheets = in_sheets or bool(sheet.match(text))
        found = listed.match(text)
        if found and in_sheets and found["code"].count(".") == 1:
            found = None  # on the sheets a code of two figures is a framework's
        if found and found["code"] not in titles:
            open_code = found["code"]
            titles[open_code] = tidy(found["title"])
        elif open_code and text[:1].islower() and not is_axis(text):
            titles[open_code] += f" {text}"
        else:
            open_code = None
    return titles


def _require_whole(document: Document, sheets: list[Sheet], listed: dict[str, str], grammar: Grammar) -> None:
    """A document that announces actions and does not bring their sheets, or lacks its last lines, is cut."""
    found = {block.code for sheet in sheets for block in sheet.actions}
    announced = {code for code in listed if code.count(".") == 2}
    strategies = {code for code in listed if code.count(".") == 1}
    missing = sorted((announced - found) | (strategies - {sheet.code for sheet in sheets}))
    problems = [
        Problem(
            "announced in the document's list, but its sheet is not there",
            document.name,
            field=code,
            found=listed[code],
        )
        for code in missing
    ]
    after = document.lines[sheets[-1].line :]
    if grammar.closes and not any(map(matcher([grammar.closes]), map(tidy, after))):
        last = len(document.lines)
        problem = Problem("the document ends inside its last sheet", document.name, row=last)
        problems.append(replace(problem, expected=grammar.closes))
    if problems:
        raise DocumentError("The document is cut: sheets are missing.", problems)


def _require_codes(document: Document, sheets: list[Sheet], axes: set[str]) -> None:
    """Codes must tell where an action belongs: once each, under its strategy, under an axis that the pack has."""
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for sheet in sheets:
        if sheet.code.partition(".")[0] not in axes:
            problem = Problem("the pack has no such axis", document.name, row=sheet.line, found=sheet.code)
            problems.append(replace(problem, expected="an axis of " + ", ".join(sorted(axes))))
        for block in sheet.actions:
            place = Problem("", document.name, row=block.line, found=block.code)
            if block.code in seen:
                problems.append(
                    replace(place, message=f"action printed twice, first on row {seen[block.code]}")
                )
            if block.code.rpartition(".")[0] != sheet.code:
                problems.append(
                    replace(place, message="action on another strategy's sheet", expected=sheet.code)
                )
            seen.setdefault(block.code, block.line)
    if problems:
        raise DocumentError("The document's codes do not tell where actions belong.", problems)


def _strategy(
    code: str,
    sheets: list[Sheet],
    splitter: Splitter,
    examples: dict[str, list[Example]],
    listed: dict[str, str],
) -> Strategy:
    first = sheets[0]
    title, rest = _title(first.head, listed.get(code))
    description = (
        FieldFact(state="filled", line=rest[0].number, end=rest[-1].number)
        if rest
        else FieldFact(state="absent")
    )
    announced = listed.get(code)
    return Strategy(
        code=code,
        title=title,
        axis=code.partition(".")[0],
        line=first.line,
        description=description,
        listed_title=announced if announced and _print(announced) != _print(title) else None,
        actions=[_action(block, sheet, splitter, examples) for sheet in sheets for block in sheet.actions],
    )


def _print(title: str) -> str:
    """A title to compare with another print of it: the kind of apostrophe and a full stop at the end say nothing."""
    return title.replace("’", "'").rstrip(" .")


def _title(lines: list[Line], listed: str | None) -> tuple[str, list[Line]]:
    """Where the title ends and the description begins: the document's own list says how long the title is."""
    if not listed:
        return lines[0].text, lines[1:]
    wanted = same(listed)
    best, size = 1, -1
    for count in range(1, len(lines) + 1):
        got = same(" ".join(line.text for line in lines[:count]))
        common = next(
            (n for n, (a, b) in enumerate(zip(got, wanted, strict=False)) if a != b),
            min(len(got), len(wanted)),
        )
        score = 2 * common - len(got)
        if score > size:
            best, size = count, score
    return tidy(" ".join(line.text for line in lines[:best])), lines[best:]


def _action(
    block: ActionBlock, sheet: Sheet, splitter: Splitter, examples: dict[str, list[Example]]
) -> Action:
    title = tidy(" ".join(line.text for line in block.title))
    facts: dict[FieldName, FieldFact] = {}
    items: dict[FieldName, list[Item]] = {}
    for known in splitter.grammar.fields:
        segments = [s for s in (sheet.segments if known.sheet else block.segments) if s.name == known.field]
        if known.inside and not segments:
            continue  # an inner label is no part of every sheet
        facts[known.field], found = _field(known, segments, splitter)
        if known.split != "text" and known.field != "examples":
            items[known.field] = found
    return Action(
        code=block.code,
        title=title,
        title_raw=tidy(f"{block.code} {title}"),
        line=block.line,
        sheet=sheet.line,
        fields=facts,
        examples=examples.get(block.code, []),
        **items,
    )


def _field(known: FieldGrammar, segments: list[Segment], splitter: Splitter) -> tuple[FieldFact, list[Item]]:
    if not segments:
        return FieldFact(state="absent"), []
    lines = [line for segment in segments for line in segment.lines]
    label = next((s.label for s in segments if s.label is not None), None)
    if not lines:
        return FieldFact(state="empty", line=label, end=label), []
    first, last = label if label is not None else lines[0].number, lines[-1].number
    if splitter.says_none(lines):
        return FieldFact(state="none_declared", line=first, end=last), []
    prints = {s.label_text for s in segments}
    printed = (
        "" if label is None else " / ".join(sorted(prints - {known.shown})) or None if known.shown else None
    )
    fact = FieldFact(state="filled", line=first, end=last, label=printed)
    return fact, [] if known.split == "text" else [
        i for s in segments for i in splitter.items(known, s.lines)
    ]


def _examples_by_action(
    sheets: list[Sheet], splitter: Splitter, grammar: Grammar
) -> tuple[dict[str, list[Example]], list[Line]]:
    """Examples of every action with their links, and the links without example.

    A page is the sheets up to the one that carries links, or to the next that begins a page.
    """
    known = next(f for f in grammar.fields if f.field == "examples")
    result: dict[str, list[Example]] = {}
    page: list[Sheet] = []
    lone: list[Line] = []
    for number, sheet in enumerate(sheets):
        page.append(sheet)
        following = sheets[number + 1 : number + 2]
        if not sheet.links and following and not following[0].new_page:
            continue
        named = [
            (block.code, item)
            for one in page
            for block in one.actions
            for segment in block.segments
            if segment.name == "examples" and not splitter.says_none(segment.lines)
            for item in splitter.items(known, segment.lines)
        ]
        lone += _pair_page(named, [link for one in page for link in one.links], result)
        page = []
    return result, lone


def _pair_page(
    named: list[tuple[str, Item]], links: list[Line], result: dict[str, list[Example]]
) -> list[Line]:
    """Examples of one page by action; gives the links that belong to none."""
    together = dict(pairs([item.raw for _, item in named], [link.text for link in links]))
    for index, (code, item) in enumerate(named):
        link = links[together[index]] if index in together else None
        example = Example(
            name=item.name,
            raw=item.raw,
            line=item.line,
            url=link.text if link else None,
            link_line=link.number if link else None,
        )
        result.setdefault(code, []).append(example)
    return [link for index, link in enumerate(links) if index not in together.values()]


def _about(document: Document, grammar: Grammar, about: PlanFile) -> PlanFile:
    """The plan's file with the document's fingerprint and every name that the document gives each axis."""
    names: dict[str, dict[str, Item]] = {}
    places = [
        (None, re.compile(grammar.axis)),
        *((n.code, re.compile(n.pattern)) for n in grammar.axis_names),
    ]
    for number, raw in enumerate(document.lines, 1):
        for code, pattern in places:
            if found := pattern.match(tidy(raw)):
                name = tidy(found["name"])
                names.setdefault(code or found["code"], {}).setdefault(
                    name, Item(name=name, raw=name, line=number)
                )
    given = about.document or DocumentRef(title="", publisher="", sha256="", characters=0, lines=0)
    reference = given.model_copy(
        update={"sha256": document.sha256, "characters": len(document.text), "lines": len(document.lines)}
    )
    axes: list[Axis] = [
        axis.model_copy(update={"names": list(names.get(axis.code, {}).values())}) for axis in about.axes
    ]
    return about.model_copy(update={"document": reference, "axes": axes})
