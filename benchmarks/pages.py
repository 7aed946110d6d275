# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Time of the pages: one reader, cold and warm; fifty readers at once."""

from __future__ import annotations

import http.client
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from measure import Figure, machine, median, percentile

WARM_ROUNDS = 20
READERS = 50
READINGS = 12


@contextmanager
def server(twin: Path) -> Iterator[int]:
    """The pages of a twin served by a process of its own; the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "aumenta", "serve", "--twin", str(twin), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the pages are not served")


def fetch(connection: http.client.HTTPConnection, path: str) -> tuple[float, int, bytes]:
    """Milliseconds, status and body of one page."""
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    return (time.perf_counter() - began) * 1000, answer.status, body


def _plain(connection: http.client.HTTPConnection, path: str) -> str:
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def crawl(port: int) -> list[str]:
    """Every page that links reach from the overview, of one language; downloads and data apart."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    seen, queue = {"/it/"}, ["/it/"]
    while queue:
        for link in re.findall(r'href="(/it/[^"#?]*)"', _plain(connection, queue.pop(0))):
            if link not in seen and not re.search(r"\.(csv|json|geojson|parquet|graphml|zip)$", link):
                seen.add(link)
                queue.append(link)
    connection.close()
    return sorted(seen)


def kind(path: str) -> str:
    """The kind of page: its address with codes taken out."""
    return re.sub(r"(?<=/luoghi)/.+|/\d[\d.]*$", "/*", path)


def figures(twin: Path) -> Iterator[Figure]:
    """p50 and p95 by kind of page, and with fifty readers."""
    where = f"{machine()}; one uvicorn process, client on the same machine"
    with server(twin) as port:
        first = time.perf_counter()
        pages = crawl(port)
        crawl_seconds = time.perf_counter() - first
    with server(twin) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        cold = {page: fetch(connection, page)[0] for page in pages}
        yield Figure(
            "pages.cold.p50",
            median(list(cold.values())),
            "ms",
            True,
            None,
            None,
            f"{where}; {len(pages)} pages once each",
        )
        yield Figure(
            "pages.cold.p95",
            percentile(list(cold.values()), 0.95),
            "ms",
            True,
            60,
            30,
            f"{where}; {len(pages)} pages once each",
        )
        yield Figure(
            "pages.cold.max",
            max(cold.values()),
            "ms",
            True,
            None,
            None,
            f"{where}; the slowest of {len(pages)}: {max(cold, key=lambda p: cold[p])}",
        )
        kinds: dict[str, list[str]] = {}
        for page in pages:
            kinds.setdefault(kind(page), []).append(page)
        for name, members in sorted(kinds.items()):
            # a query that no page reads makes the server render again: kept pages would answer in half a millisecond
            times = [
                fetch(connection, f"{members[n % len(members)]}?again={n}")[0] for n in range(WARM_ROUNDS)
            ]
            yield Figure(f"page.{name}.p50", median(times), "ms", True, None, None, where)
            yield Figure(f"page.{name}.p95", percentile(times, 0.95), "ms", True, 60, 30, where)
        kept = [fetch(connection, pages[n % len(pages)])[0] for n in range(200)]
        yield Figure(
            "pages.kept.p95", percentile(kept, 0.95), "ms", True, 60, 30, f"{where}; pages asked before"
        )
        connection.close()
        times, errors = _readers(port, pages)
        yield Figure(
            "pages.50_readers.p50", median(times), "ms", True, None, None, f"{where}; {len(times)} readings"
        )
        yield Figure(
            "pages.50_readers.p95",
            percentile(times, 0.95),
            "ms",
            True,
            500,
            250,
            f"{where}; {len(times)} readings",
        )
        yield Figure(
            "pages.50_readers.errors", errors, "errors", True, 0, 0, f"{where}; {len(times)} readings"
        )
    yield Figure(
        "pages.crawl.seconds",
        crawl_seconds,
        "s",
        True,
        None,
        None,
        f"{where}; {len(pages)} pages, uncompressed",
    )


def _readers(port: int, pages: list[str]) -> tuple[list[float], int]:
    times: list[float] = []
    errors = 0
    lock = threading.Lock()

    def read(seed: int) -> None:
        nonlocal errors
        choose = random.Random(seed)
        mine, wrong = [], 0
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(READINGS):
            try:
                milliseconds, status, body = fetch(connection, choose.choice(pages))
                wrong += status != http.client.OK or not body
                mine.append(milliseconds)
            except (OSError, http.client.HTTPException):
                wrong += 1
                connection.close()
        connection.close()
        with lock:
            times.extend(mine)
            errors += wrong

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, errors
