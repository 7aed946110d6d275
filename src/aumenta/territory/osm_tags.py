# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Which kind of opportunity an OpenStreetMap feature is, by the tags that `kinds.yaml` lists for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aumenta.territory.model import Kind

#: Properties of exported features that are not tags.
NOT_TAGS = frozenset(
    {"id", "@id", "osm_id", "osm_type", "type", "timestamp", "version", "changeset", "user", "uid"}
)


def fits(tags: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether all wanted tags stand there; `*` fits any value but `no`, an empty value an absent key.

    Lists (`a;b`) fit by any entry.

    >>> fits({"amenity": "library;theatre"}, {"amenity": "theatre"})
    True
    """
    for key, value in wanted.items():
        given = [part.strip() for part in tags.get(key, "").split(";") if part.strip()]
        if value == "*":
            fit = any(part != "no" for part in given)
        elif value == "":
            fit = not given
        else:
            fit = value in given
        if not fit:
            return False
    return True


def kind_of(tags: Mapping[str, str], kinds: Sequence[Kind]) -> str | None:
    """Id of the first kind of the list that the tags fit; None when none does.

    The order of `kinds.yaml` decides for a feature that is two things; one that is closed (`disused:*`, `abandoned:*`
    keys) fits nothing because its keys differ.
    """
    for kind in kinds:
        if any(wanted and fits(tags, wanted) for wanted in kind.osm):
            return kind.id
    return None


def tags_of(properties: Mapping[str, object]) -> dict[str, str]:
    """Tags of a feature: its property `tags` (a mapping) or its flat properties, as exporters write them."""
    nested = properties.get("tags")
    raw = nested if isinstance(nested, Mapping) else properties
    return {
        str(k): str(v) for k, v in raw.items() if v is not None and (nested is not None or k not in NOT_TAGS)
    }


def osm_id(feature: Mapping[str, object]) -> str | None:
    """`node/123`, `way/45` ... from the feature's id or its properties; None when it tells none."""
    properties = feature.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    for value in (feature.get("id"), properties.get("@id"), properties.get("id")):
        if isinstance(value, str) and value:
            return value
    number, what = properties.get("osm_id"), properties.get("osm_type")
    return f"{what}/{number}" if number and what else None
