# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta serve`: what is in the way is said in one message; what is served is served where it was said."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aumenta.cli.serve import allowed_hosts, is_loopback, listen
from aumenta.errors import ServeError
from aumenta.settings import Settings

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from aumenta.cli import main; main()", "serve"]


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=60, check=False)


def test_a_port_in_use_is_named_with_another_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServeError) as error:
            listen("127.0.0.1", port)
    assert str(port) in str(error.value)
    assert "aumenta serve --port" in str(error.value)


def test_the_command_ends_with_2_and_no_traceback(toy_twin: Twin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--twin", str(toy_twin.root), "--port", str(port))
    assert ended.returncode == 2
    assert f"port {port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ServeError) as error:
        listen("203.0.113.7", 0)  # TEST-NET-3: never an address of this machine
    assert "203.0.113.7" in str(error.value)


def test_no_twin_says_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    ended = run("--twin", str(tmp_path / "none"), "--port", str(port))
    assert ended.returncode == 2
    assert "aumenta build" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.4", False),
    ],
)
def test_what_reaches_this_machine_alone(host: str, loopback: bool) -> None:
    assert is_loopback(host) == loopback


def test_the_address_served_on_is_answered() -> None:
    assert "[::1]" in allowed_hosts(Settings(host="::1"))
    assert "192.0.2.4" in allowed_hosts(Settings(host="192.0.2.4"))
    assert allowed_hosts(Settings()) == Settings().allowed_hosts


def test_a_twin_is_served_until_stopped(toy_twin: Twin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [*COMMAND, "--twin", str(toy_twin.root), "--port", str(port)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline()
            address = re.search(r"http://\S+", said)
            assert address is not None, said
            request = urllib.request.Request(address.group(0), headers={"Accept-Language": "en"})
            with urllib.request.urlopen(request, timeout=30) as answer:
                assert answer.url.endswith("/en/")
                assert "server" not in answer.headers
                assert "Where do you live?" in answer.read().decode()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)
