# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rules on codes of frameworks, on indicators and on connections."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from aumenta.plan.connections import COMMON_SHARE
from aumenta.plan.model import Action, FrameworkItem, Item
from aumenta.plan.rules import CODE_FIELDS, FIELD_NAMES, Evidence, Finding, Ground, Rule, evidence_of
from aumenta.plan.rules_fields import in_another_field, is_prose
from aumenta.plan.words import name_key
from aumenta.values.text import Text

#: Funds as documents of several languages write them.
FUNDS = {
    **dict.fromkeys(("FESR", "ERDF", "FEDER", "EFRE"), "ERDF"),
    **dict.fromkeys(("FSE+", "FSE", "ESF+", "ESF"), "ESF+"),
}
_CODE_AND_NAME = re.compile(r"^\s*(?:e |ed |con )*[A-Z]*[a-e]?[\d.]+\s*(?:FSE\+|ESF\+)?\s*[.–-]?\s*")
_FUND = re.compile(r"(?<!\w)(FESR|ERDF|FEDER|EFRE|FSE\+?|ESF\+?)(?!\w)", re.IGNORECASE)


def _unknown_code(ground: Ground) -> Iterator[Finding]:
    for action in ground.actions:
        for field, item in ground.items(action, CODE_FIELDS):
            known = ground.framework.get(CODE_FIELDS[field])
            if known is None or item.name in known or is_prose(item) or in_another_field(ground, field, item):
                continue
            label = FIELD_NAMES[field]
            what = Text(
                it=f"«{item.name}» non è un codice di «{label.it}»",
                en=f"“{item.name}” is no code of “{label.en}”",
            )
            yield Finding(action.code, what, evidence_of(item))


def _other_name(ground: Ground) -> Iterator[Finding]:
    """Codes written with the name that the framework gives to another code."""
    names: dict[str, dict[str, str]] = {
        framework: {name_key(item.name.it): code for code, item in items.items()}
        for framework, items in ground.framework.items()
    }
    for action in ground.actions:
        for field, item in ground.items(action, CODE_FIELDS):
            said = name_key(_CODE_AND_NAME.sub("", item.raw))
            other = names.get(CODE_FIELDS[field], {}).get(said)
            if other is not None and other != item.name:
                what = Text(
                    it=f"il codice {item.name} porta il nome di {other}",
                    en=f"the code {item.name} bears the name of {other}",
                )
                yield Finding(action.code, what, evidence_of(item))


def _fund_as_programme(ground: Ground) -> Iterator[Finding]:
    for action in ground.actions:
        for item in action.eu_programmes:
            fund = FUNDS.get(item.name.upper())
            if fund is not None:
                what = Text(
                    it=f"{item.name} è un fondo della politica di coesione, non un programma ad accesso diretto",
                    en=f"{item.name} is a fund of the cohesion policy, not a programme of direct access",
                )
                yield Finding(action.code, what, evidence_of(item))


def _cohesion(ground: Ground, action: Action) -> Iterator[tuple[Item, FrameworkItem]]:
    known = ground.framework.get("cohesion", {})
    yield from ((item, known[item.name]) for item in action.cohesion if item.name in known)


def _wrong_fund(ground: Ground) -> Iterator[Finding]:
    for action in ground.actions:
        for item, entry in _cohesion(ground, action):
            said = {FUNDS[match.upper()] for match in _FUND.findall(item.raw)}
            if entry.fund is not None and said and entry.fund not in said:
                there = ", ".join(sorted(said))
                what = Text(
                    it=f"{item.name} è un obiettivo {entry.fund} ma sta sotto {there}",
                    en=f"{item.name} is an objective of the {entry.fund} but stands under {there}",
                )
                yield Finding(action.code, what, evidence_of(item))


