# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What stands before every page: Host and Origin, size and time limits, headers on every answer, CSRF tokens."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aumenta.settings import Settings

log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

#: No inline script or style, nothing from elsewhere. MapLibre draws pictures from data and blob addresses.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

HEADERS: dict[str, str] = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}

#: Makes the answer for a refusal: status and the raw path, in whose language it speaks.
Refusal = Callable[[int, Scope], Response]


class _TooLargeError(Exception):
    """The body passed the limit while it was being read."""


class Guard:
    """ASGI middleware that refuses what must not reach the pages and sets the security headers."""

    def __init__(self, app: ASGIApp, settings: Settings, refuse: Refusal) -> None:
        self._app = app
        self._settings = settings
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then pass on; answers carry the headers in every case."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        status = self._refused(scope)
        if status:
            await self._refuse(status, scope)(scope, receive, send_with_headers)
            return
        limited = _limit(receive, self._settings.max_request_bytes)
        try:
            async with asyncio.timeout(self._settings.request_timeout):
                await self._app(scope, limited, send_with_headers)
        except Exception as error:
            if started:
                raise
            await self._refuse(_status_of(error, scope), scope)(scope, receive, send_with_headers)

    def _refused(self, scope: Scope) -> int:
        """The status to refuse a request with before looking at its path, or 0."""
        headers = Headers(scope=scope)
        host = host_name(headers.get("host", ""))
        if len(headers.getlist("host")) != 1 or host not in self._settings.allowed_hosts:
            return 400
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self._settings.max_url_bytes:
            return 414
        length = headers.get("content-length", "0")
        if not length.isdigit():
            return 400
        if int(length) > self._settings.max_request_bytes:
            return 413
        if scope["method"] not in SAFE_METHODS and not same_origin(headers):
            return 403
        return 0


def _status_of(error: Exception, scope: Scope) -> int:
    if isinstance(error, TimeoutError):
        return 503
    if isinstance(error, _TooLargeError):
        return 413
    log.error("error on %s", scope["path"], exc_info=error)
    return 500


def host_name(host: str) -> str:
    """The name of a Host header without its port, lower case.

    >>> host_name("LOCALHOST:8000"), host_name("[::1]:8000")
    ('localhost', '[::1]')
    """
    name, colon, port = host.strip().lower().rpartition(":")
    return name if colon and port.isdigit() and not name.endswith(":") else host.strip().lower()


def same_origin(headers: Headers) -> bool:
    """Whether a writing request was sent by one of our own pages: its Origin is our Host.

    Without an Origin (old browsers, no browser) the Referer decides; without both the answer is no.
    """
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    said = headers.get("origin") or headers.get("referer") or ""
    parts = urlsplit(said)
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == headers.get("host", "").lower()


def _limit(receive: Receive, most: int) -> Receive:
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise _TooLargeError
        return message

    return limited


class CsrfTokens:
    """Tokens that prove that a form was served to the browser that sends it.

    The token is the visitor's random cookie, signed with the secret of this process and the moment of issue.
    """

    COOKIE = "aumenta_visitor"
    FIELD = "csrf_token"

    def __init__(self, secret: str | None = None, max_age: int = 4 * 3600) -> None:
        self._serializer = URLSafeTimedSerializer(secret or secrets.token_urlsafe(32), salt="csrf")
        self._max_age = max_age

    @staticmethod
    def new_visitor() -> str:
        """A random value for the visitor's cookie."""
        return secrets.token_urlsafe(18)

    def issue(self, visitor: str) -> str:
        """The token to put into a form served to that visitor."""
        return str(self._serializer.dumps(visitor))

    def valid(self, token: str | None, visitor: str | None) -> bool:
        """Whether the token that came back was issued to the visitor whose cookie came with it, and is fresh."""
        if not token or not visitor:
            return False
        try:
            owner = self._serializer.loads(token, max_age=self._max_age)
        except BadSignature:
            return False
        return isinstance(owner, str) and hmac.compare_digest(owner.encode(), visitor.encode())
