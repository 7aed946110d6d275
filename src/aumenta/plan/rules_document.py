# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rules on what the document says of axes, strategies and titles; most look at its text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher

from aumenta.plan.model import Action, Item, Strategy
from aumenta.plan.pack import code_key
from aumenta.plan.rules import (
    FIELD_NAMES,
    Evidence,
    Finding,
    Ground,
    Rule,
    evidence_of,
    same_text,
    sheets_of,
    short,
)
from aumenta.plan.words import folded, name_key, words
from aumenta.values.text import Text

_LISTED = re.compile(r"^\s*(\d+\.\d+\.\d+)\.?\s+(\S.*)$")
_DOTTED = re.compile(r"^\D*\d+(?:\.\d+)+\.\s")
#: Share of equal characters from which two descriptions count as one text.
_ALIKE = 0.9
#: How documents say that a field has nothing (a bare «no» only in capitals).
_NOTHING = ("n.d.", "n.d", "n/d", "n.a.", "n/a")
_LONGEST_TITLE = 3  # lines


def _other_document(ground: Ground) -> Iterator[Finding]:
    document = ground.plan.about.document
    if document is not None and ground.sha256 is not None and document.sha256 != ground.sha256:
        what = Text(
            it="il documento dato non è quello da cui il piano è stato letto: le righe possono non corrispondere",
            en="the document given is not the one the plan was read from: lines may not match",
        )
        yield Finding(ground.plan.about.id, what, (Evidence(f"sha256 {ground.sha256[:12]}"),))


def _axis_names(ground: Ground) -> Iterator[Finding]:
    for axis in ground.plan.about.axes:
        names: dict[str, list[Item]] = defaultdict(list)
        for item in axis.names:
            names[name_key(item.name)].append(item)
        if len(names) > 1:
            shown = "; ".join(f"«{items[0].name}» ({len(items)})" for items in names.values())
            what = Text(it=f"l'asse ha più nomi: {shown}", en=f"the axis has several names: {shown}")
            yield Finding(axis.code, what, evidence_of(*(items[0] for items in names.values())))


def _axes_alike(ground: Ground) -> Iterator[Finding]:
    holders: dict[str, dict[str, Item]] = defaultdict(dict)
    for axis in ground.plan.about.axes:
        for item in axis.names:
            holders[name_key(item.name)].setdefault(axis.code, item)
    for axes in holders.values():
        if len(axes) > 1:
            name = next(iter(axes.values())).name
            codes = ", ".join(axes)
            what = Text(
                it=f"gli assi {codes} hanno lo stesso nome «{name}»",
                en=f"axes {codes} have one name “{name}”",
            )
            yield Finding(list(axes)[-1], what, evidence_of(*axes.values()))


# --- strategies ------------------------------------------------------------------------------------------------


def _head(ground: Ground, strategy: Strategy, sheet: int, action: Action) -> tuple[int, str, int, str]:
    """Title and description of a strategy as one sheet gives them, each with the line it begins on.

    The title is recognised by the strategy's own, wherever lines break; the description ends where the axis is named.
    """
    assert ground.lines is not None
    axis_line = next((n for n in range(sheet + 1, action.line) if _names_axis(ground, n)), action.line)
    body = axis_line
    title = ground.line(sheet)
    for last in range(sheet, min(sheet + _LONGEST_TITLE, axis_line)):
        title = ground.text(sheet, last)
        body = last + 1
        if name_key(title).endswith(name_key(strategy.title)):
            break
    else:
        title, body = ground.line(sheet), sheet + 1
    return sheet, title, body, ground.text(body, axis_line - 1)


def _names_axis(ground: Ground, number: int) -> bool:
    text = name_key(ground.line(number))
    names = {axis.goal for axis in ground.plan.about.axes} | {axis.title for axis in ground.plan.about.axes}
    names |= {item.raw for axis in ground.plan.about.axes for item in axis.names}
    return any(text.endswith(name_key(name)) for name in names) and any(c.isdigit() for c in text[:12])


def _strategy_texts(ground: Ground) -> Iterator[Finding]:
    """Strategies whose sheets carry the description of another, or do not agree on one."""
    texts: dict[str, list[tuple[int, str]]] = {}
    for strategy in ground.plan.strategies:
        heads = [_head(ground, strategy, sheet, action) for sheet, action in sheets_of(strategy).items()]
        texts[strategy.code] = [(line, text) for _, _, line, text in heads if text]
    main = {code: _main_text(code, texts) for code, found in texts.items() if found}
    for code, found in texts.items():
        left = found
        for owner, text in main.items():
            lines = [pair for pair in left if owner != code and _alike(pair[1], text)]
            if lines and _owner(ground, text, code, owner) == owner:
                what = Text(
                    it=f"la descrizione è quella della strategia {owner}",
                    en=f"the description is that of strategy {owner}",
                )
                yield Finding(code, what, tuple(Evidence(short(said), line) for line, said in lines))
                left = [pair for pair in left if pair not in lines]
        yield from _disagreeing(code, left, main.get(code, ""))


