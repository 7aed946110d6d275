# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Who may use a way of OpenStreetMap, in which direction, and how fast: tags in, six speeds out.

Pure functions of tags; docs/streets.md has every rule in words with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from aumenta.network.model import BASE_SPEED
from aumenta.network.osm_speeds import Tags, bike_share, car_kmh, limit_kmh

Ride = Literal["ride", "push", "never"]


class Class(NamedTuple):
    """What holds for a class of highway where no tag says otherwise."""

    foot: bool
    bike: Ride
    car: bool
    base: float = 1.0  # share of flat speed that bicycles reach on a good surface
    rough: float = 1.0  # the same where no surface is mapped


#: Classes that are streets; the others (construction, proposed, raceway ...) are left out and counted.
CLASSES: Final[dict[str, Class]] = {
    "motorway": Class(False, "never", True),
    "motorway_link": Class(False, "never", True),
    "trunk": Class(False, "never", True),
    "trunk_link": Class(False, "never", True),
    "primary": Class(True, "ride", True),
    "primary_link": Class(True, "ride", True),
    "secondary": Class(True, "ride", True),
    "secondary_link": Class(True, "ride", True),
    "tertiary": Class(True, "ride", True),
    "tertiary_link": Class(True, "ride", True),
    "unclassified": Class(True, "ride", True),
    "residential": Class(True, "ride", True),
    "road": Class(True, "ride", True),
    "living_street": Class(True, "ride", True, base=0.8),
    "service": Class(True, "ride", True, base=0.9),
    "pedestrian": Class(True, "push", False, base=0.6),
    "track": Class(True, "ride", False, rough=0.7),
    "cycleway": Class(True, "ride", False),
    "path": Class(True, "ride", False, rough=0.7),
    "bridleway": Class(True, "push", False, rough=0.7),
    "footway": Class(True, "push", False, base=0.8),
    "steps": Class(True, "push", False),
    "corridor": Class(True, "push", False, base=0.6),
    "platform": Class(True, "push", False, base=0.6),
    "elevator": Class(True, "push", False, base=0.6),
    "busway": Class(False, "never", False),
}

OPEN: Final = frozenset(
    """yes designated permissive destination customers official public discouraged limited
    right_of_way allowed""".split()  # noqa: SIM905 - a column of words would be long
)
CLOSED: Final = frozenset(
    """no private agricultural forestry delivery military permit restricted emergency
    residents employees staff license use_sidepath psv bus taxi closed""".split()  # noqa: SIM905 - a column of words would be long
)
PUSHED: Final = "dismount"

#: Speed along stairs as a share of that on the flat, by the mean pace of up and down: Weidmann 1993 has 0.610 m/s up,
#: 0.694 down (horizontal part) and 1.34 on the flat.
STEPS_SHARE: Final = 2 / (1.34 / 0.610 + 1.34 / 0.694)
#: Carrying a bicycle on stairs without a ramp, as a share of walking there.
CARRY_SHARE: Final = 0.5
#: Mountain paths that take hands or ropes are no way to walk in everyday life.
ALPINE: Final = frozenset(["alpine_hiking", "demanding_alpine_hiking", "difficult_alpine_hiking"])

FOOT_KEYS: Final = ("foot", "access")
BIKE_KEYS: Final = ("bicycle", "vehicle", "access")
CAR_KEYS: Final = ("motorcar", "motor_vehicle", "vehicle", "access")
_ACCESS_KEYS: Final = frozenset([*FOOT_KEYS, *BIKE_KEYS, *CAR_KEYS])
#: Every tag that a rule of a way reads, the frequent ones first; two ways alike in these are alike in everything.
WAY_KEYS: Final = (
    *("highway", "oneway", "maxspeed", "surface", "access", "foot", "bicycle", "service"),
    *("junction", "motor_vehicle", "motorcar", "vehicle", "area", "tracktype", "oneway:bicycle", "cycleway"),
    *("cycleway:left", "cycleway:right", "cycleway:both", "cycleway:left:oneway", "cycleway:right:oneway"),
    *("maxspeed:forward", "maxspeed:backward", "maxspeed:motorcar", "maxspeed:type", "zone:maxspeed"),
    *("source:maxspeed", "bridge", "tunnel", "sidewalk", "motorroad", "sac_scale", "mtb:scale", "conveying"),
    *(
        "oneway:foot",
        "foot:backward",
        "foot:forward",
        "oneway:motor_vehicle",
        "ramp",
        "ramp:bicycle",
        "route",
    ),
    *("railway", "public_transport", "bicycle:backward", "bicycle:forward", "vehicle:backward"),
    *("vehicle:forward", "motor_vehicle:backward", "motor_vehicle:forward"),
)


