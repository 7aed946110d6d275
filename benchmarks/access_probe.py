# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What only a fresh process can tell of itself, as JSON: python benchmarks/access_probe.py open|first|memory NETWORK

open    seconds to open the network by memory-map, modules being there
first   seconds from nothing to open, to a router, to the first answer (the caller adds the interpreter's start)
memory  megabytes of private memory before (kernels loaded, a small network asked) and after the large one was asked
"""

from __future__ import annotations

import gc
import json
import re
import sys
import time
from pathlib import Path


def private_megabytes(network: Path) -> float:
    """Memory that only this process holds, without pages of the network's files that it did not write to."""
    total, ours = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            ours = str(network.resolve()) in line
        elif line.startswith("Private_Dirty:") or (line.startswith("Private_Clean:") and not ours):
            total += int(line.split()[1])
    return total / 1024


def probe_open(network: Path) -> dict[str, float]:
    from aumenta.network.files import open_network

    began = time.perf_counter()
    open_network(network)
    return {"seconds": time.perf_counter() - began}


def probe_first(network: Path) -> dict[str, float]:
    began = time.perf_counter()
    from aumenta.access.router import Router
    from aumenta.network.files import open_network

    imported = time.perf_counter()
    router = Router(open_network(network))
    made = time.perf_counter()
    router.one_to_all(0)
    answered = time.perf_counter()
    steps = {"import": imported - began, "open": made - imported, "answer": answered - made}
    return steps | {"processor": time.process_time()}


def probe_memory(network: Path, small: Path) -> dict[str, float]:
    import numpy as np

    from aumenta.access.router import Router
    from aumenta.network.files import open_network

    Router(open_network(small)).one_to_all(0)
    gc.collect()
    before = private_megabytes(network)
    router = Router(open_network(network))
    on_streets = np.flatnonzero(router.network.cells.at["foot"].node >= 0)
    for origin in on_streets[:: len(on_streets) // 20]:
        router.one_to_all(int(origin))
    return {"idle": before, "asked": private_megabytes(network)}


def main() -> None:
    what, paths = sys.argv[1], [Path(name) for name in sys.argv[2:]]
    probes = {"open": probe_open, "first": probe_first, "memory": probe_memory}
    print(json.dumps(probes[what](*paths)))


if __name__ == "__main__":
    main()