def _fund_order(ground: Ground) -> Iterator[Finding]:
    """Objectives of the ERDF that stand below one of the ESF+ under the same policy objective."""
    for action in ground.actions:
        above: Item | None = None
        for item, entry in _cohesion(ground, action):
            if entry.parent is None:
                above = None
            elif entry.fund == "ESF+":
                above = item
            elif entry.fund == "ERDF" and above is not None:
                what = Text(
                    it=f"{item.name}, del FESR, sta tra gli obiettivi FSE+ (dopo {above.name})",
                    en=f"{item.name}, of the ERDF, stands among the objectives of the ESF+ (after {above.name})",
                )
                yield Finding(action.code, what, evidence_of(above, item))


def _policy_of(ground: Ground, entry: FrameworkItem) -> str | None:
    known = ground.framework.get("cohesion", {})
    parent = entry.parent
    while parent is not None and parent in known and known[parent].parent is not None:
        parent = known[parent].parent
    return parent


def _without_policy(ground: Ground) -> Iterator[Finding]:
    """Specific objectives whose policy objective the sheet does not name."""
    for action in ground.actions:
        named = {item.name for item in action.cohesion}
        for item, entry in _cohesion(ground, action):
            policy = _policy_of(ground, entry)
            if policy is not None and policy not in named:
                what = Text(
                    it=f"{item.name} appartiene a {policy}, che la scheda non nomina",
                    en=f"{item.name} belongs to {policy}, which the sheet does not name",
                )
                yield Finding(action.code, what, evidence_of(item))


def _other_policy(ground: Ground) -> Iterator[Finding]:
    """Specific objectives that stand under a policy objective they do not belong to, though theirs is named."""
    for action in ground.actions:
        named = {item.name for item in action.cohesion}
        heading: Item | None = None
        for item, entry in _cohesion(ground, action):
            policy = _policy_of(ground, entry)
            if policy is None:
                heading = item
            elif heading is not None and heading.name != policy and policy in named:
                what = Text(
                    it=f"{item.name} sta sotto {heading.name} ma appartiene a {policy}",
                    en=f"{item.name} stands under {heading.name} but belongs to {policy}",
                )
                yield Finding(action.code, what, evidence_of(heading, item))


def _bare_policy(ground: Ground) -> Iterator[Finding]:
    """Policy objectives named without any specific objective of theirs."""
    for action in ground.actions:
        entries = list(_cohesion(ground, action))
        used = {_policy_of(ground, entry) for _, entry in entries}
        for item, entry in entries:
            first = next(other for other, _ in entries if other.name == item.name)
            if entry.parent is None and entry.code not in used and item is first:
                what = Text(
                    it=f"{item.name} è nominato senza alcun suo obiettivo specifico",
                    en=f"{item.name} is named without any specific objective of its own",
                )
                yield Finding(action.code, what, evidence_of(item))


def _pnrr_repeated(ground: Ground) -> Iterator[Finding]:
    for action in ground.actions:
        priorities = {item.name: item for item in action.pnrr}
        for item in action.pnrr_integration:
            if item.name in priorities:
                what = Text(
                    it=f"{item.name} è insieme priorità e integrazione possibile",
                    en=f"{item.name} is both a priority and a possible integration",
                )
                yield Finding(action.code, what, evidence_of(priorities[item.name], item))


def _own_mission(ground: Ground) -> Iterator[Finding]:
    """Integrations are meant across missions; one with the mission of the priorities integrates nothing."""
    for action in ground.actions:
        missions = {item.name.split(".")[0]: item for item in action.pnrr}
        exact = {item.name for item in action.pnrr}
        for item in action.pnrr_integration:
            mission = item.name.split(".")[0]
            if mission in missions and item.name not in exact:
                what = Text(
                    it=f"l'integrazione {item.name} è con la stessa missione della priorità {missions[mission].name}",
                    en=f"the integration {item.name} is with the mission of the priority {missions[mission].name}",
                )
                yield Finding(action.code, what, evidence_of(missions[mission], item))