@dataclass(frozen=True, slots=True)
class Use:
    """Metres a second on the flat along and against a way for each mode; 0 where the mode may not go.

    `level`: the ground's slope says nothing of the way (stairs, lifts, bridges, tunnels).
    """

    foot: tuple[float, float] = (0.0, 0.0)
    bike: tuple[float, float] = (0.0, 0.0)
    car: tuple[float, float] = (0.0, 0.0)
    level: bool = False

    @property
    def none(self) -> bool:
        """Whether no mode may use the way."""
        return not any((*self.foot, *self.bike, *self.car))


def use_of(tags: Tags, real: float = 0.8) -> Use | None:
    """Say how a way may be used; None when it is no street at all.

    `real`: share of a mapped speed limit that cars drive on average.

    >>> use_of({"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"}).bike
    (4.2, 4.2)
    """
    highway = class_of(tags)
    if highway is None:
        return None
    rules = CLASSES[highway]
    foot = _foot(tags, highway, rules)
    level = highway in ("steps", "elevator") or any(
        tags.get(key, "no") != "no" for key in ("bridge", "tunnel", "conveying")
    )
    return Use(foot, _bike(tags, highway, rules, foot), _car(tags, highway, rules, real), level)


def class_of(tags: Tags) -> str | None:
    """Class of highway that counts for the way, platforms without one included; None: no street."""
    highway = tags.get("highway")
    if highway in CLASSES:
        return highway
    if highway is None and "platform" in (tags.get("railway"), tags.get("public_transport")):
        return "platform"
    return None


def verdict(tags: Tags, keys: tuple[str, ...]) -> tuple[str | None, str]:
    """Read access tags from the special to the general: `open`, `closed`, `dismount` or None, and the key that says so.

    Values that are not known are passed over, the next general key counts.
    """
    for key in keys:
        for value in tags.get(key, "").split(";"):
            word = value.strip()
            if word in OPEN:
                return "open", key
            if word in CLOSED:
                return "closed", key
            if word == PUSHED:
                return PUSHED, key
    return None, ""


def odd_tags(tags: Tags) -> list[str]:
    """Tags that say something which no rule understands, as `key=value`; they count as not there.

    >>> odd_tags({"highway": "residential", "maxspeed": "fast", "oneway": "yes", "access": "maybe"})
    ['access=maybe', 'maxspeed=fast']
    """
    odd = []
    for key, value in sorted(tags.items()):
        if key in _ACCESS_KEYS:
            strange = any(w.strip() not in OPEN | CLOSED | {PUSHED, "unknown"} for w in value.split(";"))
        elif key in ("maxspeed", "maxspeed:forward", "maxspeed:backward"):
            strange = limit_kmh(value) is None and value not in ("signals", "variable")
        elif key in ("oneway", "oneway:bicycle", "oneway:foot", "oneway:motor_vehicle"):
            strange = _sign(value) is None and value not in ("reversible",)
        else:
            continue
        if strange:
            odd.append(f"{key}={value}")
    return odd


def _foot(tags: Tags, highway: str, rules: Class) -> tuple[float, float]:
    word, key = verdict(tags, FOOT_KEYS)
    allowed = rules.foot and tags.get("motorroad") != "yes"
    if not allowed and tags.get("sidewalk", "no") in ("both", "left", "right", "yes"):
        allowed = True
    if word == "closed":
        allowed = False
    elif key == "foot":
        allowed = True
    if not allowed or tags.get("sac_scale") in ALPINE:
        return 0.0, 0.0
    speed = BASE_SPEED["foot"] * (STEPS_SHARE if highway == "steps" else 1.0)
    direction = _sign(tags.get("oneway:foot")) or {"forward": 1, "backward": -1}.get(
        tags.get("conveying", ""), 0
    )
    along = direction >= 0 and tags.get("foot:forward") != "no"
    against = direction <= 0 and tags.get("foot:backward") != "no"
    return speed * along, speed * against


def _bike(tags: Tags, highway: str, rules: Class, foot: tuple[float, float]) -> tuple[float, float]:
    """Ride where one may, push where one may only walk, whichever is faster."""
    push = _push(tags, highway, foot)
    word, key = verdict(tags, BIKE_KEYS)
    ride = rules.bike == "ride" and tags.get("motorroad") != "yes"
    if word in ("closed", PUSHED):
        ride = False
    elif word == "open" and key == "bicycle":
        ride = highway != "steps"
    if tags.get("mtb:scale", "0")[:1] not in "01" or tags.get("sac_scale", "hiking") != "hiking":
        ride = False
    if not ride:
        return push
    rough = 1.0 if tags.get("bicycle") == "designated" else rules.rough
    speed = BASE_SPEED["bike"] * bike_share(tags, rules.base, rough)
    along, against = _bike_directions(tags, highway)
    return max(speed * along, push[0]), max(speed * against, push[1])


def _push(tags: Tags, highway: str, foot: tuple[float, float]) -> tuple[float, float]:
    if highway != "steps":
        return foot
    ramp = any(tags.get(key, "no") not in ("no", "separate") for key in ("ramp", "ramp:bicycle"))
    share = 1.0 if ramp else CARRY_SHARE
    return foot[0] * share, foot[1] * share


