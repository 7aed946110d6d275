# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rules of access and speed, one expectation each, worked out by hand from docs/streets.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from aumenta.network.osm_access import CLASSES, CLOSED, OPEN, STEPS_SHARE, odd_tags, stopped_at, use_of
from aumenta.network.osm_speeds import CAR_KMH, limit_kmh

W, B = 1.4, 4.2  # walking and cycling on the flat, m/s


def tags(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(" ") if part)


BOTH_W, BOTH_B, NONE = (W, W), (B, B), (0, 0)


@pytest.mark.parametrize(
    ("text", "foot", "bike"),
    [
        ("highway=residential", BOTH_W, BOTH_B),
        ("highway=motorway", NONE, NONE),
        ("highway=trunk", NONE, NONE),
        ("highway=trunk sidewalk=both", BOTH_W, BOTH_W),
        ("highway=trunk foot=yes bicycle=yes", BOTH_W, BOTH_B),
        ("highway=primary motorroad=yes", NONE, NONE),
        ("highway=footway", BOTH_W, BOTH_W),
        ("highway=footway bicycle=yes", BOTH_W, (0.8 * B, 0.8 * B)),
        ("highway=pedestrian", BOTH_W, BOTH_W),
        ("highway=pedestrian bicycle=designated", BOTH_W, (0.6 * B, 0.6 * B)),
        ("highway=cycleway", BOTH_W, BOTH_B),
        ("highway=cycleway foot=no", NONE, BOTH_B),
        ("highway=cycleway foot=no oneway=yes", NONE, (B, 0)),
        ("highway=cycleway oneway=yes", BOTH_W, (B, W)),
        ("highway=path", BOTH_W, (0.7 * B, 0.7 * B)),
        ("highway=path bicycle=designated", BOTH_W, BOTH_B),
        ("highway=path surface=asphalt", BOTH_W, BOTH_B),
        ("highway=path mtb:scale=3", BOTH_W, BOTH_W),
        ("highway=path sac_scale=mountain_hiking", BOTH_W, BOTH_W),
        ("highway=path sac_scale=alpine_hiking", NONE, NONE),
        ("highway=track tracktype=grade2", BOTH_W, (0.8 * B, 0.8 * B)),
        ("highway=track surface=sand", BOTH_W, BOTH_W),
        ("highway=residential surface=sett", BOTH_W, (0.6 * B, 0.6 * B)),
        ("highway=living_street surface=compacted", BOTH_W, (0.67 * B, 0.67 * B)),
        ("highway=bridleway", BOTH_W, BOTH_W),
        # directions
        ("highway=residential oneway=yes", BOTH_W, (B, W)),
        ("highway=residential oneway=-1", BOTH_W, (W, B)),
        ("highway=residential oneway=yes foot=no", NONE, (B, 0)),
        ("highway=residential oneway=yes oneway:bicycle=no", BOTH_W, BOTH_B),
        ("highway=residential oneway=yes cycleway=opposite", BOTH_W, BOTH_B),
        ("highway=residential oneway=yes cycleway:left=opposite_lane", BOTH_W, BOTH_B),
        ("highway=residential oneway=yes cycleway:left=lane cycleway:left:oneway=-1", BOTH_W, BOTH_B),
        ("highway=residential oneway=yes cycleway:right=lane", BOTH_W, (B, W)),
        ("highway=residential oneway=-1 cycleway=opposite_track", BOTH_W, BOTH_B),
        ("highway=residential oneway:bicycle=yes", BOTH_W, (B, W)),
        ("highway=residential oneway:bicycle=-1", BOTH_W, (W, B)),
        ("highway=residential oneway=yes bicycle:backward=yes", BOTH_W, BOTH_B),
        ("highway=residential vehicle:backward=no", BOTH_W, (B, W)),
        ("highway=residential oneway=reversible", BOTH_W, BOTH_W),
        ("highway=residential oneway=alternating", BOTH_W, BOTH_B),
        ("highway=tertiary junction=roundabout", BOTH_W, (B, W)),
        ("highway=tertiary junction=circular oneway=no", BOTH_W, BOTH_B),
        ("highway=footway oneway=yes", BOTH_W, BOTH_W),
        ("highway=footway oneway:foot=yes", (W, 0), (W, 0)),
        ("highway=footway foot:backward=no", (W, 0), (W, 0)),
        # access
        ("highway=residential access=private", NONE, NONE),
        ("highway=residential access=private foot=yes", BOTH_W, BOTH_W),
        ("highway=residential access=no bicycle=yes", NONE, BOTH_B),
        ("highway=residential vehicle=no", BOTH_W, BOTH_W),
        ("highway=residential vehicle=no bicycle=yes", BOTH_W, BOTH_B),
        ("highway=residential bicycle=no", BOTH_W, BOTH_W),
        ("highway=residential bicycle=dismount", BOTH_W, BOTH_W),
        ("highway=cycleway bicycle=dismount foot=no", NONE, NONE),
        ("highway=primary bicycle=use_sidepath", BOTH_W, BOTH_W),
        ("highway=primary foot=use_sidepath", NONE, BOTH_B),
        ("highway=service access=customers", BOTH_W, (0.9 * B, 0.9 * B)),
        ("highway=residential access=maybe", BOTH_W, BOTH_B),
        ("highway=residential access=unknown;private", NONE, NONE),
        ("highway=pedestrian area=yes", BOTH_W, BOTH_W),
        ("highway=busway", NONE, NONE),
        ("highway=busway bicycle=yes", NONE, BOTH_B),
        ("railway=platform", BOTH_W, BOTH_W),
        ("public_transport=platform", BOTH_W, BOTH_W),
    ],
)
def test_foot_and_bike(text: str, foot: tuple[float, float], bike: tuple[float, float]) -> None:
    use = use_of(tags(text))
    assert use is not None
    assert use.foot == pytest.approx(foot)
    assert use.bike == pytest.approx(bike)


