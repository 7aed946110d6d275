# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Builds: the same bytes twice, nothing done twice, nothing half written whatever goes wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aumenta.errors import AumentaError, PackError, TwinError
from aumenta.store.layout import Layout
from aumenta.store.publish import locked
from aumenta.twin import build, open_twin
from aumenta.twin.builder import run_build

pytestmark = pytest.mark.slow


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def change_pack(pack: Path) -> None:
    """Another figure, so that another build is wanted."""
    table = pack / "territory" / "tables" / "broadband.csv"
    text = table.read_text(encoding="utf-8")
    assert "0.9,0.95" in text
    table.write_text(text.replace("0.9,0.95", "0.8,0.95", 1), encoding="utf-8")


def aumenta(*arguments: str, seed: str = "0", **options: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-m", "aumenta", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_two_builds_give_the_same_bytes(toy_folder: Path, tmp_path: Path) -> None:
    done = aumenta("build", "toy", "--into", "other", seed="4321", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    one, other = bytes_of(toy_folder), bytes_of(tmp_path / "other")
    assert list(one) == list(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_ground_first_and_measures_after_give_the_same_bytes(toy_folder: Path, tmp_path: Path) -> None:
    ground = build("toy", into=tmp_path / "t", only="ground")
    assert ground.manifest.stages == ["ground"]
    assert not ground.manifest.complete
    assert len(ground.cells()) > 0
    with pytest.raises(TwinError, match="build"):
        ground.values()
    whole = build("toy", into=tmp_path / "t")
    assert whole.manifest.complete
    assert bytes_of(whole.folder) == bytes_of(open_twin(toy_folder).folder)


def test_an_unchanged_build_does_nothing_and_imports_nothing_heavy(toy_folder: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in toy_folder.rglob("*")}
    code = (
        "import sys; from aumenta.twin.builder import run_build; "
        f"done = run_build('toy', {str(toy_folder)!r}); "
        "print(done.changed, [m for m in ('numpy', 'pandas', 'pyarrow', 'geopandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "[]"]
    said = aumenta("build", "toy", "--into", str(toy_folder))
    assert "Nothing changed" in said.stdout
    assert {p: p.stat().st_mtime_ns for p in toy_folder.rglob("*")} == before


def test_another_input_or_setting_is_another_build(own_pack: Path, own_folder: Path, tmp_path: Path) -> None:
    first = open_twin(own_folder)
    change_pack(own_pack)
    second = build(own_pack, into=own_folder)
    assert second.build != first.build
    assert not first.is_current() and second.is_current()
    assert len(first.values("broadband.ftth")) > 0  # the build before is still there for who has it open
    coarse = build(own_pack, into=tmp_path / "coarse", resolution=1000)
    assert coarse.build != second.build
    assert len(coarse.cells()) * 16 == pytest.approx(len(second.cells()), rel=0.2)
    third = build("toy", into=own_folder)
    assert third.build == first.build
    builds = [p.name for p in Layout(own_folder).builds.iterdir()]
    assert len(builds) == 2 and third.build in builds


def test_unchanged_files_are_links_not_copies(tmp_path: Path) -> None:
    build("toy", into=tmp_path / "t", only="ground")
    build("toy", into=tmp_path / "t")
    assert {p.stat().st_nlink for p in (tmp_path / "t" / "builds").glob("*/cells.parquet")} == {2}


def test_a_build_that_fails_leaves_the_twin_as_it_was(
    own_pack: Path, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bytes_of(own_folder)
    change_pack(own_pack)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("aumenta.twin.stages.write_geo", full)
    with pytest.raises(TwinError, match="No space left"):
        run_build(own_pack, own_folder)
    monkeypatch.setattr("aumenta.twin.stages.write_geo", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run_build(own_pack, own_folder)
    assert bytes_of(own_folder) == before


def test_a_build_killed_in_the_middle_leaves_the_twin_whole(own_pack: Path, own_folder: Path) -> None:
    before = open_twin(own_folder)
    builds = Layout(own_folder).builds
    change_pack(own_pack)
    command = [sys.executable, "-m", "aumenta", "build", str(own_pack), "--into", str(own_folder), "--quiet"]
    for _ in range(5):  # between two stages there is a moment when nothing is being written
        process = subprocess.Popen(command)
        try:
            end = time.monotonic() + 60
            while not list(builds.glob(".*")) and process.poll() is None and time.monotonic() < end:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
        finally:
            process.wait(30)
        assert process.returncode == -signal.SIGKILL
        if list(builds.glob(".*")):
            break
    assert list(builds.glob(".*")), "it was never in the middle of writing"
    after = open_twin(own_folder)
    after.verify()
    assert after.build == before.build
    finished = build(own_pack, into=own_folder)
    assert finished.build != before.build
    assert not list(builds.glob(".*"))


def test_two_builds_at_once_do_not_clash(own_pack: Path, own_folder: Path) -> None:
    change_pack(own_pack)
    with locked(own_folder), pytest.raises(TwinError, match="being built already"):
        run_build(own_pack, own_folder)
    assert run_build(own_pack, own_folder).changed


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(TwinError, match="cannot be written"):
        run_build("toy", tmp_path / "file" / "twin")
    said = aumenta("build", "toy", "--into", str(tmp_path / "file"), "--quiet")
    assert said.returncode == 2
    assert "The twin cannot be written." in said.stderr
    assert "Traceback" not in said.stderr


def test_a_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o500)
    try:
        if os.access(folder, os.W_OK):  # root writes anywhere, but not into a file
            (folder / "twin").write_text("in the way")
        with pytest.raises(TwinError, match="cannot be written"):
            run_build("toy", folder / "twin")
    finally:
        folder.chmod(0o700)


def test_a_pack_with_broken_tables_tells_all_and_touches_nothing(own_pack: Path, own_folder: Path) -> None:
    before = bytes_of(own_folder)
    tables = own_pack / "territory" / "tables"
    income = (tables / "income.csv").read_text(encoding="utf-8").splitlines()
    income[1] = income[1].replace("15000", "many")
    (tables / "income.csv").write_text("\n".join(income) + "\n", encoding="utf-8")
    soil = (tables / "soil.csv").read_text(encoding="utf-8").splitlines()
    (tables / "soil.csv").write_text("\n".join(soil[:-1]) + "\n", encoding="utf-8")
    with pytest.raises(PackError) as caught:
        run_build(own_pack, own_folder)
    assert caught.value.exit_code == 2
    assert "income.csv, row 2, field taxpayers" in str(caught.value)
    assert "soil.csv" in str(caught.value)
    assert bytes_of(own_folder) == before


def test_a_plan_that_names_an_unknown_indicator(own_pack: Path, tmp_path: Path) -> None:
    path = own_pack / "plan" / "editorial" / "1.1.yaml"
    text = path.read_text(encoding="utf-8")
    assert "demography.old_age_index" in text
    path.write_text(text.replace("demography.old_age_index", "demography.happiness"), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        run_build(own_pack, tmp_path / "t")
    assert "demography.happiness" in str(caught.value)
    assert "editorial/1.1.yaml" in str(caught.value)
    assert not (tmp_path / "t" / "current").exists()


def test_published_figures_that_cannot_be_read_leave_nothing(own_pack: Path, own_folder: Path) -> None:
    before = bytes_of(own_folder)
    (own_pack / "published.yaml").write_text(
        "document: {it: a, en: b}\nfigures: [{id: x}]\n", encoding="utf-8"
    )
    with (own_pack / "pack.yaml").open("a", encoding="utf-8") as stream:
        stream.write("published: published.yaml\n")
    with pytest.raises(PackError, match=r"published\.yaml"):
        run_build(own_pack, own_folder)
    assert bytes_of(own_folder) == before


def test_a_stage_or_resolution_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(AumentaError, match="no such side"):
        run_build("toy", tmp_path / "t", resolution=300)
    with pytest.raises(AumentaError, match="no such stage"):
        run_build("toy", tmp_path / "t", only="roof")  # type: ignore[arg-type]
    with pytest.raises(PackError, match="no pack of this name"):
        run_build("atlantis", tmp_path / "t")


def test_a_twin_of_another_version_is_refused_and_built_anew(own_folder: Path) -> None:
    name = Layout(own_folder).current_name()
    assert name is not None
    manifest = Layout(own_folder).build(name) / "twin.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**data, "schema_version": 99}), encoding="utf-8")
    with pytest.raises(TwinError) as caught:
        open_twin(own_folder)
    assert "another version" in str(caught.value)
    assert "aumenta build" in str(caught.value)
    assert "99" in str(caught.value)
    assert run_build("toy", own_folder).changed
    open_twin(own_folder).verify()


def test_progress_is_told_in_order(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build("toy", into=tmp_path / "t", progress=lambda *step: told.append(step))
    shares = [done / total for _, done, total in told]
    assert shares == sorted(shares)
    assert {"places", "opportunities", "demography", "values"} <= {name for name, _, _ in told}
    assert all(done < total for _, done, total in told)


def test_the_manifest_has_no_clock_and_no_path_of_the_machine(toy_folder: Path) -> None:
    text = (open_twin(toy_folder).folder / "twin.json").read_text(encoding="utf-8")
    assert str(Path.home()) not in text and "/work" not in text and str(toy_folder) not in text
    assert time.strftime("%Y-%m-%d") not in text