def _disagreeing(code: str, found: list[tuple[int, str]], main: str) -> Iterator[Finding]:
    for line, text in found:
        if not same_text(text, main) and not _alike(text, main):
            what = Text(
                it="la descrizione differisce da quella delle altre schede della strategia",
                en="the description differs from that on the strategy's other sheets",
            )
            yield Finding(code, what, (Evidence(short(text), line),))


def _owner(ground: Ground, text: str, *codes: str) -> str:
    """The strategy whose titles share most words with a text; of equals the first of the plan."""
    said = set(words(text))

    def shared(code: str) -> int:
        strategy = ground.plan.strategy(code)
        titles = [strategy.title, *(action.title for action in strategy.actions)]
        return len(said & {word for title in titles for word in words(title)})

    return max(sorted(codes, key=code_key), key=shared)


def _main_text(code: str, texts: dict[str, list[tuple[int, str]]]) -> str:
    """What most sheets of a strategy say; of equals the one that no other strategy's sheets say."""
    own = [text for _, text in texts[code]]
    foreign = {name_key(text) for other, found in texts.items() if other != code for _, text in found}
    counts = Counter(name_key(text) for text in own)
    return max(own, key=lambda text: (counts[name_key(text)], name_key(text) not in foreign))


def _alike(first: str, second: str) -> bool:
    a, b = folded(first), folded(second)
    if not a or not b:
        return a == b
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
    )


def _strategy_titles(ground: Ground) -> Iterator[Finding]:
    for strategy in ground.plan.strategies:
        if strategy.listed_title is not None and not same_text(strategy.listed_title, strategy.title):
            what = Text(
                it=f"nell'elenco la strategia si chiama «{strategy.listed_title}», nelle schede «{strategy.title}»",
                en=f"in the list the strategy is called “{strategy.listed_title}”, on its sheets “{strategy.title}”",
            )
            yield Finding(strategy.code, what, (Evidence(strategy.title, strategy.line),))
        if ground.lines is None:
            continue
        for sheet, action in sheets_of(strategy).items():
            _, title, _, _ = _head(ground, strategy, sheet, action)
            if not name_key(title).endswith(name_key(strategy.title)):
                what = Text(
                    it=f"una scheda dà alla strategia un altro titolo che «{strategy.title}»",
                    en=f"a sheet gives the strategy another title than “{strategy.title}”",
                )
                yield Finding(strategy.code, what, (Evidence(title, sheet),))


def _action_titles(ground: Ground) -> Iterator[Finding]:
    """Titles in the lists of actions that differ from those on the sheets."""
    assert ground.lines is not None
    by_code = {action.code: action for action in ground.actions}
    for number, line in enumerate(ground.lines, 1):
        match = _LISTED.match(line)
        action = by_code.get(match[1]) if match else None
        if action is None or match is None:
            continue
        ends = range(number, min(number + _LONGEST_TITLE, len(ground.lines) + 1))
        listed = [_LISTED.sub(r"\2", ground.text(number, last)) for last in ends]
        if not any(same_text(text, action.title) for text in listed):
            what = Text(
                it=f"nell'elenco l'azione si chiama in altro modo che nella scheda («{action.title}»)",
                en=f"in the list the action is called otherwise than on its sheet (“{action.title}”)",
            )
            yield Finding(
                action.code,
                what,
                (Evidence(match[2].strip(), number), Evidence(action.title_raw, action.line)),
            )


def _unlisted(ground: Ground) -> Iterator[Finding]:
    """Actions missing from the document's lists, where it lists the actions of other axes."""
    assert ground.lines is not None
    listed = {match[1] for line in ground.lines if (match := _LISTED.match(line))}
    axes = ground.plan.about.axes
    by_axis = {axis.code: [a for a in ground.actions if a.code.split(".")[0] == axis.code] for axis in axes}
    if not any(action.code in listed for action in ground.actions):
        return  # a document without lists of actions
    for axis in axes:
        missing = [action for action in by_axis[axis.code] if action.code not in listed]
        if missing and len(missing) == len(by_axis[axis.code]):
            what = Text(
                it="il documento elenca le azioni di altri assi, non quelle di questo",
                en="the document lists the actions of other axes, not those of this one",
            )
            yield Finding(axis.code, what, (Evidence(axis.title, axis.line),))
        else:
            for action in missing:
                what = Text(
                    it="l'azione manca nell'elenco dell'asse", en="the action is missing in the axis's list"
                )
                yield Finding(action.code, what, (Evidence(action.title_raw, action.line),))


def _trailing_dots(ground: Ground) -> Iterator[Finding]:
    assert ground.lines is not None
    heads = [(s.code, sheet) for s in ground.plan.strategies for sheet in sheets_of(s)]
    heads += [(action.code, action.line) for action in ground.actions]
    for code, number in heads:
        if _DOTTED.match(ground.line(number)):
            what = Text(it="il numero finisce con un punto", en="the number ends with a dot")
            yield Finding(code, what, (Evidence(short(ground.line(number)), number),))


