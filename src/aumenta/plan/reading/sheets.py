# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Cut a document into sheets, and each sheet into labelled segments; what no rule claims is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from aumenta.plan.grammar import FieldGrammar, Grammar
from aumenta.plan.model import FieldName
from aumenta.plan.reading.document import Document, tidy


@dataclass(frozen=True, slots=True)
class Line:
    """A line of content: number from 1, text without outer blanks, and whether a blank line stands before it."""

    number: int
    text: str
    after_blank: bool = False


@dataclass
class Segment:
    """The lines of one field. `label` is the line of the label, None when the content stands without one."""

    name: str
    label: int | None
    label_text: str
    lines: list[Line] = field(default_factory=list)


@dataclass
class ActionBlock:
    """An action on a sheet: its title's lines and its segments in the order of the page."""

    code: str
    line: int
    title: list[Line]
    segments: list[Segment] = field(default_factory=list)


@dataclass
class Sheet:
    """A sheet: the strategy's lines, the segments that stand for all its actions, the actions, the links."""

    code: str
    line: int
    head: list[Line]
    new_page: bool = False
    axis: Line | None = None
    axis_text: list[Line] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    actions: list[ActionBlock] = field(default_factory=list)
    links: list[Line] = field(default_factory=list)
    unassigned: list[Line] = field(default_factory=list)


_LINK = re.compile(r"^https?:/\S+")


def matcher(patterns: list[str]) -> Callable[[str], bool]:
    """Whether a text fits any of the patterns from its start."""
    compiled = [re.compile(pattern) for pattern in patterns]
    return lambda text: any(pattern.match(text) for pattern in compiled)


def sheets_of(document: Document, grammar: Grammar) -> list[Sheet]:
    """All sheets of a document, in order."""
    return list(_Cutter(document, grammar).sheets())


class _Cutter:
    def __init__(self, document: Document, grammar: Grammar) -> None:
        self.document, self.grammar = document, grammar
        self.strategy, self.action, self.axis = map(
            re.compile, (grammar.strategy, grammar.action, grammar.axis)
        )
        self.labels = [(re.compile(f.label), f) for f in grammar.fields]
        self.is_noise, self.is_end = matcher(grammar.noise), matcher(grammar.ends)
        self.is_passed = matcher(grammar.passed_over)
        self.is_page = matcher([grammar.page] if grammar.page else [])

    def content(self) -> Iterator[Line]:
        """Lines that are not noise, from where sheets begin; blank ones only as a mark on the next."""
        begun, blank = False, False
        begins = re.compile(self.grammar.begins)
        for number, raw in enumerate(self.document.lines, 1):
            text = tidy(raw)
            begun = begun or bool(begins.match(text))
            if not begun:
                continue
            if not text:
                blank = True
            elif not self.is_noise(text):
                yield Line(number, text, blank)
                blank = False

    def sheets(self) -> Iterator[Sheet]:
        sheet: Sheet | None = None
        state = _State()
        for line in self.content():
            if found := self.strategy.match(line.text):
                if sheet:
                    yield sheet
                head = [Line(line.number, tidy(found["title"]))]
                new_page = self.is_page(self.document.line(line.number))
                sheet = Sheet(found["code"], line.number, head, new_page)
                state = _State(target=sheet.head)
            elif sheet and self.is_end(line.text):
                yield sheet
                sheet = None
            elif sheet:
                self.place(line, sheet, state)
        if sheet:
            yield sheet

    def place(self, line: Line, sheet: Sheet, state: _State) -> None:
        """Put one line of a sheet where it belongs."""
        if found := self.action.match(line.text):
            block = ActionBlock(found["code"], line.number, [Line(line.number, tidy(found["title"]))])
            sheet.actions.append(block)
            state.block, state.target, state.in_title, state.seen = block, block.title, True, set()
        elif _LINK.match(line.text):
            sheet.links.append(line)
            state.target, state.in_title = sheet.unassigned, False
        elif (found := self.axis.match(line.text)) and not sheet.actions and sheet.axis is None:
            sheet.axis, state.target = line, sheet.axis_text
        elif state.more and state.more.match(line.text):
            state.more = None
        elif label := self.label(line, state):
            self.open(line, label, sheet, state)
        elif self.is_passed(line.text) and not sheet.actions:
            state.target = sheet.unassigned
        else:
            if state.in_title and line.after_blank and state.block:
                # the title ended and no label came: the text stands alone, it is the description
                segment = Segment("description", None, "")
                state.block.segments.append(segment)
                state.target, state.in_title = segment.lines, False
            state.target.append(line)

    def label(self, line: Line, state: _State) -> tuple[re.Match[str], FieldGrammar] | None:
        """The label at the start of a line; a label that this action already had is content."""
        for pattern, known in self.labels:
            if (state.block is None) != known.sheet:
                continue
            found = pattern.match(line.text)
            if found and (known.field not in state.seen or known.inside):
                return found, known
        return None

    def open(
        self, line: Line, label: tuple[re.Match[str], FieldGrammar], sheet: Sheet, state: _State
    ) -> None:
        """Begin the segment of a label; what follows the label on its line is its first content."""
        found, known = label
        segments = state.block.segments if state.block else sheet.segments
        segment = Segment(known.field, line.number, found.group(0).strip())
        segments.append(segment)
        state.seen.add(known.field)
        rest = tidy(line.text[found.end() :])
        if rest:
            segment.lines.append(Line(line.number, rest))
        state.target, state.in_title = segment.lines, False
        state.more = re.compile(known.label_more) if known.label_more else None


@dataclass
class _State:
    target: list[Line] = field(default_factory=list)
    block: ActionBlock | None = None
    in_title: bool = False
    more: re.Pattern[str] | None = None
    seen: set[FieldName] = field(default_factory=set)
