# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Building a twin: the ground (plan, places, cells, opportunities), the network (streets, timetable), the measures.

Each stage publishes a build.

What is imported here at the top is light: an unchanged build ends after hashing its inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aumenta.errors import AumentaError, PackError, Problem, TwinError
from aumenta.settings import get_settings
from aumenta.store.fingerprint import Fingerprint, digest, fingerprint
from aumenta.store.layout import Layout, damaged, read_manifest
from aumenta.store.manifest import FetchedFile, Manifest, PackEntry
from aumenta.store.packs import Pack, default_pack, open_pack
from aumenta.store.publish import Preparation, cannot_write, locked, turn_current
from aumenta.store.yaml_files import read_yaml

if TYPE_CHECKING:
    from aumenta.plan.model import Plan
    from aumenta.territory.fetching.overlay import Overlay
    from aumenta.territory.pack import TerritoryPack
    from aumenta.twin.facade import Twin
    from aumenta.twin.ground import Ground
    from aumenta.twin.stages import Written

Stage = Literal["ground", "network", "readings"]
STAGES: tuple[Stage, ...] = ("ground", "network", "readings")
RESOLUTIONS = (100, 250, 500, 1000)
#: Called as each step begins: its name, steps done, steps there are.
Progress = Callable[[str, int, int], None]

#: Steps that the ground tells of, and those of the measures, for the progress bar.
GROUND_STEPS = 10
NETWORK_STEPS = 8
READING_STEPS = 10


@dataclass(frozen=True)
class Outcome:
    """What a build did: the build in use afterwards, and whether anything had to be made."""

    root: Path
    manifest: Manifest
    changed: bool


def build(
    pack: str | Path | None = None,
    into: str | Path | None = None,
    only: Stage | None = None,
    resolution: int | None = None,
    progress: Progress | None = None,
    fetched: bool | None = None,
) -> Twin:
    """Build the twin of a pack (a bundled name or a folder) and open it.

    `into` is the twin's folder (default: setting `AUMENTA_TWIN`), `only` names the last stage to make
    (`ground` or `network`), `resolution` the side of a cell in metres (default: setting, then the pack's), `fetched`
    whether the official sources in the cache replace the pack's own (default: setting, which is no). Raises
    `PackError`, `TableError` and `NetworkError` for what is wrong with the pack, `FetchError` with the cache,
    `TwinError` with the folder; the twin that was there stays as it was.
    """
    outcome = run_build(pack, into, only, resolution, progress, fetched)
    from aumenta.twin.facade import open_twin  # noqa: PLC0415 - heavy, and needed only here

    return open_twin(outcome.root)


def run_build(
    pack: str | Path | None = None,
    into: str | Path | None = None,
    only: Stage | None = None,
    resolution: int | None = None,
    progress: Progress | None = None,
    fetched: bool | None = None,
) -> Outcome:
    """Build without opening; see `build`."""
    opened = open_pack(pack if pack is not None else default_pack())
    root = Path(into) if into is not None else get_settings().twin
    territory = _territory_yaml(opened)
    side = _resolution(resolution, territory)
    if only is not None and only not in STAGES:
        raise AumentaError(
            "The build cannot start.", [Problem("no such stage", found=only, expected=", ".join(STAGES))]
        )
    cache = _cache(opened, get_settings().fetched if fetched is None else fetched)
    settings = {"grid_resolution": side, "fetched": cache is not None}
    print_ = fingerprint(opened.root, _packages(territory), settings, _fetched_files(opened, cache))
    wanted = names_of(print_)
    present = _present(root, wanted, only)
    if present is not None:
        return Outcome(root, present, changed=False)
    with locked(root) as layout:
        return Outcome(
            root, _build(opened, layout, print_, wanted, only, cache, _Steps(progress, only)), changed=True
        )


def _resolution(given: int | None, territory: dict[str, Any]) -> int:
    """Side of a cell: the argument's, else the environment's, else the pack's, else the default of the setting."""
    settings = get_settings()
    grid = territory.get("grid")
    side = given if given is not None else settings.grid_resolution
    if given is None and "grid_resolution" not in settings.model_fields_set and isinstance(grid, dict):
        own = grid.get("resolution", side)
        side = own if own in RESOLUTIONS else side  # another figure is told of by the pack's own check
    if side not in RESOLUTIONS:
        expected = ", ".join(str(r) for r in RESOLUTIONS)
        raise AumentaError(
            "The build cannot start.", [Problem("no such side of a cell", found=str(side), expected=expected)]
        )
    return side


def _cache(pack: Pack, fetched: bool) -> Path | None:
    """Folder of the fetched sources that the build takes in; None when it takes none."""
    if not fetched or pack.territory is None:
        return None
    from aumenta.territory.fetching.cache import cache_of  # noqa: PLC0415

    return cache_of(pack.about.id)


