# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Why a value is missing, in words. Tables of a pack add their own (`blank.<table>.<column>`), measures theirs."""

from __future__ import annotations

from aumenta.values.text import Text

REASONS: dict[str, Text] = {
    "not_given": Text(
        it="La fonte non dà il dato per questo luogo.", en="The source gives no figure for this place."
    ),
    "not_built": Text(
        it="Questa versione del gemello non l'ha calcolato, o non ancora.",
        en="This build of the twin has not computed it, or not yet.",
    ),
    "no_parts": Text(
        it="Nessun luogo più piccolo di cui fare la somma.", en="There is no smaller place to make it from."
    ),
    "all_parts_missing": Text(
        it="Manca in tutti i luoghi che lo compongono, per motivi diversi.",
        en="It is missing in every place it is made of, for different reasons.",
    ),
    "nothing_to_divide_by": Text(
        it="Il denominatore è zero: non c'è niente per cui dividere.",
        en="The denominator is zero: there is nothing to divide by.",
    ),
    "no_residents": Text(it="Qui non abita nessuno.", en="Nobody lives here."),
    "incomplete": Text(
        it="L'elenco non è completo: dove non c'è niente non si sa se manca.",
        en="The list is not complete: where there is nothing, nobody knows whether it is missing.",
    ),
    "not_reached": Text(
        it="Non si raggiunge entro il limite dei tempi calcolati.",
        en="It is not reached within the limit of the times computed.",
    ),
    "unknown": Text(
        it="Non si sa: l'elenco non è completo, o il luogo più vicino può essere oltre il territorio noto.",
        en="Nobody knows: the list is not complete, or what is nearest may lie beyond the known ground.",
    ),
    "incomplete_timetable": Text(
        it="L'orario non ha tutti i mezzi pubblici: dove non arriva può arrivare una corsa che non c'è.",
        en="The timetable lacks services: what it does not reach may be reached by one that is not in it.",
    ),
    "near_edge": Text(
        it="Vicino al confine: ciò che serve può essere oltre, dove niente è noto.",
        en="Near the border: what is needed may lie beyond it, where nothing is known.",
    ),
    "no_ages": Text(
        it="Le età dei residenti non sono note in questo territorio.",
        en="The ages of residents are not known in this territory.",
    ),
    "part_of_day": Text(
        it="L'orario dei mezzi pubblici è completo solo per una parte del giorno.",
        en="The timetable of public transport is whole for a part of the day only.",
    ),
    "nobody_short": Text(
        it="Qui non manca a nessuno, o non si sa di quanto.",
        en="Nobody lacks it here, or nobody knows by how much.",
    ),
    "failed": Text(
        it="Il calcolo di questa lettura non è riuscito; il manifesto dice perché.",
        en="The computation of this reading failed; the manifest says why.",
    ),
    "no_history": Text(
        it="Il territorio ha la popolazione di un solo anno.",
        en="The territory has the population of one year only.",
    ),
}


def absent(what: str, name: Text | None = None) -> tuple[str, Text]:
    """Code and words for an input of a measure that the territory does not have."""
    it = name.it if name else what
    en = name.en if name else what
    return (
        f"absent.{what}",
        Text(
            it=f"Il territorio non ha ancora questo dato: {it}.",
            en=f"The territory does not have this yet: {en}.",
        ),
    )
