# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rules on the fields of a sheet and on what stands in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

from aumenta.plan.model import Action, Item
from aumenta.plan.rules import (
    CODE_FIELDS,
    FIELD_NAMES,
    NAME_FIELDS,
    Evidence,
    Finding,
    Ground,
    Rule,
    evidence_of,
)
from aumenta.plan.words import edit_distance, name_key
from aumenta.values.text import Text

#: Fields that every sheet is expected to have; integrations and the Carta di Bologna are asked of nobody.
_EXPECTED = tuple(name for name in FIELD_NAMES if name not in ("pnrr_integration", "bologna"))
#: A name is at home in the field that uses it at least so many times as often as another.
_AT_HOME = 3
#: Names at least so long are compared by spelling, and may differ in so many letters.
_LONG_NAME, _LETTERS = 7, 2


def _absent(ground: Ground) -> Iterator[Finding]:
    yield from _in_state(ground, "absent", Text(it="manca il campo «{}»", en="the field “{}” is absent"))


def _empty(ground: Ground) -> Iterator[Finding]:
    yield from _in_state(
        ground, "empty", Text(it="«{}» ha l'etichetta ma è vuoto", en="“{}” has a label but is empty")
    )


def _in_state(ground: Ground, state: str, what: Text) -> Iterator[Finding]:
    for action in ground.actions:
        for name in _EXPECTED:
            fact = action.fields.get(name)  # type: ignore[call-overload]
            if (fact.state if fact else "absent") == state:
                line = fact.line if fact and fact.line is not None else action.line
                label = FIELD_NAMES[name]
                said = Text(it=what.it.format(label.it), en=what.en.format(label.en))
                shown = label.it if state == "empty" else action.title_raw
                yield Finding(action.code, said, (Evidence(shown, line),))


def _swapped(ground: Ground) -> Iterator[Finding]:
    for action in ground.actions:
        for field, item in ground.items(action, (*NAME_FIELDS, *CODE_FIELDS)):
            home = _home(ground, field, item)
            if home is not None:
                here, there = FIELD_NAMES[field], FIELD_NAMES[home]
                what = Text(
                    it=f"«{item.name}» sta in «{here.it}» ma è contenuto di «{there.it}»",
                    en=f"“{item.name}” stands in “{here.en}” but is content of “{there.en}”",
                )
                yield Finding(action.code, what, evidence_of(item))


def _home(ground: Ground, field: str, item: Item) -> str | None:
    """The field that an item belongs to, when it is surely not the one it stands in."""
    key = name_key(item.name)
    for other in ("cohesion", "pnrr", "bologna"):
        codes = ground.framework.get(CODE_FIELDS[other], {})
        if CODE_FIELDS.get(field) != other and _begins_with_code(item.raw, codes):
            return other if field in NAME_FIELDS else None
    if field in CODE_FIELDS:
        if item.name in ground.framework.get(CODE_FIELDS[field], {}):
            return None
        homes = [home for home in NAME_FIELDS if any(name_key(name) == key for name in ground.uses[home])]
        return homes[0] if homes else None
    if field in ("instruments", "superordinate", "actors") and key in ground.programmes:
        return None if len(ground.uses[field][item.name]) >= _AT_HOME else "eu_programmes"
    return None


def _begins_with_code(raw: str, codes: object) -> bool:
    first = raw.replace("-", " ").split()[:1]
    # A bare number begins many names ("4 passi"); codes of letters and digits do not.
    return bool(first) and not first[0][0].isdigit() and first[0] in codes  # type: ignore[operator]


def _elsewhere(ground: Ground) -> Iterator[Finding]:
    """Items that other sheets put into another field far more often."""
    for field, names in ground.uses.items():
        for name, uses in names.items():
            for other in NAME_FIELDS:
                more = len(ground.uses[other].get(name, ()))
                if other != field and more >= _AT_HOME * len(uses):
                    here, there = FIELD_NAMES[field], FIELD_NAMES[other]
                    for action, item in uses:
                        what = Text(
                            it=f"«{name}» sta in «{here.it}», altrove in «{there.it}» ({more} volte)",
                            en=f"“{name}” stands in “{here.en}”, elsewhere in “{there.en}” ({more} times)",
                        )
                        yield Finding(action.code, what, evidence_of(item))


def _no_actors(ground: Ground) -> Iterator[Finding]:
    for action in ground.actions:
        if not action.actors:
            what = Text(
                it="nessun attore è indicato: nessuno ne risponde",
                en="no actor is named: nobody answers for it",
            )
            yield Finding(action.code, what, (Evidence(action.title_raw, action.line),))


def _item_twice(ground: Ground) -> Iterator[Finding]:
    for action in ground.actions:
        for field in (*NAME_FIELDS, *CODE_FIELDS):
            items: dict[str, list[Item]] = defaultdict(list)
            for item in getattr(action, field):
                items[item.name].append(item)
            for name, same in items.items():
                if len(same) > 1:
                    label = FIELD_NAMES[field]
                    what = Text(
                        it=f"«{name}» compare {len(same)} volte in «{label.it}»",
                        en=f"“{name}” appears {len(same)} times in “{label.en}”",
                    )
                    yield Finding(action.code, what, evidence_of(*same))