def _fetched_files(pack: Pack, cache: Path | None) -> list[FetchedFile]:
    """Fetched files that the build reads, compared with the account of the cache."""
    if cache is None or pack.territory is None:
        return []
    from aumenta.territory.fetching.cache import cached_sources  # noqa: PLC0415

    return [file for one in cached_sources(pack.territory, cache) for file in one.inputs]


def names_of(one: Fingerprint) -> dict[Stage, str]:
    """Names of the builds of each stage: hashes of all that they depend on."""
    return {stage: digest([one.hash, stage]) for stage in STAGES}


def _territory_yaml(pack: Pack) -> dict[str, Any]:
    """The territory's YAML as it stands, before its schema is checked."""
    if pack.territory is None or not (pack.territory / "territory.yaml").is_file():
        return {}
    data, _ = read_yaml(pack.territory / "territory.yaml")
    return data if isinstance(data, dict) else {}


def _packages(data: dict[str, Any]) -> dict[str, list[str]]:
    """Data files of installed packages that the territory reads."""
    found: dict[str, list[str]] = {}
    years = data.get("population_years")
    for key in ("geometry", "population"):
        part = data.get(key)
        if not isinstance(part, dict) or not isinstance(part.get("package"), str):
            continue
        names = (
            [f"data/{part.get('year')}_italy_geo_municipalities.feather"]
            if key == "geometry"
            else [f"data/{year}_italy_pop.feather" for year in (years if isinstance(years, list) else [])]
        )
        found.setdefault(part["package"], []).extend(names)
    return found


def _present(root: Path, wanted: dict[Stage, str], only: Stage | None) -> Manifest | None:
    """Manifest of the build in use when it is whole and already what is wanted (or more)."""
    layout = Layout(root)
    try:
        name = layout.current_name()
        enough = list(wanted.values())[
            STAGES.index(only or "readings") :
        ]  # a later stage holds the earlier ones
        if name is None or name not in enough:
            return None
        manifest = read_manifest(layout.build(name))
        return None if damaged(layout.build(name), manifest) else manifest
    except TwinError:
        return None


class _Steps:
    """Tells the caller of steps as they begin."""

    def __init__(self, progress: Progress | None, only: Stage | None) -> None:
        self.progress = progress
        stages = STAGES.index(only or "readings") + 1
        self.total = sum((GROUND_STEPS, NETWORK_STEPS, READING_STEPS)[:stages])
        self.done = 0

    def __call__(self, name: str) -> None:
        if self.progress is not None:
            self.progress(name, min(self.done, self.total), self.total)
        self.done += 1


def _build(
    pack: Pack,
    layout: Layout,
    print_: Fingerprint,
    wanted: dict[Stage, str],
    only: Stage | None,
    cache: Path | None,
    tell: _Steps,
) -> Manifest:
    tell("pack")
    from aumenta.store.definitions import load_indicators  # noqa: PLC0415
    from aumenta.twin.ground import load_parts  # noqa: PLC0415 - heavy: after the check above
    from aumenta.twin.stages import check_links, write_readings  # noqa: PLC0415

    territory, plan = load_parts(pack)
    if territory is None:
        problem = Problem("no territory", str(pack.root / "pack.yaml"), field="territory")
        raise PackError("The pack has no territory to build.", [problem])
    check_links(plan, load_indicators())
    overlay = None
    if cache is not None:
        from aumenta.territory.fetching.overlay import with_fetched  # noqa: PLC0415

        overlay = with_fetched(territory, cache)
        territory = overlay.pack
    parts = _Parts(pack, territory, plan, overlay, print_)
    base, ground = _ground_or_more(parts, layout, wanted, only, tell)
    if only == "ground":
        return _in_use(layout, base)
    if "network" not in base.stages:
        tell.done = max(tell.done, GROUND_STEPS)
        ground = ground or _read_ground(layout, base, parts)
        base = _add_network(parts, ground, layout, wanted["network"], base, only, tell)
    if only == "network":
        return _in_use(layout, base)
    tell.done = max(tell.done, GROUND_STEPS + NETWORK_STEPS)
    whole, before = ground or _read_ground(layout, base, parts), base
    return _publish(
        layout,
        wanted["readings"],
        lambda folder: write_readings(whole, folder, tell),
        lambda name, written: _with_readings(before, name, written),
        link=(layout.build(before.build), list(before.files)),
    )


@dataclass(frozen=True)
class _Parts:
    """What a build reads: the pack and its parts, what was fetched, and the hash of it all."""

    pack: Pack
    territory: TerritoryPack
    plan: Plan | None
    overlay: Overlay | None
    print_: Fingerprint


def _in_use(layout: Layout, manifest: Manifest) -> Manifest:
    """Turn to a build that was made before and is asked for again."""
    if layout.current_name() != manifest.build:
        turn_current(layout, manifest.build)
    return manifest