def _none_words(ground: Ground) -> Iterator[Finding]:
    """Ways to say that a field has nothing, other than the most common one."""
    assert ground.lines is not None
    found: dict[str, list[tuple[Action, str, int]]] = defaultdict(list)
    for action in ground.actions:
        for field, fact in action.fields.items():
            if fact.state == "none_declared" and fact.end is not None:
                word = ground.line(fact.end).split(" ")[-1]
                found[word].append((action, field, fact.end))
    usual = max(found, key=lambda word: len(found[word]), default="")
    for word, places in sorted(found.items()):
        for action, name, line in places:
            if word != usual:
                what = Text(
                    it=f"«{FIELD_NAMES[name].it}» dice «{word}» dove le altre schede dicono «{usual}»",
                    en=f"“{FIELD_NAMES[name].en}” says “{word}” where other sheets say “{usual}”",
                )
                yield Finding(action.code, what, (Evidence(word, line),))


def _none_contradicted(ground: Ground) -> Iterator[Finding]:
    """Fields that say there is nothing, and then name something."""
    assert ground.lines is not None
    for action in ground.actions:
        for field, fact in action.fields.items():
            if (
                fact.state == "filled"
                and fact.line is not None
                and fact.end is not None
                and fact.end > fact.line
            ):
                last = ground.line(fact.line).split(" ")[-1]
                if last.lower() in _NOTHING or last == "NO":
                    what = Text(
                        it=f"«{FIELD_NAMES[field].it}» dice «{last}» e poi nomina qualcosa",
                        en=f"“{FIELD_NAMES[field].en}” says “{last}” and then names something",
                    )
                    evidence = Evidence(short(ground.text(fact.line, fact.end), 14), fact.line)
                    yield Finding(action.code, what, (evidence,))


RULES: tuple[Rule, ...] = (
    Rule(
        "document-other", "error",
        Text(it="Un altro documento", en="Another document"),
        Text(it="L'impronta del documento dato non è quella scritta nel piano.",
             en="The fingerprint of the document given is not the one that the plan carries."),
        _other_document, needs_document=True,
    ),
    Rule(
        "axis-names", "error",
        Text(it="Asse con più nomi", en="Axis with several names"),
        Text(it="Il documento chiama un asse in modi diversi.", en="The document calls one axis by different names."),
        _axis_names,
    ),
    Rule(
        "axes-alike", "error",
        Text(it="Due assi con lo stesso nome", en="Two axes with one name"),
        Text(it="Due assi portano da qualche parte lo stesso nome.", en="Two axes somewhere bear the same name."),
        _axes_alike,
    ),
    Rule(
        "strategy-text", "error",
        Text(it="Descrizione di un'altra strategia", en="Description of another strategy"),
        Text(it="Il testo delle schede è quello di un'altra strategia, o le schede non concordano.",
             en="The sheets carry the text of another strategy, or do not agree on one."),
        _strategy_texts, needs_document=True,
    ),
    Rule(
        "strategy-title", "warning",
        Text(it="Strategia con più titoli", en="Strategy with several titles"),
        Text(it="Elenco e schede danno alla strategia titoli diversi.",
             en="List and sheets give the strategy different titles."),
        _strategy_titles,
    ),
    Rule(
        "action-title", "warning",
        Text(it="Azione con più titoli", en="Action with several titles"),
        Text(it="Elenco e scheda danno all'azione titoli diversi.",
             en="List and sheet give the action different titles."),
        _action_titles, needs_document=True,
    ),
    Rule(
        "number-dot", "note",
        Text(it="Numero con un punto in fondo", en="Number with a trailing dot"),
        Text(it="Il codice è scritto con un punto di troppo.", en="The code is written with a dot too many."),
        _trailing_dots, needs_document=True,
    ),
    Rule(
        "none-words", "note",
        Text(it="«Niente» detto in più modi", en="“Nothing” said in several ways"),
        Text(it="Un campo vuoto è dichiarato altrimenti che nelle altre schede.",
             en="An empty field is declared otherwise than on the other sheets."),
        _none_words, needs_document=True,
    ),
    Rule(
        "action-unlisted", "warning",
        Text(it="Azioni fuori elenco", en="Actions not listed"),
        Text(it="Gli elenchi delle azioni all'inizio degli assi non le nominano tutte.",
             en="The lists of actions at the beginning of the axes do not name all."),
        _unlisted, needs_document=True,
    ),
    Rule(
        "none-contradicted", "warning",
        Text(it="«Niente», poi qualcosa", en="“Nothing”, then something"),
        Text(it="Il campo dichiara di essere vuoto e poi ha un contenuto.",
             en="The field declares to be empty and then has content."),
        _none_contradicted, needs_document=True,
    ),
)  # fmt: skip