def _goals_differ(ground: Ground) -> Iterator[Finding]:
    """The sheets of one strategy give it different goals of the Carta di Bologna."""
    for strategy in ground.plan.strategies:
        goals: dict[tuple[str, ...], Action] = {}
        counts: Counter[tuple[str, ...]] = Counter()
        for action in strategy.actions:
            names = tuple(sorted({item.name for item in action.bologna}))
            goals.setdefault(names, action)
            counts[names] += 1
        if len(goals) > 1:
            shown = "; ".join(
                f"{', '.join(names) or 'n.d.'} ({counts[names]})"
                for names in sorted(goals, key=lambda n: -counts[n])
            )
            what = Text(
                it=f"le schede danno alla strategia obiettivi diversi della Carta di Bologna: {shown}",
                en=f"the sheets give the strategy different goals of the Carta di Bologna: {shown}",
            )
            evidence = [
                Evidence(", ".join(names) or "n.d.", _goal_line(goals[names])) for names in sorted(goals)
            ]
            yield Finding(strategy.code, what, tuple(evidence))


def _goal_line(action: Action) -> int:
    fact = action.fields.get("bologna")
    return fact.line if fact and fact.line is not None else action.line


def _no_indicator(ground: Ground) -> Iterator[Finding]:
    for action in ground.actions:
        notes = ground.plan.editorial_of(action.code)
        if notes is None or not notes.indicators:
            what = Text(it="nessun indicatore dice come va", en="no indicator tells how it goes")
            yield Finding(action.code, what, (Evidence(action.title_raw, action.line),))


def _unknown_indicator(ground: Ground) -> Iterator[Finding]:
    if ground.indicators is None:
        return
    for action in ground.actions:
        notes = ground.plan.editorial_of(action.code)
        for link in notes.indicators if notes else []:
            if link.indicator not in ground.indicators:
                what = Text(
                    it=f"l'indicatore {link.indicator} non è definito",
                    en=f"the indicator {link.indicator} is not defined",
                )
                yield Finding(action.code, what, (Evidence(link.indicator),))


def _dead_end(ground: Ground) -> Iterator[Finding]:
    tied = {code for tie in ground.connections for code in (tie.source, tie.target)}
    for action in ground.actions:
        if action.code not in tied:
            what = Text(it="nulla la lega ad altre azioni", en="nothing ties it to other actions")
            yield Finding(action.code, what, (Evidence(action.title_raw, action.line),))


def _cited_unknown(ground: Ground) -> Iterator[Finding]:
    known = {action.code for action in ground.plan.actions}
    for citation in ground.citations:
        if citation.target not in known:
            what = Text(
                it=f"la scheda rinvia alla {citation.target}, che non esiste",
                en=f"the sheet refers to {citation.target}, which does not exist",
            )
            yield Finding(citation.source, what, (Evidence(citation.raw, citation.line),))