def _two_spellings(ground: Ground) -> Iterator[Finding]:
    for field, names in ground.uses.items():
        for name, uses in sorted(names.items()):
            spellings: dict[str, list[Item]] = defaultdict(list)
            for _, item in uses:
                spellings[_spelling(item.raw)].append(item)
            if len(spellings) > 1:
                counts = sorted(spellings.items(), key=lambda pair: (-len(pair[1]), pair[0]))
                shown = ", ".join(f"{raw} ({len(items)})" for raw, items in counts)
                kind = FIELD_NAMES[field]
                what = Text(
                    it=f"{kind.it}: «{name}» è scritto in {len(counts)} modi: {shown}",
                    en=f"{kind.en}: “{name}” is spelled in {len(counts)} ways: {shown}",
                )
                yield Finding(name, what, evidence_of(*(items[0] for _, items in counts)))


def _spelling(raw: str) -> str:
    """A spelling without what the line or the list did to it: blanks, and a separator at its end."""
    return " ".join(raw.split()).rstrip(" .,;")


def _near_names(ground: Ground) -> Iterator[Finding]:
    for field, names in ground.uses.items():
        keys = sorted((name_key(name), name) for name in names)
        for number, (key, name) in enumerate(keys):
            for other_key, other in keys[number + 1 :]:
                if _near(key, other_key):
                    first, second = names[name][0], names[other][0]
                    kind = FIELD_NAMES[field]
                    what = Text(
                        it=f"{kind.it}: «{name}» ({len(names[name])}) e «{other}» ({len(names[other])}) si somigliano",
                        en=f"{kind.en}: “{name}” ({len(names[name])}) and “{other}” ({len(names[other])}) look alike",
                    )
                    yield Finding(name, what, evidence_of(first[1], second[1]))


def _near(first: str, second: str) -> bool:
    if first == second:
        return True
    digits = [c for c in first if c.isdigit()] != [c for c in second if c.isdigit()]
    return (
        not digits
        and min(len(first), len(second)) >= _LONG_NAME
        and edit_distance(first, second, _LETTERS) <= _LETTERS
    )


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
    try:
        parts = urlsplit(url)
    except ValueError:
        return Text(it="non è un indirizzo", en="no address")
    if parts.scheme not in ("http", "https"):
        return Text(it="non comincia per http", en="it does not begin with http")
    if any(c.isspace() for c in url):
        return Text(it="contiene uno spazio", en="it holds a blank")
    host = parts.hostname or ""
    if "." not in host.strip(".") or host.startswith(".") or ".." in host:
        return Text(it="manca il nome del sito", en="the site's name is missing")
    if url.count("http://") + url.count("https://") > 1 and "?" not in url:
        return Text(it="due indirizzi attaccati", en="two addresses run together")
    return None


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


RULES: tuple[Rule, ...] = (
    Rule(
        "field-absent", "warning",
        Text(it="Campo mancante", en="Field absent"),
        Text(it="La scheda non ha l'etichetta di un campo che le altre hanno.",
             en="The sheet lacks the label of a field that the others have."),
        _absent,
    ),
    Rule(
        "field-empty", "warning",
        Text(it="Etichetta senza contenuto", en="Label without content"),
        Text(it="La scheda ha l'etichetta, ma non dice nulla, nemmeno «n.d.».",
             en="The sheet has the label but says nothing, not even “n.d.”."),
        _empty,
    ),
    Rule(
        "field-swapped", "error",
        Text(it="Contenuto di un altro campo", en="Another field's content"),
        Text(it="Un campo contiene ciò che appartiene a un altro: un attore tra le priorità, un programma tra gli strumenti.",
             en="A field holds what belongs to another: an actor among priorities, a programme among instruments."),
        _swapped,
    ),
    Rule(
        "field-elsewhere", "warning",
        Text(it="Voce che altrove sta in un altro campo", en="Item that elsewhere stands in another field"),
        Text(it=f"Le altre schede mettono la voce in un altro campo, almeno {_AT_HOME} volte più spesso.",
             en=f"Other sheets put the item into another field, at least {_AT_HOME} times as often."),
        _elsewhere,
    ),
    Rule(
        "no-actors", "error",
        Text(it="Nessuno ne risponde", en="Nobody answers for it"),
        Text(it="L'azione non nomina alcun attore.", en="The action names no actor."),
        _no_actors,
    ),
    Rule(
        "item-twice", "note",
        Text(it="Voce ripetuta", en="Item repeated"),
        Text(it="La stessa voce compare due volte nello stesso campo.", en="The same item stands twice in one field."),
        _item_twice,
    ),
    Rule(
        "two-spellings", "note",
        Text(it="Un nome, più grafie", en="One name, several spellings"),
        Text(it="Lo stesso attore, programma o strumento è scritto in più modi.",
             en="One actor, programme or instrument is spelled in several ways."),
        _two_spellings,
    ),
    Rule(
        "near-names", "warning",
        Text(it="Nomi quasi uguali", en="Names nearly alike"),
        Text(it=f"Due nomi differiscono al più di {_LETTERS} lettere: forse sono lo stesso (vedi aliases.yaml).",
             en=f"Two names differ by at most {_LETTERS} letters: perhaps they are one (see aliases.yaml)."),
        _near_names,
    ),
    Rule(
        "example-without-link", "note",
        Text(it="Esempio senza link", en="Example without a link"),
        Text(it="La pagina dà meno link che esempi.", en="The page gives fewer links than examples."),
        _example_without_link,
    ),
    Rule(
        "link-invalid", "warning",
        Text(it="Link non valido", en="Invalid link"),
        Text(it="L'indirizzo non si può aprire così com'è scritto.", en="The address cannot be opened as it is written."),
        _invalid_link,
    ),
    Rule(
        "link-repeated", "note",
        Text(it="Un link per più esempi", en="One link for several examples"),
        Text(it="Lo stesso indirizzo accompagna esempi di nome diverso.",
             en="One address stands for examples with different names."),
        _repeated_link,
    ),
)  # fmt: skip
