# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Building a twin: ground (plan, places, cells, opportunities), network, measures, and those made of travel times.

Each stage publishes a build, so that pages can show what is there while the rest is computed.

What is imported here at the top is light: an unchanged build ends after hashing its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aumenta.errors import AumentaError, PackError, Problem, TwinError
from aumenta.settings import get_settings
from aumenta.store.fingerprint import Fingerprint, digest, fingerprint
from aumenta.store.layout import Layout, damaged, read_manifest
from aumenta.store.manifest import Manifest, PackEntry
from aumenta.store.pack_place import remember_pack
from aumenta.store.packs import Pack, default_pack, open_pack
from aumenta.store.publish import Preparation, cannot_write, locked, turn_current
from aumenta.twin.build_inputs import (
    cache_of_pack,
    fetched_files,
    packages_of,
    resolution_of,
    settings_of,
    territory_yaml,
)

if TYPE_CHECKING:
    from aumenta.plan.model import Plan
    from aumenta.territory.fetching.overlay import Overlay
    from aumenta.territory.pack import TerritoryPack
    from aumenta.twin.facade import Twin
    from aumenta.twin.ground import Ground
    from aumenta.twin.stages import Written

Stage = Literal["ground", "network", "readings", "travel"]
STAGES: tuple[Stage, ...] = ("ground", "network", "readings", "travel")
#: Called as each step begins: its name, steps done, steps there are.
Progress = Callable[[str, int, int], None]

#: Steps that the ground tells of, and those of the measures, for the progress bar.
GROUND_STEPS = 10
NETWORK_STEPS = 8
READING_STEPS = 20
TRAVEL_STEPS = 200


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
    (`ground`, `network`, `readings`), `resolution` the side of a cell in metres (default: setting, then the pack's),
    `fetched` whether the official sources in the cache replace the pack's own (default: setting, which is no). Raises
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
    territory = territory_yaml(opened)
    side = resolution_of(resolution, territory)
    if only is not None and only not in STAGES:
        raise AumentaError(
            "The build cannot start.", [Problem("no such stage", found=only, expected=", ".join(STAGES))]
        )
    cache = cache_of_pack(opened, get_settings().fetched if fetched is None else fetched)
    settings = settings_of(side, cache is not None, territory)
    print_ = fingerprint(opened.root, packages_of(territory), settings, fetched_files(opened, cache))
    wanted = names_of(print_)
    present = _present(root, wanted, only)
    if present is not None:
        return Outcome(root, present, changed=False)
    with locked(root) as layout:
        made = _build(opened, layout, print_, wanted, only, cache, _Steps(progress, only))
        remember_pack(root, opened)
        return Outcome(root, made, changed=True)


def names_of(one: Fingerprint) -> dict[Stage, str]:
    """Names of the builds of each stage: hashes of all that they depend on."""
    return {stage: digest([one.hash, stage]) for stage in STAGES}


def _present(root: Path, wanted: dict[Stage, str], only: Stage | None) -> Manifest | None:
    """Manifest of the build in use when it is whole and already what is wanted (or more)."""
    layout = Layout(root)
    try:
        name = layout.current_name()
        enough = list(wanted.values())[STAGES.index(only or STAGES[-1]) :]  # a later stage holds the earlier
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
        stages = STAGES.index(only or STAGES[-1]) + 1
        self.total = sum((GROUND_STEPS, NETWORK_STEPS, READING_STEPS, TRAVEL_STEPS)[:stages])
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
    from aumenta.twin.ground import load_parts  # noqa: PLC0415 - heavy: after the check above
    from aumenta.twin.measures import definitions_of  # noqa: PLC0415
    from aumenta.twin.stages import check_links  # noqa: PLC0415

    territory, plan = load_parts(pack)
    if territory is None:
        problem = Problem("no territory", str(pack.root / "pack.yaml"), field="territory")
        raise PackError("The pack has no territory to build.", [problem])
    check_links(plan, definitions_of(territory))
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
    if "readings" not in base.stages:
        tell.done = max(tell.done, GROUND_STEPS + NETWORK_STEPS)
        ground = ground or _read_ground(layout, base, parts)
        base = _add_readings(ground, layout, wanted["readings"], base, only, tell)
    if only == "readings":
        return _in_use(layout, base)
    tell.done = max(tell.done, GROUND_STEPS + NETWORK_STEPS + READING_STEPS)
    return _add_travel(ground or _read_ground(layout, base, parts), layout, wanted["travel"], base, tell)


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
    """The latest stage that an earlier build of the same inputs finished; else the ground, made."""
    for stage in reversed(STAGES[: STAGES.index(only or STAGES[-1]) + 1]):
        if (kept := _kept(layout, wanted[stage])) is not None:
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
        turn=only == "ground" or not _has_more(layout, 1),
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
        turn=only == "network" or not _has_more(layout, 2),
        link=[(layout.build(base.build), list(base.files))],
    )


