# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Downloads against a local server that cuts, changes, refuses and lies."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aumenta.cli.app import app as cli
from aumenta.errors import FetchError, PackError
from aumenta.settings import Settings, get_settings
from aumenta.store.packs import bundled_packs, open_pack
from aumenta.territory.fetching import FetchItem, fetch_all, load_catalogue
from aumenta.territory.fetching.download import download
from aumenta.territory.fetching.run import read_account, resolve_address

BODY = bytes(range(256)) * 4096  # 1 MiB
FAST = Settings(fetch_timeout=2.0, fetch_retries=2)
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@dataclass
class Publisher:
    """A server whose answers a test decides."""

    files: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    redirect: dict[str, str] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)  # bytes after which the next answers are cut
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    state = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append((self.path, self.headers.get("Range")))
            if self.path in state.redirect:
                self.send_response(302)
                self.send_header("Location", state.redirect[self.path])
                self.end_headers()
                return
            if self.path in state.status or self.path not in state.files:
                self.send_error(state.status.get(self.path, 404))
                return
            body = state.files[self.path]
            tag = f'"{hashlib.md5(body).hexdigest()}"'
            start = 0
            wanted = self.headers.get("Range")
            if wanted and self.headers.get("If-Range") == tag:
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
                self.send_response(206)
            else:
                self.send_response(200)
            rest = body[start:]
            self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            if state.cuts:
                self.wfile.write(rest[: state.cuts.pop(0)])
                self.wfile.flush()
                self.connection.close()
                return
            self.wfile.write(rest)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()


def item(publisher: Publisher, name: str = "a.bin", **more: object) -> FetchItem:
    given = {
        "id": "a",
        "title": {"it": "a", "en": "a"},
        "publisher": "test",
        "address": f"{publisher.url}/{name}",
        "file": name,
        "edition": "fixed",
        "licence": "CC0-1.0",
        "attribution": "nobody",
        "replaces": ["layer"],
    }
    return FetchItem.model_validate(given | more)


def test_brings_a_file_whole_and_keeps_its_account(publisher: Publisher, tmp_path: Path) -> None:
    publisher.files["/a.bin"] = BODY
    seen: list[tuple[int, int | None]] = []
    reports = fetch_all(
        [item(publisher)], tmp_path, progress=lambda _: lambda d, t: seen.append((d, t)), now=lambda: NOON
    )
    assert reports[0].outcome == "new"
    assert (tmp_path / "files/a.bin").read_bytes() == BODY
    account = read_account(tmp_path)["a"]
    assert account["sha256"] == hashlib.sha256(BODY).hexdigest()
    assert account["sha256_basis"] == "recorded at first use"
    assert account["fetched"] == "2026-01-02"
    assert account["replaces"] == ["layer"]
    assert seen[-1] == (len(BODY), len(BODY))
    assert [p.name for p in (tmp_path / "incoming").iterdir()] == []


def test_a_cut_connection_is_resumed(publisher: Publisher, tmp_path: Path) -> None:
    publisher.files["/a.bin"] = BODY
    publisher.cuts = [300_000, 300_000]
    got = download(f"{publisher.url}/a.bin", tmp_path / "a.bin", settings=FAST)
    assert (tmp_path / "a.bin").read_bytes() == BODY
    assert got.resumed
    ranges = [asked for _, asked in publisher.asked]
    assert ranges[0] is None and ranges[1] is not None and ranges[2] is not None


def test_cut_too_often_says_so_and_the_next_fetch_goes_on(publisher: Publisher, tmp_path: Path) -> None:
    publisher.files["/a.bin"] = BODY
    publisher.cuts = [100_000, 100_000, 100_000]
    with pytest.raises(FetchError, match="goes on from there"):
        download(f"{publisher.url}/a.bin", tmp_path / "a.bin", settings=FAST)
    assert not (tmp_path / "a.bin").exists()
    before = (tmp_path / "a.bin.part").stat().st_size
    assert before > 0
    got = download(f"{publisher.url}/a.bin", tmp_path / "a.bin", settings=FAST)
    assert got.resumed and got.size == len(BODY)
    assert publisher.asked[-1][1] == f"bytes={before}-"


def test_a_file_that_changed_between_two_attempts_is_begun_anew(publisher: Publisher, tmp_path: Path) -> None:
    publisher.files["/a.bin"] = BODY
    publisher.cuts = [100_000] * 3
    with pytest.raises(FetchError):
        download(f"{publisher.url}/a.bin", tmp_path / "a.bin", settings=FAST)
    publisher.files["/a.bin"] = BODY[::-1]
    got = download(f"{publisher.url}/a.bin", tmp_path / "a.bin", settings=FAST)
    assert (tmp_path / "a.bin").read_bytes() == BODY[::-1]
    assert not got.resumed


def test_wrong_hash_keeps_nothing_and_leaves_the_old_file(publisher: Publisher, tmp_path: Path) -> None:
    publisher.files["/a.bin"] = BODY
    old = tmp_path / "files/a.bin"
    old.parent.mkdir()
    old.write_bytes(b"old")
    reports = fetch_all([item(publisher, sha256="0" * 64)], tmp_path)
    assert reports[0].outcome == "failed"
    assert hashlib.sha256(BODY).hexdigest() in reports[0].message
    assert old.read_bytes() == b"old"
    assert list((tmp_path / "incoming").iterdir()) == []
    assert read_account(tmp_path) == {}