RULES: tuple[Rule, ...] = (
    Rule(
        "code-unknown", "error",
        Text(it="Codice che non esiste", en="Code that does not exist"),
        Text(it="Il codice non è nel quadro a cui il campo si riferisce.",
             en="The code is not in the framework that the field refers to."),
        _unknown_code,
    ),
    Rule(
        "code-name", "error",
        Text(it="Codice con il nome di un altro", en="Code with another's name"),
        Text(it="Accanto al codice sta il nome che il quadro dà a un altro codice.",
             en="Beside the code stands the name that the framework gives to another code."),
        _other_name,
    ),
    Rule(
        "fund-as-programme", "warning",
        Text(it="Fondo tra i programmi ad accesso diretto", en="Fund among the programmes of direct access"),
        Text(it="FESR e FSE+ sono gestiti con gli Stati e le Regioni: non vi si accede direttamente.",
             en="ERDF and ESF+ are managed with States and regions: there is no direct access to them."),
        _fund_as_programme,
    ),
    Rule(
        "fund-wrong", "error",
        Text(it="Obiettivo sotto il fondo sbagliato", en="Objective under the wrong fund"),
        Text(it="La voce nomina un fondo che non è quello dell'obiettivo secondo il quadro.",
             en="The item names a fund that is not the objective's own after the framework."),
        _wrong_fund,
    ),
    Rule(
        "fund-order", "note",
        Text(it="Obiettivo FESR tra quelli del FSE+", en="ERDF objective among those of the ESF+"),
        Text(it="Sotto un OP gli obiettivi dei due fondi sono mescolati, e il fondo non è detto.",
             en="Under a policy objective those of both funds are mixed, and the fund is not said."),
        _fund_order,
    ),
    Rule(
        "policy-missing", "warning",
        Text(it="Obiettivo specifico senza il suo obiettivo di policy",
             en="Specific objective without its policy objective"),
        Text(it="La scheda nomina l'OS ma non l'OP a cui appartiene.",
             en="The sheet names the specific objective but not the policy objective it belongs to."),
        _without_policy,
    ),
    Rule(
        "policy-other", "warning",
        Text(it="Obiettivo specifico sotto un altro obiettivo di policy",
             en="Specific objective under another policy objective"),
        Text(it="L'OS sta nell'elenco sotto un OP che non è il suo.",
             en="The specific objective stands in the list under a policy objective that is not its own."),
        _other_policy,
    ),
    Rule(
        "policy-bare", "note",
        Text(it="Obiettivo di policy senza obiettivi specifici", en="Policy objective without specific objectives"),
        Text(it="La scheda nomina l'OP ma nessuno dei suoi OS.",
             en="The sheet names the policy objective but none of its specific objectives."),
        _bare_policy,
    ),
    Rule(
        "pnrr-repeated", "note",
        Text(it="Priorità ripetuta come integrazione", en="Priority repeated as integration"),
        Text(it="La stessa componente PNRR è priorità e integrazione possibile.",
             en="One PNRR component is both a priority and a possible integration."),
        _pnrr_repeated,
    ),
    Rule(
        "pnrr-own-mission", "note",
        Text(it="Integrazione con la propria missione", en="Integration with the action's own mission"),
        Text(it="L'integrazione possibile è con la missione della priorità stessa.",
             en="The possible integration is with the mission of the priority itself."),
        _own_mission,
    ),
    Rule(
        "goals-differ", "warning",
        Text(it="Obiettivi della Carta di Bologna diversi", en="Goals of the Carta di Bologna differ"),
        Text(it="Le schede di una strategia danno alla strategia obiettivi diversi.",
             en="The sheets of one strategy give the strategy different goals."),
        _goals_differ,
    ),
    Rule(
        "no-indicator", "note",
        Text(it="Azione senza indicatore", en="Action without an indicator"),
        Text(it="Nessun indicatore è collegato all'azione (scelta editoriale).",
             en="No indicator is linked to the action (an editorial choice)."),
        _no_indicator,
    ),
    Rule(
        "indicator-unknown", "error",
        Text(it="Indicatore non definito", en="Indicator not defined"),
        Text(it="L'azione è collegata a un indicatore che non c'è.",
             en="The action is linked to an indicator that is not there."),
        _unknown_indicator,
    ),
    Rule(
        "dead-end", "warning",
        Text(it="Azione isolata", en="Isolated action"),
        Text(it=f"Non ha nulla in comune con altre, se non ciò che hanno in più di {COMMON_SHARE:.0%} delle azioni.",
             en=f"It shares nothing with others but what more than {COMMON_SHARE:.0%} of the actions hold."),
        _dead_end,
    ),
    Rule(
        "cited-unknown", "error",
        Text(it="Rinvio a un'azione che non esiste", en="Reference to an action that does not exist"),
        Text(it="Il testo di una scheda nomina un codice d'azione che il piano non ha.",
             en="A sheet's text names an action code that the plan does not have."),
        _cited_unknown,
    ),
)  # fmt: skip