def _add_readings(
    ground: Ground, layout: Layout, name: str, base: Manifest, only: Stage | None, tell: _Steps
) -> Manifest:
    """Run the measures that need no travel times, and publish them."""
    from aumenta.twin.stages import write_readings  # noqa: PLC0415

    return _publish(
        layout,
        name,
        lambda folder: write_readings(ground, folder, tell),
        lambda given, written: _with_readings(base, given, written, [*base.stages, "readings"]),
        turn=only == "readings" or not _has_more(layout, 3),
        link=[(layout.build(base.build), list(base.files))],
    )


def _add_travel(ground: Ground, layout: Layout, name: str, base: Manifest, tell: _Steps) -> Manifest:
    """Run every measure with travel times, and publish the whole."""
    from aumenta.twin.travel_stage import FOLDER, REWRITTEN, write_travel_stage  # noqa: PLC0415

    kept = [file for file in base.files if not file.startswith(REWRITTEN)]
    links = [(layout.build(base.build), kept)]
    links += _earlier_times(layout, f"{FOLDER}/", base)  # taken over under the hash of what they rest on
    return _publish(
        layout,
        name,
        lambda folder: write_travel_stage(ground, base, folder, layout.root, tell),
        lambda given, written: _with_readings(base, given, written, list(STAGES)),
        link=links,
    )


def _earlier_times(layout: Layout, prefix: str, base: Manifest) -> list[tuple[Path, list[str]]]:
    """Files under a prefix that builds still on disk have, each once."""
    found, seen = [], set(base.files)
    for folder in sorted(path for path in layout.builds.iterdir() if not path.name.startswith(".")):
        try:
            files = read_manifest(folder).files
        except TwinError:
            continue
        own = [name for name in files if name.startswith(prefix) and name not in seen]
        seen.update(own)
        found.append((folder, [name for name in own if (folder / name).is_file()]))
    return found


def _publish(
    layout: Layout,
    name: str,
    write: Callable[[Path], Written],
    manifest: Callable[[str, Written], Manifest],
    turn: bool = True,
    link: Sequence[tuple[Path, list[str]]] = (),
) -> Manifest:
    """Prepare a build apart, then publish it; whatever goes wrong, nothing of it stays."""
    preparation = Preparation(layout, name)
    try:
        for source, names in link:
            preparation.link_from(source, names)
        made = manifest(name, write(preparation.folder))
        preparation.publish(made, get_settings().keep_builds, turn)
    except OSError as error:
        preparation.abandon()
        raise cannot_write(layout.root, error) from None
    except BaseException:
        preparation.abandon()
        raise
    return made


def _has_more(layout: Layout, stages: int) -> bool:
    """Whether the build in use has more stages: then pages keep it until the new one has as many."""
    try:
        name = layout.current_name()
        return name is not None and len(read_manifest(layout.build(name)).stages) > stages
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


def _with_readings(base: Manifest, name: str, written: Written, stages: list[str]) -> Manifest:
    files = {n: f for n, f in base.files.items() if n not in written.files}
    return base.model_copy(
        update={
            "build": name,
            "stages": stages,
            "complete": stages == list(STAGES),
            "files": {**files, **written.files},
            "measures": written.measures,
            "pending": written.pending,
            "failed": written.failed,
            "indicators": written.indicators,
            "reasons": written.reasons,
            "cell_statuses": written.cell_statuses,
        }
    )
