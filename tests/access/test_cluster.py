# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A matrix on a dask cluster: a scheduler and workers on this machine, some of which end in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client
from matrix_made import ORIGINS, made_job, wait_for

from aumenta.access import cluster
from aumenta.access.matrix import Progress, Ways, parts_folder, run_job
from aumenta.errors import AccessError

HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.slow


class Machines:
    """A scheduler and workers as processes of their own, ended by their ids; what is missing is started anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.address = ""

    def start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(HERE),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",  # a block may end one worker, not two
        }
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *options, "--no-dashboard"]
        with (self.folder / f"{what}{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, cwd=self.folder, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def with_workers(self, many: int) -> Machines:
        """Have a scheduler that runs, and so many workers that it knows, or more."""
        if self.scheduler is None or self.scheduler.poll() is not None:
            self.end()
            file = self.folder / f"scheduler{len(self.processes)}.json"
            self.scheduler = self.start(
                "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file)
            )
            wait_for(lambda: file.exists() and file.stat().st_size)
            self.address = json.loads(file.read_text())["address"]
        self.workers = [one for one in self.workers if one.poll() is None]
        while len(self.workers) < many:
            self.workers.append(self.start("worker", self.address, "--nthreads", "1", "--no-nanny"))
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(many, timeout=60)
        return self

    def end(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        self.workers = []


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    started = Machines(tmp_path_factory.mktemp("cluster"))
    yield started
    started.end()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    into = tmp_path_factory.mktemp("plain") / "plain.parquet"
    run_job(made_job(), into, Ways(1))
    return into.read_bytes()


def test_same_bytes_as_here(machines: Machines, tmp_path: Path, plain: bytes) -> None:
    trace = tmp_path / "trace"
    seen: list[Progress] = []
    ways = Ways(cluster=machines.with_workers(2).address, progress=seen.append)
    result = run_job(made_job(7, trace=trace, seconds=0.002), tmp_path / "m.parquet", ways)
    assert (tmp_path / "m.parquet").read_bytes() == plain
    assert result.computed == 100 and seen[-1].done == 100 and seen[1].seconds_left is not None
    by = [line.split() for line in trace.read_text().splitlines()]
    assert sorted(int(origin) for _, origin in by) == sorted(ORIGINS)  # each once
    assert {int(worker) for worker, _ in by} == {worker.pid for worker in machines.workers}


def test_a_worker_with_other_files_is_refused(machines: Machines, tmp_path: Path, monkeypatch) -> None:
    job = made_job(version="2")
    monkeypatch.setattr(type(job.source), "fingerprint", lambda source: "what the caller sees")
    with pytest.raises(AccessError, match="another network"):
        run_job(job, tmp_path / "m.parquet", Ways(cluster=machines.with_workers(1).address))


def test_a_worker_killed_in_the_middle_is_survived(machines: Machines, tmp_path: Path, plain: bytes) -> None:
    victim = machines.with_workers(2).workers[0]
    trace = tmp_path / "trace"

    def kill(progress: Progress) -> None:
        if progress.done >= 20 and victim.poll() is None and f"{victim.pid} " in trace.read_text():
            victim.kill()
            victim.wait()

    # blocks of four origins, 20 ms each: the worker has one in hand when it is killed
    job = made_job(4, trace=trace, seconds=0.02)
    result = run_job(job, tmp_path / "m.parquet", Ways(cluster=machines.address, progress=kill))
    assert victim.poll() is not None, "the worker was never asked"
    assert (tmp_path / "m.parquet").read_bytes() == plain
    assert result.computed == 100


def test_a_block_that_ends_every_worker(machines: Machines, tmp_path: Path, plain: bytes) -> None:
    """The scheduler gives a block up when it has ended two workers; what was finished is kept."""
    fatal = made_job(accident="exit", at=int(ORIGINS[90]))
    with pytest.raises(AccessError, match="one worker after the other") as caught:
        run_job(fatal, tmp_path / "m.parquet", Ways(cluster=machines.with_workers(2).address))
    assert "kept" in str(caught.value) and not (tmp_path / "m.parquet").exists()
    result = run_job(made_job(), tmp_path / "m.parquet", Ways(1))
    assert result.kept > 0 and (tmp_path / "m.parquet").read_bytes() == plain


def test_all_workers_dead(machines: Machines, tmp_path: Path, monkeypatch, plain: bytes) -> None:
    machines.with_workers(1)

    def kill(progress: Progress) -> None:
        if progress.done >= 32:
            for worker in machines.workers:
                worker.kill()
            monkeypatch.setattr(cluster, "WORKER_SECONDS", 2.0)

    ways = Ways(cluster=machines.address, progress=kill)
    with pytest.raises(AccessError, match=r"no worker is there.*dask worker"):
        run_job(made_job(8, seconds=0.02), tmp_path / "m.parquet", ways)
    kept = len(list(parts_folder(tmp_path / "m.parquet", made_job(8)).glob("0*.npy")))
    assert kept >= 4 and not (tmp_path / "m.parquet").exists()
    result = run_job(made_job(8), tmp_path / "m.parquet", Ways(1))
    assert result.kept == kept * 8 and (tmp_path / "m.parquet").read_bytes() == plain


def test_scheduler_dead(machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler = machines.with_workers(1).scheduler
    assert scheduler is not None
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 3.0)
    began = time.monotonic()
    ways = Ways(cluster=machines.address, progress=lambda p: scheduler.kill() if p.done >= 32 else None)
    with pytest.raises(AccessError, match="scheduler does not answer") as caught:
        run_job(made_job(8, seconds=0.02), tmp_path / "m.parquet", ways)
    assert "kept" in str(caught.value) and time.monotonic() - began < 60
    assert len(list(parts_folder(tmp_path / "m.parquet", made_job(8)).glob("0*.npy"))) >= 4


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "http://127.0.0.1:9"])
def test_no_scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    with pytest.raises(AccessError, match=r"no scheduler answers[\s\S]*dask scheduler"):
        run_job(made_job(), tmp_path / "m.parquet", Ways(cluster=address))


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_a_client_that_does_not_start_is_tried_once_more(failures: int) -> None:
    tries: list[int] = []

    def start() -> str:
        tries.append(1)
        assert len(tries) > failures
        return "client"

    if failures < 2:
        assert cluster._started(start) == "client"
    else:
        with pytest.raises(AccessError, match="did not start in time"):
            cluster._started(start)
    assert len(tries) == min(failures + 1, 2)
