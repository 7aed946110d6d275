# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Line tables: what is read, and every fault told with its row and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from aumenta.errors import NetworkError, Problem
from aumenta.network.lines import TO_BE_DECIDED, read_lines
from aumenta.store.packs import open_pack

HEADER = "line,mode,seq,stop,lon,lat,minutes,headway_min,first,last"
GOOD = f"""{HEADER}
7,bus,1,Mill,9.10,44.20,0,30,6:00,20:00
7,bus,2,Bridge,9.12,44.20,4.5,30,6:00,20:00
7,bus,3,Station,9.15,44.20,10,30,6:00,20:00
"""


def table(folder: Path, text: str, name: str = "lines.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str, **beside: str) -> list[Problem]:
    for name, content in beside.items():
        table(folder, content, f"lines_{name}.{'yaml' if name == 'assumptions' else 'csv'}")
    with pytest.raises(NetworkError) as caught:
        read_lines(table(folder, text))
    assert not any("Traceback" in str(problem) for problem in caught.value.problems)
    return list(caught.value.problems)


def with_row(*fields: str) -> str:
    """The good table with its middle row changed: pairs of column and value."""
    row = dict(zip(HEADER.split(","), GOOD.splitlines()[2].split(","), strict=True))
    row |= dict(zip(fields[::2], fields[1::2], strict=True))
    rows = GOOD.splitlines()
    rows[2] = ",".join(row.values())
    return "\n".join(rows)


def test_a_line_as_it_is_written(tmp_path: Path) -> None:
    (line,) = read_lines(table(tmp_path, GOOD))
    assert (line.id, line.mode, line.name, line.both) == ("7", "bus", "Mill - Station", True)
    assert [(stop.name, stop.arrive, stop.depart) for stop in line.stops] == [
        ("Mill", 0, 0),
        ("Bridge", 270, 270),
        ("Station", 600, 600),
    ]
    (period,) = line.periods
    assert (period.start, period.last, period.headway) == (21600, 72000, 1800)
    assert len(period.departures()) == 29
    assert set(line.sources.values()) == {TO_BE_DECIDED}


def test_the_way_back_takes_the_same_minutes(tmp_path: Path) -> None:
    text = GOOD.replace("minutes,", "minutes,dwell,").replace(",4.5,", ",4.5,1,").replace(",0,30", ",0,,30")
    (line,) = read_lines(table(tmp_path, text.replace(",10,30", ",10,,30")))
    back = line.stops_of("back")
    assert [(stop.name, stop.arrive, stop.depart) for stop in back] == [
        ("Station", 0, 0),
        ("Bridge", 270, 330),
        ("Mill", 600, 600),
    ]


def rows_of(page: str, *beginnings: str) -> list[str]:
    """Rows of a table in Markdown as rows of a CSV."""
    rows = [row for row in page.splitlines() if row.startswith(tuple(f"| {begin}" for begin in beginnings))]
    return [",".join(cell.strip() for cell in row.strip("|").split("|")) for row in rows]


def test_the_example_of_the_documentation(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/lines.md").read_text(encoding="utf-8")
    rows = rows_of(page, "line | mode", "V1 | bus")
    (line,) = read_lines(table(tmp_path, "\n".join(rows)))
    assert [stop.arrive for stop in line.stops] == [0, 240, 570]
    assert len(line.periods[0].departures()) == 17
    periods = rows_of(page, "line | from", "V1 | 5:", "V1 | 9:", "V1 | 8:")
    table(tmp_path, "\n".join(periods), "lines_periods.csv")
    table(tmp_path, page.split("```yaml\n")[1].split("```")[0], "lines_assumptions.yaml")
    (line,) = read_lines(table(tmp_path, "\n".join(",".join(row.split(",")[:7]) for row in rows)))
    assert len(line.periods) == 3
    assert line.sources["minutes"].startswith("driver's sheet")


def test_the_table_of_a_toy_metropolis() -> None:
    pack = open_pack("toy")
    assert pack.territory is not None
    lines = {line.id: line for line in read_lines(pack.territory / "lines.csv")}
    assert sorted(lines) == ["B1", "B2", "R1"]
    assert lines["R1"].mode == "rail"
    assert [stop.arrive for stop in lines["B1"].stops] == [0, 720, 1440, 2400]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD.replace(",", ";").replace("9.10", "9,10").replace("4.5", "4,5"), 270),
        (GOOD.replace(",", "\t"), 270),
        ("\ufeff" + GOOD.replace("\n", "\r\n"), 270),
        (GOOD.replace("6:00", "06:00:00"), 270),
        (GOOD + ",,,,,,,,,\n", 270),
    ],
    ids=["semicolons and decimal commas", "tabs", "mark and line ends of Windows", "seconds", "an empty row"],
)
def test_as_spreadsheets_save_it(tmp_path: Path, text: str, expected: int) -> None:
    (line,) = read_lines(table(tmp_path, text))
    assert line.stops[1].arrive == expected
    assert line.stops[0].lon == 9.10


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (("minutes", "12"), "minutes"),  # the row after falls
        (("minutes", "-1"), "minutes"),
        (("minutes", "soon"), "minutes"),
        (("minutes", "nan"), "minutes"),
        (("minutes", "1e9"), "minutes"),
        (("minutes", "0.01"), "minutes"),  # 9,600 km/h
        (("lon", "190"), "lon"),
        (("lat", ""), "lat"),
        (("lon", "0", "lat", "0"), "lon"),
        (("seq", "1"), "seq"),
        (("seq", "1.5"), "seq"),
        (("stop", "=SUM(A1)"), "stop"),
        (("stop", "@cmd"), "stop"),
        (("stop", ""), "stop"),
        (("stop", "a" * 300), "stop"),
        (("mode", "zeppelin"), "mode"),
        (("headway_min", "20"), "headway_min"),  # differs within the line
        (("first", "7:00"), "first"),
    ],
)
def test_each_fault_names_its_field(tmp_path: Path, changed: tuple[str, ...], field: str) -> None:
    found = faults(tmp_path, with_row(*changed))
    assert field in {problem.field for problem in found}
    assert all(problem.file and problem.row in (2, 3, 4) for problem in found)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("30,6:00", "0,6:00", "headway_min"),
        ("30,6:00", ",6:00", "headway_min"),
        ("20:00", "5:00", "last"),
        ("6:00", "25:99", "first"),
        ("6:00", "6.00", "first"),
        ("6:00", "49:00", "first"),
        ("7,bus", ",bus", None),
        ("bus", "", "mode"),
        (",0,30", ",1,30", "minutes"),
    ],
)
def test_faults_of_a_whole_line(tmp_path: Path, old: str, new: str, field: str | None) -> None:
    text = HEADER + "\n" + GOOD.split("\n", 1)[1].replace(old, new)
    assert field is None or field in {problem.field for problem in faults(tmp_path, text)}
    assert faults(tmp_path, text)