@pytest.mark.parametrize(
    ("text", "along", "against"),
    [
        # classes without a limit, as the table has them
        ("highway=motorway", 90, 0),
        ("highway=motorway oneway=no", 90, 90),
        ("highway=trunk", 85, 85),
        ("highway=primary", 65, 65),
        ("highway=secondary_link", 25, 25),
        ("highway=residential", 25, 25),
        ("highway=living_street", 10, 10),
        ("highway=service", 15, 15),
        ("highway=service service=driveway", 10, 10),
        # limits times 0.8
        ("highway=primary maxspeed=50", 40, 40),
        ("highway=primary maxspeed=50 maxspeed:backward=70", 40, 56),
        ("highway=primary maxspeed:forward=30", 24, 65),
        ("highway=primary maxspeed=signals", 65, 65),
        ("highway=primary maxspeed=fast source:maxspeed=IT:rural", 72, 72),
        ("highway=motorway maxspeed=none", 104, 0),
        ("highway=residential maxspeed=50", 30, 30),
        ("highway=residential maxspeed=30", 24, 24),
        ("highway=living_street maxspeed=30", 10, 10),
        ("highway=service maxspeed=10", 8, 8),
        ("highway=tertiary maxspeed=50 surface=cobblestone", 30, 30),
        # directions
        ("highway=residential oneway=yes", 25, 0),
        ("highway=residential oneway=-1", 0, 25),
        ("highway=residential oneway=yes oneway:bicycle=no", 25, 0),
        ("highway=residential oneway=reversible", 0, 0),
        ("highway=residential oneway:motor_vehicle=yes", 25, 0),
        ("highway=residential motor_vehicle:backward=no", 25, 0),
        ("highway=tertiary junction=roundabout", 40, 0),
        # access
        ("highway=residential access=private", 0, 0),
        ("highway=residential motor_vehicle=no", 0, 0),
        ("highway=residential vehicle=no motor_vehicle=destination", 25, 25),
        ("highway=residential vehicle=no motorcar=yes", 25, 25),
        ("highway=residential access=no", 0, 0),
        ("highway=residential motor_vehicle=agricultural", 0, 0),
        ("highway=residential motor_vehicle=permit", 0, 0),
        ("highway=residential bicycle=no foot=no", 25, 25),
        ("highway=track", 0, 0),
        ("highway=track access=yes", 0, 0),
        ("highway=track motor_vehicle=yes", 15, 15),
        ("highway=pedestrian", 0, 0),
        ("highway=pedestrian motor_vehicle=destination", 10, 10),
        ("highway=footway", 0, 0),
        ("highway=steps motor_vehicle=yes", 0, 0),
        ("highway=service area=yes", 0, 0),
        ("highway=service service=emergency_access", 0, 0),
        ("highway=busway", 0, 0),
    ],
)
def test_car(text: str, along: float, against: float) -> None:
    use = use_of(tags(text))
    assert use is not None
    assert [3.6 * speed for speed in use.car] == pytest.approx([along, against])


def test_share_of_the_limit_is_an_option() -> None:
    use = use_of(tags("highway=primary maxspeed=50"), real=1.0)
    assert use is not None
    assert use.car[0] == pytest.approx(50 / 3.6)


def test_stairs() -> None:
    """Weidmann 1993: 0.610 m/s up and 0.694 down of 1.34 m/s flat; here the mean of both paces, each way."""
    mean = 2 / (1.34 / 0.610 + 1.34 / 0.694)
    assert pytest.approx(mean) == STEPS_SHARE
    plain, ramp, ridden = (
        use_of(tags("highway=steps" + more)) for more in ("", " ramp:bicycle=yes", " bicycle=yes")
    )
    assert plain is not None
    assert ramp is not None
    assert ridden is not None
    walk = W * STEPS_SHARE
    assert plain.foot == pytest.approx((walk, walk))
    assert plain.bike == ridden.bike == pytest.approx((walk / 2, walk / 2))
    assert ramp.bike == pytest.approx((walk, walk))
    assert plain.car == (0, 0)
    assert plain.level


