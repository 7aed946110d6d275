# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The finished matrix as one Parquet file, made of the blocks in their order: same blocks, same bytes.

Minutes: a row for each pair that is reached at one of the percentiles at least, `origin`, `destination`, and `p25`,
`p50` ... (uint8 minutes, null = not reached). Sums: a row for each `origin`, `percentile`, `kind` and `class` with the
`sum`; a class is named by its upper limit in minutes, then `over` and `not reached`. What replays the numbers stands in
the file's metadata under `aumenta`.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aumenta.access.decay import NOT_REACHED
from aumenta.access.matrix_blocks import Job, block_path, cannot_write
from aumenta.store.fingerprint import digest

if TYPE_CHECKING:
    import pyarrow as pa

#: Pairs, or sums, of a row group at most (one origin's at least).
_ROWS = 4_000_000
_KEY = b"aumenta"


@dataclass(frozen=True)
class Names:
    """What places are called in the result: one name for each origin and, for minutes, for each destination."""

    origins: Sequence[str]
    destinations: Sequence[str] = ()


def class_names(limits: Sequence[int]) -> list[str]:
    """Names of the classes of time, in order.

    >>> class_names([15, 30])
    ['15', '30', 'over', 'not reached']
    """
    return [*(str(limit) for limit in limits), "over", "not reached"]


def replay_of(path: Path) -> dict[str, Any] | None:
    """What a finished matrix says of itself; None where there is no file or another one."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        metadata = pq.read_schema(path).metadata or {}
        told = json.loads(metadata[_KEY])
    except (OSError, KeyError, ValueError, pa.ArrowInvalid):
        return None
    return told if isinstance(told, dict) else None


def write_table(job: Job, folder: Path, into: Path, names: Names | None) -> None:
    """Write the finished blocks of a job as Parquet beside `into`, and then give it the name.

    names: None for the numbers of cells. Raises `AccessError` when the disk does not take it.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415

    beside = into.with_name(f".{into.name}.{os.getpid()}")
    schema, tables = _sums(job, folder, names) if job.keep == "sums" else _pairs(job, folder, names)
    schema = schema.with_metadata({_KEY: json.dumps(_told(job, names), sort_keys=True)})
    try:
        with pq.ParquetWriter(beside, schema, compression="zstd", compression_level=3) as writer:
            for table in tables:
                writer.write_table(table.cast(schema), row_group_size=max(len(table), 1))
        with beside.open("rb+") as stream:
            os.fsync(stream.fileno())
        beside.replace(into)
    except OSError as error:
        raise cannot_write(into, error) from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def same_as(job: Job, names: Names | None) -> dict[str, Any]:
    """What a finished file has in its metadata when it is the result of this job with these names."""
    called = None if names is None else digest([list(names.origins), list(names.destinations)])
    return {"question": job.question, "names": called}


def _told(job: Job, names: Names | None) -> dict[str, Any]:
    told = {**job.source.told(), **same_as(job, names), "keep": job.keep, "origins": len(job.origins)}
    told["notes"] = job.source.notes(job.origins)
    if job.keep == "sums":
        return {**told, "kinds": list(job.kinds), "classes": class_names(job.limits)}
    return {**told, "destinations": job.width, "percentiles": list(job.source.percentiles)}


def _arrays(job: Job, folder: Path, rows_each: int) -> Iterator[tuple[int, NDArray[Any]]]:
    """Arrays of consecutive origins, as many as fit a row group, whatever the size of the blocks."""
    many = max(1, _ROWS // max(rows_each, 1))
    for first in range(0, len(job.origins), many):
        after = min(first + many, len(job.origins))
        parts = []
        for block in range(first // job.block, -(-after // job.block)):
            start, _ = job.span(block)
            array = np.load(block_path(folder, block), mmap_mode="r", allow_pickle=False)
            parts.append(array[max(first - start, 0) : after - start])
        yield first, np.concatenate(parts)


def _named(positions: NDArray[Any], numbers: NDArray[np.int32] | None, names: Sequence[str] | None) -> Any:
    """Positions among origins or destinations as numbers of cells, or as their names in a dictionary."""
    import pyarrow as pa  # noqa: PLC0415

    at = positions.astype(np.int32)
    if names is None:
        return pa.array(at if numbers is None else numbers[at])
    return pa.DictionaryArray.from_arrays(pa.array(at), pa.array(list(names), pa.string()))


def _place_type(names: Names | None) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    return pa.int32() if names is None else pa.dictionary(pa.int32(), pa.string())


def _pairs(job: Job, folder: Path, names: Names | None) -> tuple[pa.Schema, Iterator[pa.Table]]:
    import pyarrow as pa  # noqa: PLC0415

    percentiles = [f"p{rank}" for rank in job.source.percentiles]
    place = _place_type(names)
    schema = pa.schema(
        [("origin", place), ("destination", place), *((name, pa.uint8()) for name in percentiles)]
    )

    def tables() -> Iterator[pa.Table]:
        for first, array in _arrays(job, folder, job.width):
            reached = (array != NOT_REACHED).any(axis=1)
            origin, column = np.nonzero(reached)
            columns = [
                _named(origin + first, job.origins, names.origins if names else None),
                _named(column, job.to, names.destinations if names else None),
            ]
            for rank in range(len(percentiles)):
                minutes = array[:, rank, :][reached]
                columns.append(pa.array(minutes, mask=minutes == NOT_REACHED))
            yield pa.Table.from_arrays(columns, schema=schema)

    return schema, tables()


def _sums(job: Job, folder: Path, names: Names | None) -> tuple[pa.Schema, Iterator[pa.Table]]:
    import pyarrow as pa  # noqa: PLC0415

    word = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema(
        [
            ("origin", _place_type(names)),
            ("percentile", pa.uint8()),
            ("kind", word),
            ("class", word),
            ("sum", pa.float64()),
        ]
    )
    classes = class_names(job.limits)
    each = len(job.source.percentiles) * len(job.kinds) * len(classes)

    def tables() -> Iterator[pa.Table]:
        for first, array in _arrays(job, folder, each):
            origin, rank, kind, which = (axis.ravel() for axis in np.indices(array.shape))
            columns = [
                _named(origin + first, job.origins, names.origins if names else None),
                pa.array(np.asarray(job.source.percentiles, np.uint8)[rank]),
                pa.DictionaryArray.from_arrays(
                    pa.array(kind.astype(np.int32)), pa.array(job.kinds, pa.string())
                ),
                pa.DictionaryArray.from_arrays(
                    pa.array(which.astype(np.int32)), pa.array(classes, pa.string())
                ),
                pa.array(array.ravel()),
            ]
            yield pa.Table.from_arrays(columns, schema=schema)

    return schema, tables()