def test_a_fixed_edition_that_changes_is_refused_a_rolling_one_is_said(
    publisher: Publisher, tmp_path: Path
) -> None:
    for edition, outcome in (("fixed", "failed"), ("rolling", "changed")):
        cache = tmp_path / edition
        publisher.files["/a.bin"] = BODY
        assert fetch_all([item(publisher, edition=edition)], cache)[0].outcome == "new"
        assert fetch_all([item(publisher, edition=edition)], cache)[0].outcome == "same"
        publisher.files["/a.bin"] = b"another"
        assert fetch_all([item(publisher, edition=edition)], cache)[0].outcome == outcome
        kept = (cache / "files/a.bin").read_bytes()
        assert kept == (BODY if edition == "fixed" else b"another")


@pytest.mark.parametrize(
    ("status", "hint"),
    [(404, "look for the new address"), (403, "does not give it"), (503, "try again later")],
)
def test_an_answer_that_is_an_error_is_explained(
    publisher: Publisher, tmp_path: Path, status: int, hint: str
) -> None:
    publisher.status["/a.bin"] = status
    with pytest.raises(FetchError, match=hint):
        download(f"{publisher.url}/a.bin", tmp_path / "a.bin", settings=FAST)
    assert list(tmp_path.iterdir()) == []


def test_one_that_fails_does_not_stop_the_others(publisher: Publisher, tmp_path: Path) -> None:
    publisher.files["/b.bin"] = b"b"
    outcomes = [r.outcome for r in fetch_all([item(publisher), item(publisher, "b.bin", id="b")], tmp_path)]
    assert outcomes == ["failed", "new"]


def test_over_the_limit_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    publisher.files["/a.bin"] = BODY
    with pytest.raises(FetchError, match="AUMENTA_MAX_FETCH_BYTES"):
        download(f"{publisher.url}/a.bin", tmp_path / "a.bin", settings=Settings(max_fetch_bytes=1000))


def test_plain_http_is_refused_unless_allowed(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="--allow-http"):
        download("http://example.invalid/a.bin", tmp_path / "a.bin", settings=FAST)
    for wrong in ("file:///etc/passwd", "ftp://example.invalid/a"):
        with pytest.raises(FetchError, match="not encrypted"):
            download(wrong, tmp_path / "a.bin", allow_http=True, settings=FAST)


def test_the_last_link_of_a_page_is_followed(publisher: Publisher) -> None:
    page = '<a href="/data/F_20260101.csv">old</a> <a href="/data/F_20260601.csv">new</a>'
    publisher.files["/page"] = page.encode()
    rolling = item(
        publisher,
        address=None,
        page=f"{publisher.url}/page",
        pattern=r"/data/F_\d{8}\.csv",
        edition="rolling",
    )
    assert resolve_address(rolling, allow_http=False) == f"{publisher.url}/data/F_20260601.csv"
    publisher.files["/page"] = b"nothing here"
    with pytest.raises(FetchError, match="no link on the page fits"):
        resolve_address(rolling, allow_http=False)


def test_a_parsed_source_becomes_a_table(publisher: Publisher, tmp_path: Path) -> None:
    text = "Titolo\nCodice comune;Comune;Età;Totale maschi;Totale femmine\n1001;Aa;0;7;11\n"
    text += "1001;Aa;999;7;11\n2001;Bb;0;1;1\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("POSAS.csv", text)
    publisher.files["/p.zip"] = packed.getvalue()
    given = item(publisher, "p.zip", format="istat_posas", arguments={"prefix": "001"})
    assert fetch_all([given], tmp_path)[0].rows == 2
    assert (
        tmp_path / "tables/a.csv"
    ).read_text() == "municipality,age,sex,residents\n001001,0,F,11\n001001,0,M,7\n"


def test_a_source_of_another_format_is_refused_and_the_old_one_kept(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.files["/p.zip"] = b"<html>moved</html>"
    report = fetch_all([item(publisher, "p.zip", format="istat_posas")], tmp_path)[0]
    assert report.outcome == "failed" and "not a zip archive" in report.message
    assert not (tmp_path / "files/p.zip").exists()


@pytest.mark.parametrize("name", bundled_packs())
def test_catalogues_of_the_bundled_packs_are_whole(name: str) -> None:
    pack = open_pack(name)
    assert pack.territory is not None
    catalogue = load_catalogue(pack.territory)
    assert len({i.id for i in catalogue.sources}) == len(catalogue.sources)
    assert all(i.licence and i.attribution for i in catalogue.sources)
    with pytest.raises(PackError, match="unknown source"):
        catalogue.choose(["no-such-source"])


def test_command_lists_and_fails_with_code_2(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tmp_path / "pack"
    (pack / "territory").mkdir(parents=True)
    (pack / "pack.yaml").write_text("id: p\nname: {it: p, en: p}\nterritory: territory\nlicence: CC0-1.0\n")
    source = item(publisher).model_dump(mode="json", exclude_none=True)
    (pack / "territory/fetch.yaml").write_text(json.dumps({"sources": [source]}))
    monkeypatch.setenv("AUMENTA_CACHE", str(tmp_path / "cache"))
    get_settings.cache_clear()
    try:
        from aumenta.cli import fetch as command

        if not any(c.name == "fetch" for c in cli.registered_commands):
            command.register(cli)
        run = CliRunner()
        assert "a" in run.invoke(cli, ["fetch", str(pack), "--list"]).stdout
        failed = run.invoke(cli, ["fetch", str(pack)])
        assert isinstance(failed.exception, FetchError) and failed.exception.exit_code == 2
        publisher.files["/a.bin"] = BODY
        done = run.invoke(cli, ["fetch", str(pack), "--json"])
        assert json.loads(done.stdout)[0]["outcome"] == "new"
    finally:
        get_settings.cache_clear()