def test_escalators_go_one_way() -> None:
    up = use_of(tags("highway=steps conveying=forward"))
    down = use_of(tags("highway=steps conveying=backward"))
    assert up is not None
    assert down is not None
    assert up.foot[0] > 0 == up.foot[1]
    assert down.foot[1] > 0 == down.foot[0]


@pytest.mark.parametrize(
    "text",
    ["highway=construction", "highway=proposed", "highway=raceway", "route=ferry", "name=x", "railway=rail"],
)
def test_what_is_no_street(text: str) -> None:
    assert use_of(tags(text)) is None


@pytest.mark.parametrize(
    ("text", "foot", "bike", "car"),
    [
        ("highway=crossing", False, False, False),
        ("barrier=bollard", False, False, True),
        ("barrier=gate", False, False, True),
        ("barrier=gate access=yes", False, False, False),
        ("barrier=gate motor_vehicle=private", False, False, True),
        ("barrier=gate access=private", True, True, True),
        ("barrier=gate access=private foot=yes", False, False, True),
        ("barrier=gate locked=yes", True, True, True),
        ("barrier=lift_gate", False, False, False),
        ("barrier=toll_booth", False, False, False),
        ("barrier=cattle_grid", False, False, False),
        ("barrier=stile", False, True, True),
        ("barrier=stile bicycle=yes", False, False, True),
        ("barrier=bollard bicycle=no", False, False, True),
        ("barrier=fence", True, True, True),
        ("barrier=bollard motorcar=yes", False, False, False),
    ],
)
def test_barriers(text: str, foot: bool, bike: bool, car: bool) -> None:
    assert stopped_at(tags(text)) == (foot, bike, car)


@pytest.mark.parametrize(
    ("value", "kmh"),
    [
        ("50", 50),
        (" 50 ", 50),
        ("50 km/h", 50),
        ("50kmh", 50),
        ("50.5", 50.5),
        ("30 mph", 30 * 1.609344),
        ("30mph", 30 * 1.609344),
        ("5 knots", 9.26),
        ("IT:urban", 50),
        ("IT:rural", 90),
        ("IT:trunk", 110),
        ("IT:motorway", 130),
        ("RU:urban", 60),
        ("DE:rural", 100),
        ("GB:nsl_single", 60 * 1.609344),
        ("DE:zone:30", 30),
        ("IT:zone30", 30),
        ("zone:20", 20),
        ("walk", 6),
        ("none", 130),
        ("50;70", 50),
        ("50; 30", 30),
        ("30-50", 30),
        ("70|50", 50),
        ("40,5", 40.5),
        ("", None),
        ("signals", None),
        ("variable", None),
        ("0", None),
        ("-30", None),
        ("5000", None),
        ("fifty", None),
        ("50 furlongs", None),
    ],
)
def test_limits(value: str, kmh: float | None) -> None:
    assert limit_kmh(value) == (None if kmh is None else pytest.approx(kmh, rel=1e-4))


def test_odd_tags_are_told() -> None:
    fine = "highway=residential maxspeed=signals oneway=alternating access=unknown bicycle=yes;designated"
    assert odd_tags(tags(fine)) == []
    assert odd_tags(tags("maxspeed=x oneway=perhaps foot=sometimes")) == [
        "foot=sometimes",
        "maxspeed=x",
        "oneway=perhaps",
    ]


PAGE = Path(__file__).resolve().parents[2] / "docs" / "streets.md"


def table(head: str) -> list[list[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    at = lines.index(head) + 2
    rows = []
    while lines[at].startswith("|"):
        rows.append([cell.strip().strip("`") for cell in lines[at].strip("|").split("|")])
        at += 1
    return rows


def test_the_page_has_the_classes() -> None:
    rows = table("| class | foot | bike | car | share | share, surface not mapped |")
    assert [row[0] for row in rows] == list(CLASSES)
    for name, foot, bike, car, base, rough in rows:
        rules = CLASSES[name]
        assert (foot == "yes", bike, car == "yes") == (
            rules.foot,
            {"never": "no"}.get(rules.bike, rules.bike),
            rules.car,
        )
        if base != "-":
            assert (float(base), float(rough)) == (rules.base, rules.rough)


def test_the_page_has_the_speeds_and_words() -> None:
    assert {name: float(kmh) for name, kmh in table("| class | km/h |")} == CAR_KMH
    rows = table("| values | mean |")
    assert {word.strip(" `") for word in rows[0][0].split(",")} == OPEN
    assert {word.strip(" `") for word in rows[1][0].split(",")} == CLOSED