def _bike_directions(tags: Tags, highway: str) -> tuple[bool, bool]:
    if "oneway:bicycle" in tags and (own := _sign(tags["oneway:bicycle"])) is not None:
        along, against = own >= 0, own <= 0
    elif tags.get("oneway") == "reversible":
        along = against = False
    else:
        sign = _vehicle_sign(tags, highway)
        contraflow = sign != 0 and _contraflow(tags)
        along, against = sign >= 0 or contraflow, sign <= 0 or contraflow
    return _named_directions(tags, ("vehicle", "bicycle"), along, against)


def _contraflow(tags: Tags) -> bool:
    lanes = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    if any(tags.get(key, "").startswith("opposite") for key in lanes):
        return True
    return any(tags.get(f"cycleway:{side}:oneway") in ("-1", "no") for side in ("left", "right"))


def _car(tags: Tags, highway: str, rules: Class, real: float) -> tuple[float, float]:
    word, key = verdict(tags, CAR_KEYS)
    allowed = rules.car
    if word == "closed" or tags.get("area") == "yes" or tags.get("service") == "emergency_access":
        allowed = False
    elif word == "open" and key in ("motorcar", "motor_vehicle"):
        allowed = highway not in ("steps", "corridor", "platform", "elevator")
    sign = _sign(tags.get("oneway:motor_vehicle"))
    sign = _vehicle_sign(tags, highway) if sign is None else sign
    if not allowed or tags.get("oneway") == "reversible":
        return 0.0, 0.0
    along, against = _named_directions(tags, ("vehicle", "motor_vehicle"), sign >= 0, sign <= 0)
    kmh = car_kmh(tags, highway, real)
    return kmh[0] / 3.6 * along, kmh[1] / 3.6 * against


def _named_directions(tags: Tags, whose: tuple[str, ...], along: bool, against: bool) -> tuple[bool, bool]:
    """Let `<who>:forward` and `<who>:backward` decide, the special after the general."""
    for who in whose:
        forward, backward = tags.get(f"{who}:forward"), tags.get(f"{who}:backward")
        along = along if forward is None else forward in OPEN or (along and forward not in CLOSED)
        against = against if backward is None else backward in OPEN or (against and backward not in CLOSED)
    return along, against


def _vehicle_sign(tags: Tags, highway: str) -> int:
    """1: only along the way, -1: only against it, 0: both; motorways and roundabouts are one-way unless said."""
    sign = _sign(tags.get("oneway"))
    if sign is not None:
        return sign
    return int(highway == "motorway" or tags.get("junction") in ("roundabout", "circular"))


def _sign(value: str | None) -> int | None:
    if value in ("yes", "true", "1"):
        return 1
    if value in ("-1", "reverse"):
        return -1
    if value in ("no", "false", "0", "alternating"):
        return 0
    return None


#: Kinds of barrier nodes that stop a mode where no access tag says otherwise.
_SOLID = frozenset(["wall", "fence", "hedge", "retaining_wall", "city_wall", "guard_rail"])
_NARROW = frozenset(
    ["stile", "turnstile", "full-height_turnstile", "kissing_gate", "wicket_gate", "horse_stile"]
)
_POSTS = frozenset(
    """bollard block chain rope cycle_barrier motorcycle_barrier jersey_barrier log debris
    planter bus_trap sump_buster gate swing_gate sliding_gate yes hampshire_gate bar""".split()  # noqa: SIM905 - a column of words would be long
)
STOPS: Final[dict[str, frozenset[str]]] = {
    "foot": _SOLID,
    "bike": _SOLID | _NARROW,
    "car": _SOLID | _NARROW | _POSTS,
}
NODE_KEYS: Final = ("barrier", "locked", "access", "foot", "bicycle", "vehicle", "motor_vehicle", "motorcar")


def stopped_at(tags: Tags) -> tuple[bool, bool, bool]:
    """Whether a barrier node stops foot, bike, car (bicycles may be pushed through what people walk through).

    >>> stopped_at({"barrier": "bollard"}), stopped_at({"barrier": "gate", "motor_vehicle": "yes"})
    ((False, False, True), (False, False, False))
    """
    barrier = tags.get("barrier")
    if barrier is None:
        return False, False, False
    locked = tags.get("locked") == "yes"
    stopped = {}
    for mode, keys in (("foot", FOOT_KEYS), ("bike", BIKE_KEYS), ("car", CAR_KEYS)):
        word, _ = verdict(tags, keys)
        stopped[mode] = barrier in STOPS[mode] or locked if word is None else word == "closed"
    if stopped["bike"] and not stopped["foot"]:
        stopped["bike"] = barrier in _NARROW or barrier in _SOLID
    return stopped["foot"], stopped["bike"], stopped["car"]