def _ground_or_more(
    parts: _Parts, layout: Layout, wanted: dict[Stage, str], only: Stage | None, tell: _Steps
) -> tuple[Manifest, Ground | None]:
    """The latest stage before the measures that an earlier build of the same inputs finished; else the ground, made."""
    kept = _kept(layout, wanted["network"]) if only != "ground" else None
    kept = kept or _kept(layout, wanted["ground"])
    if kept is not None:
        return kept, None
    from aumenta.twin.ground import build_ground  # noqa: PLC0415
    from aumenta.twin.stages import write_ground  # noqa: PLC0415

    side = int(parts.print_.settings["grid_resolution"])
    ground = build_ground(parts.pack, parts.territory, parts.plan, side, tell)
    tell("files")
    made = _publish(
        layout,
        wanted["ground"],
        lambda folder: write_ground(ground, parts.pack, folder),
        lambda name, written: _manifest(name, parts, ground, written),
        turn=only == "ground" or not _has_complete(layout),
    )
    return made, ground


def _add_network(
    parts: _Parts, ground: Ground, layout: Layout, name: str, base: Manifest, only: Stage | None, tell: _Steps
) -> Manifest:
    """Compile the network of a ground and publish both."""
    from aumenta.twin.network_stage import write_network_stage  # noqa: PLC0415

    routed = parts.overlay.routed if parts.overlay else ()
    return _publish(
        layout,
        name,
        lambda folder: write_network_stage(ground, routed, folder, tell),
        lambda given, written: base.model_copy(
            update={
                "build": given,
                "stages": ["ground", "network"],
                "files": {**base.files, **written.files},
                "network": written.network,
            }
        ),
        turn=only == "network" or not _has_complete(layout),
        link=(layout.build(base.build), list(base.files)),
    )


def _publish(
    layout: Layout,
    name: str,
    write: Callable[[Path], Written],
    manifest: Callable[[str, Written], Manifest],
    turn: bool = True,
    link: tuple[Path, list[str]] | None = None,
) -> Manifest:
    """Prepare a build apart, then publish it; whatever goes wrong, nothing of it stays."""
    preparation = Preparation(layout, name)
    try:
        if link is not None:
            preparation.link_from(*link)
        made = manifest(name, write(preparation.folder))
        preparation.publish(made, get_settings().keep_builds, turn)
    except OSError as error:
        preparation.abandon()
        raise cannot_write(layout.root, error) from None
    except BaseException:
        preparation.abandon()
        raise
    return made


def _has_complete(layout: Layout) -> bool:
    """Whether the build in use has every stage: then pages keep it until the new one is complete too."""
    try:
        name = layout.current_name()
        return name is not None and read_manifest(layout.build(name)).complete
    except TwinError:
        return False


def _kept(layout: Layout, name: str) -> Manifest | None:
    """Manifest of a stage that an earlier build of the same inputs finished, if it is whole."""
    folder = layout.build(name)
    if not folder.is_dir():
        return None
    try:
        manifest = read_manifest(folder)
        return None if damaged(folder, manifest) else manifest
    except TwinError:
        return None


def _read_ground(layout: Layout, manifest: Manifest, parts: _Parts) -> Ground:
    from aumenta.store.build_files import read_geo  # noqa: PLC0415
    from aumenta.twin.ground import Ground  # noqa: PLC0415

    folder = layout.build(manifest.build)
    places, cells, opportunities = (
        read_geo(folder / f"{name}.parquet") for name in ("places", "cells", "opportunities")
    )
    side = int(parts.print_.settings["grid_resolution"])
    notes, figures = manifest.notes, manifest.figures
    return Ground(parts.plan, parts.territory, places, cells, opportunities, side, notes, figures)


def _manifest(name: str, parts: _Parts, ground: Ground, written: Written) -> Manifest:
    from aumenta.twin.stages import kind_entries, layer_entries, source_entries  # noqa: PLC0415

    about, print_, overlay = parts.pack.about, parts.print_, parts.overlay
    return Manifest(
        build=name,
        inputs_hash=print_.hash,
        stages=["ground"],
        complete=False,
        software=print_.software,
        pack=PackEntry(id=about.id, name=about.name, licence=about.licence),
        territory=ground.territory.about.id,
        settings=print_.settings,
        parameters=dict(ground.territory.about.parameters),
        inputs=[*print_.inputs],
        files=written.files,
        layers=layer_entries(ground.territory),
        sources=source_entries(ground.territory),
        kinds=kind_entries(ground),
        replaced=overlay.replaced if overlay else [],
        notes=[*ground.notes, *(overlay.notes if overlay else [])],
        figures=ground.figures,
    )


def _with_readings(ground: Manifest, name: str, written: Written) -> Manifest:
    return ground.model_copy(
        update={
            "build": name,
            "stages": list(STAGES),
            "complete": True,
            "files": {**ground.files, **written.files},
            "measures": written.measures,
            "indicators": written.indicators,
            "reasons": written.reasons,
            "cell_statuses": written.cell_statuses,
        }
    )
