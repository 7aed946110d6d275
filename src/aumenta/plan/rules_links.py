# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rules on examples and their links."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from aumenta.plan.model import Action
from aumenta.plan.rules import Evidence, Finding, Ground, Rule, sheets_of, short
from aumenta.plan.words import name_key
from aumenta.values.text import Text

_URL = re.compile(r"^\s*(?:https?:/|www\.)", re.IGNORECASE)


def _example_without_link(ground: Ground) -> Iterator[Finding]:
    for action in ground.actions:
        for example in action.examples:
            if example.url is None:
                what = Text(
                    it=f"l'esempio «{example.name}» è senza link",
                    en=f"the example “{example.name}” has no link",
                )
                yield Finding(action.code, what, (Evidence(example.raw, example.line),))


def _invalid_link(ground: Ground) -> Iterator[Finding]:
    for action in ground.actions:
        for example in action.examples:
            fault = _fault_of(example.url) if example.url is not None else None
            if fault is not None:
                what = Text(it=f"il link non è valido: {fault.it}", en=f"the link is not valid: {fault.en}")
                yield Finding(action.code, what, (Evidence(example.url or "", example.link_line),))


def _fault_of(url: str) -> Text | None:
    """Why an address cannot be opened as it is written, if it cannot."""
    return next((said for holds, said in _FAULTS if holds(url)), None)


def _host_missing(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return True
    return "." not in host.strip(".") or host.startswith(".") or ".." in host


_FAULTS: tuple[tuple[Callable[[str], bool], Text], ...] = (
    (
        lambda url: not url.lower().startswith(("http:", "https:")),
        Text(it="non comincia per http", en="it does not begin with http"),
    ),
    (lambda url: any(c.isspace() for c in url), Text(it="contiene uno spazio", en="it holds a blank")),
    (_host_missing, Text(it="manca il nome del sito", en="the site's name is missing")),
    (
        lambda url: re.search(r"%(?![0-9A-Fa-f]{2})", url) is not None,
        Text(it="è tagliato dopo un segno %", en="it is cut off after a % sign"),
    ),
    (
        lambda url: "#" not in url and url.endswith((";", ",", ".", "&")),
        Text(it="finisce con un segno di punteggiatura", en="it ends with a punctuation mark"),
    ),
    (
        lambda url: len(re.findall("https?://", url)) > 1 and "?" not in url,
        Text(it="due indirizzi attaccati", en="two addresses run together"),
    ),
)


def _repeated_link(ground: Ground) -> Iterator[Finding]:
    links: dict[str, list[tuple[Action, Evidence]]] = defaultdict(list)
    for action in ground.actions:
        for example in action.examples:
            if example.url:
                links[example.url].append((action, Evidence(example.name, example.link_line)))
    for url, uses in links.items():
        names = Counter(name_key(evidence.raw) for _, evidence in uses)
        if len(names) > 1:
            what = Text(
                it=f"lo stesso link per esempi diversi: {url}",
                en=f"the same link for different examples: {url}",
            )
            yield Finding(uses[0][0].code, what, tuple(evidence for _, evidence in uses))


def _links_without_example(ground: Ground) -> Iterator[Finding]:
    assert ground.lines is not None
    used = {e.link_line for action in ground.plan.actions for e in action.examples if e.link_line is not None}
    starts = sorted((sheet, s.actions[0].code, s) for s in ground.plan.strategies for sheet in sheets_of(s))
    for place, (sheet, _, strategy) in enumerate(starts):
        last_action = max((a for a in strategy.actions if a.sheet == sheet), key=lambda action: action.line)
        end = starts[place + 1][0] if place + 1 < len(starts) else len(ground.lines) + 1
        for number in range(last_action.line, end):
            if number not in used and _URL.match(ground.lines[number - 1]):
                what = Text(
                    it="un link della pagina non ha un esempio", en="a link of the page has no example"
                )
                yield Finding(last_action.code, what, (Evidence(short(ground.line(number)), number),))


RULES: tuple[Rule, ...] = (
    Rule(
        "example-without-link", "note",
        Text(it="Esempio senza link", en="Example without a link"),
        Text(it="La pagina dà meno link che esempi.", en="The page gives fewer links than examples."),
        _example_without_link,
    ),
    Rule(
        "link-invalid", "warning",
        Text(it="Link non valido", en="Invalid link"),
        Text(it="L'indirizzo non si può aprire così com'è scritto.",
             en="The address cannot be opened as it is written."),
        _invalid_link,
    ),
    Rule(
        "link-repeated", "note",
        Text(it="Un link per più esempi", en="One link for several examples"),
        Text(it="Lo stesso indirizzo accompagna esempi di nome diverso.",
             en="One address stands for examples with different names."),
        _repeated_link,
    ),
    Rule(
        "link-without-example", "note",
        Text(it="Link senza esempio", en="Link without an example"),
        Text(it="La pagina dà più link che esempi, o non si sa a quale esempio vada.",
             en="The page gives more links than examples, or it is not certain which example it is for."),
        _links_without_example, needs_document=True,
    ),
)  # fmt: skip
