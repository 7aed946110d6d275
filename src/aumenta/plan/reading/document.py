# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The text of a document, from a text file or a PDF, with its lines counted from 1 and its fingerprint."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from aumenta.errors import DocumentError, Problem
from aumenta.settings import get_settings

_BLANKS = re.compile(r"[\s\u00a0\u200b]+")
_LITTLE = 200  # characters under which a document holds no plan


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text. `lines[0]` is line 1."""

    name: str
    text: str
    lines: tuple[str, ...]
    sha256: str

    def line(self, number: int) -> str:
        """A line by its number, from 1."""
        return self.lines[number - 1]


def tidy(text: str) -> str:
    """Blanks of any kind to one, none at the ends; spelling is left alone.

    >>> tidy(" due\u00a0 parole ")
    'due parole'
    """
    return _BLANKS.sub(" ", text).strip()


def document_of(text: str, name: str = "document") -> Document:
    """A document from its text; line ends of any kind, form feeds count as line ends."""
    text = text.removeprefix("\ufeff")
    lines = tuple(re.split(r"\r\n|[\n\r\f]", text.rstrip("\n")))
    return Document(name, text, lines, hashlib.sha256(text.encode()).hexdigest())


def open_document(path: Path) -> Document:
    """Open a .txt (UTF-8) or .pdf document.

    Raises `DocumentError` when it is absent, too large, no text, a PDF that is damaged, locked or without text.
    """
    limit = get_settings().max_document_bytes
    try:
        size = path.stat().st_size
        if size > limit:
            problem = Problem(
                "too large",
                str(path),
                found=f"{size} bytes",
                expected=f"at most {limit} (AUMENTA_MAX_DOCUMENT_BYTES)",
            )
            raise DocumentError("The document is refused.", [problem])
        raw = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            "The document cannot be opened.", [Problem(error.strerror or str(error), str(path))]
        ) from None
    text = _pdf_text(path) if raw.startswith(b"%PDF") else _plain_text(raw, path)
    if len(text.strip()) < _LITTLE:
        problem = Problem(
            "no text to read",
            str(path),
            found=f"{len(text.strip())} characters",
            expected="the text of a plan",
        )
        raise DocumentError(
            "The document holds no text; a scanned PDF must pass through character recognition first.",
            [problem],
        )
    return document_of(text, path.name)


def _plain_text(raw: bytes, path: Path) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        problem = Problem(
            "not UTF-8 text",
            str(path),
            row=row,
            found=repr(raw[error.start : error.start + 8]),
            expected="a .txt in UTF-8, or a .pdf",
        )
        raise DocumentError("The document cannot be read.", [problem]) from None
    if "\x00" in text:
        raise DocumentError(
            "The document cannot be read.",
            [Problem("binary data", str(path), expected="a .txt in UTF-8, or a .pdf")],
        )
    return text


def _pdf_text(path: Path) -> str:
    from pypdf import PdfReader  # noqa: PLC0415 - only PDFs need it
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(
                "The PDF is locked with a password.",
                [Problem("encrypted", str(path), expected="an open PDF")],
            )
        # The end of a page is the end of a line, no blank line: a title may go on overleaf.
        return "\n".join(page.extract_text().rstrip("\n") for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, RecursionError) as error:
        problem = Problem("damaged PDF", str(path), found=f"{type(error).__name__}: {error}"[:120])
        raise DocumentError("The PDF cannot be read.", [problem]) from None
