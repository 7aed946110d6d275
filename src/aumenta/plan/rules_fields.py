# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rules on the fields of a sheet and on what stands in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator

from aumenta.plan.model import Item
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
#: An item of at least so many words is a sentence.
_SENTENCE = 8
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
    if field in CODE_FIELDS:
        if item.name in ground.framework.get(CODE_FIELDS[field], {}):
            return None
        first = name_key(item.raw.split(",")[0])
        homes = [home for home in NAME_FIELDS if any(name_key(name) == first for name in ground.uses[home])]
        return homes[0] if homes else None
    if _begins_with_code(item.raw, ground.framework.get("cohesion", {})):
        return "cohesion"
    if field != "eu_programmes" and name_key(item.name) in ground.programmes:
        return None if len(ground.uses[field][item.name]) >= _AT_HOME else "eu_programmes"
    return None


def _begins_with_code(raw: str, codes: Collection[str]) -> bool:
    first = raw.replace("-", " ").split()[:1]
    return bool(first) and first[0] in codes


def _elsewhere(ground: Ground) -> Iterator[Finding]:
    """Items that other sheets put into another field far more often."""
    for field, names in ground.uses.items():
        for name, uses in names.items():
            for other in NAME_FIELDS:
                more = len(ground.uses[other].get(name, ()))
                if other != field and more >= _AT_HOME * len(uses):
                    here, there = FIELD_NAMES[field], FIELD_NAMES[other]
                    for action, item in uses:
                        if _home(ground, field, item) is not None:
                            continue  # told already, and with more certainty
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


def is_prose(item: Item) -> bool:
    """Whether an item of a field of codes is a sentence."""
    return len(item.name.split()) >= _SENTENCE


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
    """A spelling without what the line or the list did to it: blanks, marks at its end, curly quotes, brackets."""
    straight = raw.replace("’", "'").replace("–", "-")
    return " ".join(re.sub(r"\([^()]*\)?", " ", straight).split()).strip(" .,;") or straight


def _two_in_one(ground: Ground) -> Iterator[Finding]:
    """Items that join two names which the plan elsewhere uses apart."""
    for names in ground.uses.values():
        keys = {name_key(name) for name in names}
        for name, uses in names.items():
            parts = re.split(r" (?:e|ed|and) ", name)
            if len(parts) > 1 and all(name_key(part) in keys for part in parts):
                for action, item in uses:
                    what = Text(
                        it=f"«{name}» è una voce sola, altrove sono {len(parts)}",
                        en=f"“{name}” is one item, elsewhere there are {len(parts)}",
                    )
                    yield Finding(action.code, what, evidence_of(item))


def _no_name(ground: Ground) -> Iterator[Finding]:
    """Items that are a remark in brackets rather than a name."""
    for action in ground.actions:
        for field, item in ground.items(action, NAME_FIELDS):
            if re.fullmatch(r"\(.*\)", item.name.strip()):
                label = FIELD_NAMES[field]
                what = Text(
                    it=f"«{label.it}» contiene una nota tra parentesi, non un nome",
                    en=f"“{label.en}” holds a remark in brackets, not a name",
                )
                yield Finding(action.code, what, evidence_of(item))


def _no_code(ground: Ground) -> Iterator[Finding]:
    """Sentences in fields of codes."""
    for action in ground.actions:
        for field, item in ground.items(action, CODE_FIELDS):
            if is_prose(item) and _home(ground, field, item) is None:
                label = FIELD_NAMES[field]
                what = Text(
                    it=f"«{label.it}» contiene una frase al posto dei codici",
                    en=f"“{label.en}” holds a sentence instead of codes",
                )
                yield Finding(action.code, what, evidence_of(item))


def in_another_field(ground: Ground, field: str, item: Item) -> bool:
    """Whether an item is told as content of another field, so that other rules keep silent on it."""
    return _home(ground, field, item) is not None


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
        Text(it="Un campo contiene ciò che appartiene a un altro: un attore tra le priorità, un programma altrove.",
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
        "sentence-for-code", "warning",
        Text(it="Frase al posto dei codici", en="Sentence instead of codes"),
        Text(it="Un campo di codici contiene un testo che nessuna macchina può collegare.",
             en="A field of codes holds a text that no machine can link."),
        _no_code,
    ),
    Rule(
        "remark-for-name", "warning",
        Text(it="Nota al posto di un nome", en="Remark instead of a name"),
        Text(it="Un campo di nomi contiene solo una nota tra parentesi.",
             en="A field of names holds only a remark in brackets."),
        _no_name,
    ),
    Rule(
        "two-in-one", "note",
        Text(it="Due nomi in una voce", en="Two names in one item"),
        Text(it="Una voce unisce nomi che altrove stanno da soli.",
             en="One item joins names that elsewhere stand alone."),
        _two_in_one,
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
        Text(it="La stessa voce compare due volte nello stesso campo.",
             en="The same item stands twice in one field."),
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
)  # fmt: skip
