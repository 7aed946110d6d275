# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Areas as shapes in degrees."""

from __future__ import annotations

import shapely

from aumenta.scenario.catalogue import PLACES
from aumenta.scenario.fields import Area
from aumenta.store.view import View


def area_shape(area: Area, view: View) -> shapely.Geometry:
    """The polygon of an area: as drawn, or the municipalities' together."""
    if area.polygon is not None:
        return shapely.Polygon(area.polygon)
    places = view[PLACES]
    return shapely.union_all(places.loc[places["id"].isin(area.municipalities or []), "geometry"].to_numpy())
