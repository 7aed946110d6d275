# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The command that serves a twin's pages."""

from __future__ import annotations

import gc
import ipaddress
import socket
from pathlib import Path
from typing import Annotated

import typer

from aumenta.cli.choices import Folder, Host, Open, Port
from aumenta.errors import Problem, ServeError
from aumenta.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(serve)


def serve(
    twin: Folder = None,
    host: Host = None,
    port: Port = None,
    document: Annotated[
        Path | None,
        typer.Option(
            "--document", help="The plan's document (.txt or .pdf), for the rules of the check that need it."
        ),
    ] = None,
    browser: Open = False,
) -> None:
    """Serve the pages of a twin until stopped with Ctrl+C."""
    from aumenta.settings import get_settings

    settings = get_settings()
    changes = {k: v for k, v in {"twin": twin, "host": host, "port": port}.items() if v is not None}
    settings = settings.model_copy(update=changes)
    settings = settings.model_copy(update={"allowed_hosts": allowed_hosts(settings)})
    listener = listen(settings.host, settings.port)
    try:
        run(settings, listener, document, browser)
    finally:
        listener.close()


def allowed_hosts(settings: Settings) -> tuple[str, ...]:
    """The Host names that are answered: those of the setting, and the address that is served on."""
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host.lower()
    return tuple(dict.fromkeys((*settings.allowed_hosts, shown)))


def is_loopback(host: str) -> bool:
    """Whether an address reaches this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, refusing callers until the pages are ready.

    `ServeError` says what is in the way and what to do.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        problem = Problem(
            "no such address on this machine", field="--host", found=host, expected="127.0.0.1, or another"
        )
        raise ServeError("The pages cannot be served.", [problem]) from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        problem = Problem(
            f"port {port} on {host} cannot be taken: {reason}",
            field="--port",
            found=str(port),
            expected=f"a free port, for example: aumenta serve --port {port + 1 if port < 65535 else 8000}",
        )
        raise ServeError("The pages cannot be served.", [problem]) from None
    return listener


def run(settings: Settings, listener: socket.socket, document: Path | None, browser: bool) -> None:
    """Prepare the pages, say where they are, and serve them."""
    # Nothing made while starting is thrown away: looking for garbage among it costs a tenth of the start.
    gc.disable()
    import uvicorn
    from rich.console import Console

    from aumenta.plan.reading.document import open_document
    from aumenta.web.assets import STATIC
    from aumenta.web.following import Following

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    text = open_document(document).text if document else None
    app = Following(settings.twin, settings, text)
    gc.freeze()
    gc.enable()
    if not (STATIC / "vendor").is_dir():
        console.print("The pages have no style: run npm install, then tools/vendor.py")
    if not is_loopback(settings.host):
        console.print(
            f"Warning: {settings.host} can be reached from other machines. The pages are read-only; "
            "name the hosts to answer to in AUMENTA_ALLOWED_HOSTS."
        )
    listener.listen(2048)
    address = f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{settings.port}/"
    typer.echo(f"Aumenta is served at {address} (stop with Ctrl+C)")
    if browser:
        import webbrowser

        webbrowser.open(address)
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=20,
        limit_concurrency=settings.max_connections,
    )
    app.watch()
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        app.stop()