def test_a_line_may_be_shown_by_another_name(tmp_path: Path) -> None:
    rows = (
        GOOD.replace("line,", "line,short,")
        .replace("7,bus", "7,,bus")
        .replace("7,,bus,2", "7,7 barred,bus,2")
    )
    (one,) = read_lines(table(tmp_path, rows))
    assert (one.id, one.short, one.shown) == ("7", "7 barred", "7 barred")
    (plain,) = read_lines(table(tmp_path, GOOD))
    assert plain.shown == "7"
    assert {p.field for p in faults(tmp_path, rows.replace("7 barred", "=7"))} == {"short"}
    twice = rows.replace("7,,bus,3", "7,8,bus,3")
    assert {p.field for p in faults(tmp_path, twice)} == {"short"}


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = with_row("lon", "999", "stop", "=1", "seq", "x").replace("20:00", "5:00")
    assert {problem.field for problem in faults(tmp_path, text)} >= {"lon", "stop", "seq", "last"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEADER,
        HEADER.replace("seq,", ""),
        HEADER + ",colour\n",
        "lon,lon\n",
        GOOD.replace("Mill,", ""),
        "\x00\x01",
    ],
    ids=[
        "empty",
        "no rows",
        "a column missing",
        "a column unknown",
        "a column twice",
        "a field missing",
        "not text",
    ],
)
def test_a_table_that_is_none(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="No such file"):
        read_lines(tmp_path / "none.csv")
    with pytest.raises(NetworkError):
        read_lines(tmp_path)
    latin = tmp_path / "latin.csv"
    latin.write_bytes(GOOD.replace("Mill", "Ciriè").encode("latin-1"))
    with pytest.raises(NetworkError, match="UTF-8"):
        read_lines(latin)


PLAIN = "\n".join(",".join(row.split(",")[:7]) for row in GOOD.splitlines())
PERIODS = "line,from,to,headway_min,days\n7,6:00,9:00,10,mon-fri\n7,9:00,20:00,30,mon-fri\n7,8:00,20:00,60,sat-sun\n"


def test_several_periods(tmp_path: Path) -> None:
    table(tmp_path, PERIODS, "lines_periods.csv")
    (line,) = read_lines(table(tmp_path, PLAIN))
    departures = sorted(second for period in line.periods if period.days[0] for second in period.departures())
    assert departures[0] == 6 * 3600
    assert departures[-1] == 19.5 * 3600
    assert len(departures) == len(set(departures)) == 18 + 22


@pytest.mark.parametrize(
    ("periods", "field"),
    [
        (PERIODS.replace("9:00,20:00", "8:30,20:00"), "from"),
        (PERIODS.replace("6:00,9:00", "9:00,6:00"), "to"),
        (PERIODS.replace("mon-fri", "holidays"), "days"),
        (PERIODS.replace(",10,", ",0,"), "headway_min"),
        (PERIODS + "8,6:00,9:00,10,daily\n", "line"),
        (
            PERIODS.replace("days", "days,direction").replace("mon-fri", "mon-fri,up").replace("sun", "sun,"),
            "direction",
        ),
    ],
)
def test_faults_of_periods(tmp_path: Path, periods: str, field: str) -> None:
    assert field in {problem.field for problem in faults(tmp_path, PLAIN, periods=periods)}


def test_a_headway_told_twice(tmp_path: Path) -> None:
    assert "headway_min" in {problem.field for problem in faults(tmp_path, GOOD, periods=PERIODS)}


def test_each_figure_has_a_source_or_is_to_be_decided(tmp_path: Path) -> None:
    told = """assumptions:
  - {figure: minutes, source: a timetable}
  - {figure: minutes, lines: ["7"], source: a better timetable}
  - {figure: headway_min, source: to be decided}
"""
    table(tmp_path, told, "lines_assumptions.yaml")
    (line,) = read_lines(table(tmp_path, GOOD))
    assert line.sources["minutes"] == "a better timetable"
    assert line.sources["headway_min"] == line.sources["stops"] == TO_BE_DECIDED


@pytest.mark.parametrize(
    "told",
    ["assumptions: 1", "assumptions: [{figure: minutes}]", "assumptions: [{figure: colour, source: x}]",
     "assumptions: [{figure: minutes, lines: [nine], source: x}]", "a: [", "{assumptions: [], x: 1}"],
)  # fmt: skip
def test_faults_of_sources(tmp_path: Path, told: str) -> None:
    found = faults(tmp_path, GOOD, assumptions=told)
    assert any(problem.file and problem.file.endswith(".yaml") for problem in found)
