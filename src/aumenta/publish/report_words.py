# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Words and numbers of reports in Italian and English."""

from __future__ import annotations

import math
from dataclasses import dataclass

from babel.numbers import format_decimal, format_percent

from aumenta.errors import AumentaError, Problem
from aumenta.values.model import Indicator
from aumenta.values.text import Text, italian_share

LANGUAGES = ("it", "en")
_BANDS = {
    "plain": Text(it="Pianura", en="Plain"),
    "hill": Text(it="Collina", en="Hills"),
    "mountain": Text(it="Montagna", en="Mountains"),
}
_WORDS: dict[str, tuple[str, str]] = {
    "report": ("Scheda di un luogo", "Report of a place"),
    "municipality": ("Comune", "Municipality"),
    "zone": ("Zona", "Zone"),
    "band": ("Fascia", "Band"),
    "metropolis": ("Metropoli", "Metropolis"),
    "inferred": ("dedotta", "inferred"),
    "of_municipalities": ("{} comuni", "{} municipalities"),
    "residents": ("Residenti", "Residents"),
    "area": ("Superficie", "Area"),
    "altitude": ("Altitudine", "Altitude"),
    "density": ("Densità", "Density"),
    "per_km2": ("ab./km²", "per km²"),
    "ages": ("Residenti per età", "Residents by age"),
    "over": ("{} e più", "{} and over"),
    "map": ("Dove si trova {} nella metropoli", "Where {} lies in the metropolis"),
    "rights": ("I diritti", "The rights"),
    "rights_about": (
        "Quota di residenti per cui il diritto vale, non vale, o non si sa: le tre sommano a 100.",
        "Share of residents for whom the right holds, does not hold, or is not known: the three add up to 100.",
    ),
    "right": ("Diritto", "Right"),
    "met": ("Vale", "Holds"),
    "not_met": ("Non vale", "Does not hold"),
    "unknown": ("Non si sa", "Not known"),
    "nobody": ("–: non si sa per nessuno.", "–: not known of anybody."),
    "met_whole": ("Vale, metropoli", "Holds, metropolis"),
    "no_rights": (
        "I diritti non sono ancora calcolati in questa costruzione.",
        "The rights are not computed in this build yet.",
    ),
    "lacking": ("Che cosa manca di più", "What is missing most"),
    "lacks": (
        "{name}: manca per {share} dei residenti (nella metropoli per {whole})",
        "{name}: wanting for {share} of the residents (in the metropolis for {whole})",
    ),
    "short": ("; in media {gap} {unit}", "; on average {gap} {unit}"),
    "unknown_of": ("; non si sa per {share}", "; not known of {share}"),
    "nothing_lacking": (
        "Nessuna condizione dei diritti risulta mancare a chi vive qui.",
        "No condition of the rights is known to be missing here.",
    ),
    "nothing_known": (
        "Nessuna condizione risulta mancare, ma di {} su {} non si sa per più di metà dei residenti.",
        "No condition is known to be missing, but {} of {} are not known of more than half of the residents.",
    ),
    "not_known_of": ("non si sa per {}", "not known of {}"),
    "readings": ("Le letture", "The readings"),
    "indicator": ("Indicatore", "Indicator"),
    "rank": ("Posto", "Rank"),
    "estimated": ("stimato", "estimated"),
    "missing": ("manca", "missing"),
    "rank_about": (
        "Posto 1 è il valore più alto, che sia un bene o un male. s = stimato. ▲ meglio della metropoli, ▼ peggio.",
        "Rank 1 is the highest value, be that good or bad. e = estimated. ▲ better than the metropolis, ▼ worse.",
    ),
    "mark": ("s", "e"),
    "better": ("meglio della metropoli", "better than the metropolis"),
    "worse": ("peggio della metropoli", "worse than the metropolis"),
    "more": (
        "Altri {} indicatori sono nella pagina del luogo.",
        "{} more indicators are on the page of the place.",
    ),
    "actions": (
        "Azioni del piano che riguardano questo luogo",
        "Actions of the plan that concern this place",
    ),
    "actions_about": (
        "Un’azione riguarda il luogo quando parla per lei un indicatore in cui il luogo va peggio della metropoli.",
        "An action concerns the place when it does worse than the metropolis in an indicator of the action.",
    ),
    "no_actions": (
        "In nessun indicatore legato a un’azione questo luogo va peggio della metropoli.",
        "In no indicator tied to an action does this place do worse than the metropolis.",
    ),
    "more_actions": ("Altre {} azioni.", "{} more actions."),
    "against": ("{value} contro {whole}", "{value} against {whole}"),
    "not_known": ("Che cosa non si sa", "What is not known"),
    "without_value": ("Senza valore qui: {}.", "Without a value here: {}."),
    "others_without": (
        "Altri {} indicatori senza valore: i motivi sono nella pagina del luogo.",
        "{} more indicators without a value: the page of the place says why.",
    ),
    "bring": ("Strati del territorio che mancano: {}.", "Layers of the territory that are wanting: {}."),
    "all_known": ("Tutti gli indicatori hanno un valore.", "All indicators have a value."),
    "and_more": ("e altri {}", "and {} more"),
    "sources": ("Fonti e licenze", "Sources and licences"),
    "made": (
        "Fatto con Aumenta {version} dalla costruzione {build}.",
        "Made with Aumenta {version} from build {build}.",
    ),
    "licence": ("Dati del gemello: {}.", "Data of the twin: {}."),
    "page": ("Pagina", "Page"),
    "of": ("di", "of"),
}


@dataclass(frozen=True)
class Words:
    """Words and numbers in one language; `AumentaError` for one that is not spoken."""

    code: str

    def __post_init__(self) -> None:
        if self.code not in LANGUAGES:
            problem = Problem(
                "no such language", field="--lang", found=self.code, expected=" or ".join(LANGUAGES)
            )
            raise AumentaError("The report cannot be made.", [problem])

    def __call__(self, key: str, *args: object, **named: object) -> str:
        """A word of the report, with its blanks filled."""
        text = _WORDS[key][LANGUAGES.index(self.code)]
        return text.format(*args, **named) if args or named else text

    def text(self, text: Text | None) -> str:
        """The side of a pair that this language reads."""
        return text.get(self.code) if text else ""

    def number(self, value: float | None, decimals: int = 0) -> str:
        """A number in full; a dash for none."""
        if value is None or not math.isfinite(value):
            return "–"
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(format_decimal(round(value, decimals) + 0.0, format=pattern, locale=self.code)).replace(
            "-", "−"
        )

    def percent(self, value: float | None) -> str:
        """A percentage (0 to 100) with at most one decimal."""
        if value is None or not math.isfinite(value):
            return "–"
        return str(format_percent(round(value, 1) / 100, format="#,##0.#%", locale=self.code))

    def share(self, value: float | None) -> str:
        """A percentage in the middle of a sentence: in Italian with its article."""
        return italian_share(self.percent(value)) if self.code == "it" else self.percent(value)

    def band(self, identifier: str, name: str) -> str:
        """Name of an altitude band."""
        known = _BANDS.get(identifier.replace(":", "-").rsplit("-", 1)[-1])
        return self.text(known) if known else name

    def unit(self, indicator: Indicator) -> str:
        """Unit of an indicator, empty when it repeats the name."""
        unit = self.text(indicator.unit)
        return "" if unit.casefold() == self.text(indicator.name).casefold() else unit
