# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Parsers of official formats: a fetched file to rows in the shape of the pack's tables.

Each takes the file and the arguments of the catalogue and gives a DataFrame, or None where the file is kept as it
is and only its nature is checked (GTFS, OpenStreetMap). Columns are found by name whatever their order, case and
accents; a column that is missing is said with what was found. Blanks stay missing, they never become zero.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pandas as pd

from aumenta.errors import FetchError, Problem
from aumenta.settings import get_settings

Arguments = Mapping[str, str]
Parser = Callable[[Path, Arguments], "pd.DataFrame | None"]

_GTFS_REQUIRED = ("agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
_AGE_TOTAL = 999  # ISTAT's row with the sum of all ages
_FIRST_ROWS = 15  # a header stands within the first rows of a spreadsheet


def plain(name: str) -> str:
    """A column name without accents, case, blanks and punctuation, to compare by."""
    folded = unicodedata.normalize("NFKD", str(name)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "", folded)


def archive_member(path: Path, ending: str) -> bytes:
    """The one member of a zip with that ending, within the limits on entries, size and ratio."""
    settings = get_settings()
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            packed = max(1, sum(entry.compress_size for entry in entries))
            if (
                len(entries) > settings.max_archive_entries
                or total > settings.max_archive_bytes
                or total > packed * settings.max_archive_ratio
            ):
                problem = Problem(
                    "archive over the limits",
                    str(path),
                    found=f"{len(entries)} entries, {total} bytes, {total // packed} times its size",
                )
                raise FetchError("The archive is refused.", [problem])
            fitting = [entry for entry in entries if entry.filename.lower().endswith(ending)]
            if len(fitting) != 1:
                names = ", ".join(entry.filename for entry in entries[:8]) or "nothing"
                raise FetchError(
                    "The archive is not as expected.",
                    [Problem(f"needs one {ending}", str(path), found=names)],
                )
            return archive.read(fitting[0])
    except zipfile.BadZipFile:
        raise FetchError(
            "The file is not as expected.", [Problem("not a zip archive", str(path), found=_head(path))]
        ) from None


def _head(path: Path) -> str:
    with path.open("rb") as stream:
        return repr(stream.read(24))


def read_delimited(raw: bytes, path: Path, required: Iterable[str]) -> pd.DataFrame:
    """A delimited text with a header that may follow title lines; columns renamed by `plain`, all values text."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise FetchError(
            "The file is not as expected.", [Problem("not a text", str(path), found=repr(raw[:24]))]
        )
    needed = list(required)
    lines = text.splitlines()
    for number, line in enumerate(lines[:_FIRST_ROWS]):
        delimiter = max(";,\t|", key=line.count)
        names = [plain(cell.strip('" ')) for cell in line.split(delimiter)]
        if set(needed) <= set(names):
            frame = pd.read_csv(
                io.StringIO("\n".join(lines[number:])),
                sep=delimiter,
                dtype=str,
                keep_default_na=False,
                skipinitialspace=True,
                index_col=False,
            )
            frame.columns = [plain(c) for c in frame.columns]
            return frame.map(str.strip)
    raise _no_columns(path, needed, lines[0] if lines else "an empty file")


def _no_columns(path: Path, needed: list[str], found: str) -> FetchError:
    return FetchError(
        "The published format is not the known one.",
        [Problem("columns are missing", str(path), row=1, found=found[:200], expected=", ".join(needed))],
    )


def _numbers(values: pd.Series, path: Path, field: str, decimal: str = ".") -> pd.Series:
    """Text to numbers; blanks become missing; anything else that is no number is refused with its row."""
    text = values.str.replace(decimal, ".", regex=False) if decimal != "." else values
    parsed = pd.to_numeric(text.where(text != ""), errors="coerce")
    wrong = parsed.isna() & (text != "")
    if wrong.any():
        # `name` of a row is its position under the header, that stands in row 1
        problems = [
            Problem("not a number", str(path), row=int(row) + 2, field=field, found=str(values[row]))
            for row in values.index[wrong][:20]
        ]
        raise FetchError("Some figures cannot be read.", problems)
    return parsed


def _only(frame: pd.DataFrame, codes: pd.Series, prefix: str | None, path: Path) -> pd.DataFrame:
    kept = frame[codes.str.startswith(prefix)] if prefix else frame
    if kept.empty:
        raise FetchError(
            "The file has nothing of this territory.",
            [Problem("no row", str(path), expected=f"codes that begin with {prefix}")],
        )
    return kept.copy()


def istat_posas(path: Path, arguments: Arguments) -> pd.DataFrame:
    """ISTAT POSAS, residents by single age and sex on 1 January: municipality, age, sex, residents."""
    frame = read_delimited(
        archive_member(path, ".csv"), path, ["codicecomune", "eta", "totalemaschi", "totalefemmine"]
    )
    frame["municipality"] = frame["codicecomune"].str.zfill(6)
    frame = _only(frame, frame["municipality"], arguments.get("prefix"), path)
    frame["age"] = _numbers(frame["eta"], path, "Età")
    frame = frame[frame["age"] != _AGE_TOTAL]
    parts = [
        frame.assign(sex=sex, residents=_numbers(frame[column], path, column))[
            ["municipality", "age", "sex", "residents"]
        ]
        for sex, column in (("F", "totalefemmine"), ("M", "totalemaschi"))
    ]
    result = pd.concat(parts).astype({"age": "int64", "residents": "int64"})
    return result.sort_values(["municipality", "age", "sex"], ignore_index=True)


def mef_irpef(path: Path, arguments: Arguments) -> pd.DataFrame:
    """MEF income tax by municipality: taxpayers, taxable income in euro; amounts hidden for few stay missing."""
    raw = archive_member(path, ".csv") if zipfile.is_zipfile(path) else path.read_bytes()
    code, count, amount = "codiceistatcomune", "numerocontribuenti", "redditoimponibileammontareineuro"
    frame = read_delimited(raw, path, [code, count, amount])
    frame["municipality"] = frame[code].str.zfill(6)
    frame = _only(frame, frame["municipality"], arguments.get("prefix"), path)
    frame["taxpayers"] = _numbers(frame[count], path, "Numero contribuenti")
    frame["taxable_eur"] = _numbers(frame[amount], path, "Reddito imponibile - Ammontare in euro")
    return frame[["municipality", "taxpayers", "taxable_eur"]].sort_values("municipality", ignore_index=True)


def mim_schools(path: Path, arguments: Arguments) -> pd.DataFrame:
    """MIM list of schools: code, name, kind, cadastral code of the municipality; no coordinates are published."""
    columns = {
        "codicescuola": "id",
        "denominazionescuola": "name",
        "descrizionetipologiagradoistruzionescuola": "type",
        "codicecomunescuola": "cadastral_code",
        "provincia": "province",
    }
    frame = read_delimited(path.read_bytes(), path, columns)
    frame = frame.rename(columns=columns)[list(columns.values())]
    frame = _only(frame, frame["province"], arguments.get("province"), path)
    return frame.drop(columns="province").sort_values("id", ignore_index=True)


def salute_pharmacies(path: Path, arguments: Arguments) -> pd.DataFrame:
    """Ministry of Health, pharmacies open today, with coordinates (decimal comma); those without stay blank."""
    frame = _aliased(read_delimited(path.read_bytes(), path, []), _PHARMACY_NAMES, path)
    frame = frame[list(_PHARMACY_NAMES)]
    frame["municipality"] = frame["municipality"].str.zfill(6)
    frame = _only(frame, frame["municipality"], arguments.get("prefix"), path)
    frame = frame[frame["end"].isin(["", "-"])].drop(columns="end")
    for axis in ("lat", "lon"):
        frame[axis] = _numbers(frame[axis].replace("-", ""), path, axis, decimal=",")
    return frame.sort_values("id", ignore_index=True)


#: Names the ministry has used for the same column in different years.
_PHARMACY_NAMES = {
    "id": ("codidentificativofarmacia", "codiceidentificativofarmacia", "codfarmacia"),
    "name": ("farmacia", "descrizionefarmacia", "denominazione"),
    "municipality": ("codcomune", "codicecomuneistat", "codicecomune"),
    "end": ("datafinevalidita", "datafine"),
    "type": ("descrizionetipologia", "tipologia"),
    "lat": ("latitudine",),
    "lon": ("longitudine",),
}


def _aliased(frame: pd.DataFrame, names: Mapping[str, tuple[str, ...]], path: Path) -> pd.DataFrame:
    chosen = {}
    for wanted, spellings in names.items():
        found = next((spelling for spelling in spellings if spelling in frame.columns), None)
        if found is None:
            raise _no_columns(path, [" or ".join(s) for s in names.values()], ", ".join(frame.columns))
        chosen[found] = wanted
    return frame.rename(columns=chosen)


def ispra_soil(path: Path, arguments: Arguments) -> pd.DataFrame:
    """ISPRA soil consumption by municipality, from the yearly workbook: hectares and share of the last year."""
    year = arguments["year"]
    code, hectares, share = "procom", f"suoloconsumato{year}ettari", f"suoloconsumato{year}"
    book = _open_book(path)
    seen: list[str] = []
    for sheet in book.sheet_names:
        raw = pd.read_excel(book, sheet, header=None, dtype=object)
        for number in range(min(_FIRST_ROWS, len(raw))):
            names = [plain(cell) for cell in raw.iloc[number]]
            seen = names if len(names) > len(seen) else seen
            if {code, hectares, share} <= set(names):
                frame = raw.iloc[number + 1 :].set_axis(names, axis=1)
                frame = frame.loc[:, ~frame.columns.duplicated()]
                frame = frame[frame[code].notna()]
                frame["municipality"] = frame[code].map(lambda v: str(int(v))).str.zfill(6)
                frame = _only(frame, frame["municipality"], arguments.get("prefix"), path)
                result = pd.DataFrame(
                    {
                        "municipality": frame["municipality"],
                        "consumed_ha": pd.to_numeric(frame[hectares], errors="coerce"),
                        "consumed_share": pd.to_numeric(frame[share], errors="coerce"),
                    }
                )
                return result.sort_values("municipality", ignore_index=True)
    raise _no_columns(path, [code, hectares, share], ", ".join(seen))


def _open_book(path: Path) -> pd.ExcelFile:
    try:
        return pd.ExcelFile(path, engine="openpyxl")
    except (ValueError, KeyError, OSError, zipfile.BadZipFile):
        raise FetchError(
            "The file is not as expected.", [Problem("not an xlsx workbook", str(path), found=_head(path))]
        ) from None


def gtfs(path: Path, arguments: Arguments) -> None:
    """Check that a feed has what it needs to be routed; it is kept as it is."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {Path(name).name for name in archive.namelist()}
    except zipfile.BadZipFile:
        raise FetchError(
            "The feed is not as expected.", [Problem("not a zip archive", str(path), found=_head(path))]
        ) from None
    missing = [name for name in _GTFS_REQUIRED if name not in names]
    if not names & {"calendar.txt", "calendar_dates.txt"}:
        missing.append("calendar.txt or calendar_dates.txt")
    if missing:
        raise FetchError(
            "The feed is not whole.",
            [Problem("file missing from the feed", str(path), field=name) for name in missing],
        )


def osm_pbf(path: Path, arguments: Arguments) -> None:
    """Check that a file is an OpenStreetMap extract (the first block is an OSMHeader); it is kept as it is."""
    with path.open("rb") as stream:
        if b"OSMHeader" not in stream.read(64):
            raise FetchError(
                "The file is not as expected.", [Problem("not an .osm.pbf", str(path), found=_head(path))]
            )


PARSERS: dict[str, Parser] = {
    "istat_posas": istat_posas,
    "mef_irpef": mef_irpef,
    "mim_schools": mim_schools,
    "salute_pharmacies": salute_pharmacies,
    "ispra_soil": ispra_soil,
    "gtfs": gtfs,
    "osm_pbf": osm_pbf,
}
