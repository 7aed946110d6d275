# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the catalogues of the interface lack: `python -m aumenta.web.catalogues` lists it as `.po` entries to fill in.

Sources are templates and Python modules of this package; every string of theirs is wanted in every language but
English.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from aumenta.web.i18n import LANGUAGES, LOCALES

ROOT = Path(__file__).resolve().parent
SOURCE_LANGUAGE = "en"
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
_JINJA = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


@dataclass(frozen=True)
class Source:
    """A string of the sources: itself (or singular and plural) and where it stands."""

    message: str | tuple[str, str]
    file: str
    line: int


def sources() -> Iterator[Source]:
    """Every string that templates and modules want translated."""
    for path in sorted((*ROOT.rglob("*.html"), *ROOT.rglob("*.py"))):
        method, options = ("jinja2.ext:babel_extract", _JINJA) if path.suffix == ".html" else ("python", {})
        for line, message, *_ in extract_from_file(method, str(path), _KEYWORDS, options=options):
            words = message if isinstance(message, str) else (str(message[0]), str(message[1]))
            yield Source(words, path.relative_to(ROOT).as_posix(), line)


def translated(language: str, folder: Path = LOCALES) -> set[str | tuple[str, str]]:
    """Strings that a language's catalogues translate in full."""
    found: set[str | tuple[str, str]] = set()
    for path in sorted((folder / language).glob("*.po")):
        with path.open("rb") as stream:
            for entry in read_po(stream, locale=language):
                texts = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
                if entry.id and all(texts) and not entry.fuzzy:
                    found.add(entry.id if isinstance(entry.id, str) else (entry.id[0], entry.id[1]))
    return found


def untranslated(language: str) -> list[Source]:
    """Strings of the sources that a language lacks, each once, in the order of the files."""
    known = translated(language)
    lacking = {source.message: source for source in sources() if source.message not in known}
    return list(lacking.values())


def entry(source: Source) -> str:
    """An empty `.po` entry for a string."""
    lines = [f"#: {source.file}:{source.line}"]
    if isinstance(source.message, str):
        lines += [f"msgid {_quoted(source.message)}", 'msgstr ""']
    else:
        lines += [f"msgid {_quoted(source.message[0])}", f"msgid_plural {_quoted(source.message[1])}"]
        lines += ['msgstr[0] ""', 'msgstr[1] ""']
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> int:
    """Print what is lacking; exit code 1 when anything is."""
    lacking = [
        (code, source) for code in LANGUAGES if code != SOURCE_LANGUAGE for source in untranslated(code)
    ]
    for _, source in lacking:
        print(entry(source))
    print(f"{len(lacking)} strings without a translation", file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
