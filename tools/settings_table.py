# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Write the table of `docs/settings.md` from the settings themselves: `python tools/settings_table.py`."""

from __future__ import annotations

from pathlib import Path

from aumenta.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = """<!--
SPDX-FileCopyrightText: 2026 The Aumenta authors
SPDX-License-Identifier: EUPL-1.2
Written by tools/settings_table.py; change the descriptions in src/aumenta/settings.py.
-->
# Settings

Every bound and choice of an installation has a name, a type and a default. Change one in the environment:
`AUMENTA_PORT=8100 aumenta serve`. A value that does not fit is refused with its name, exit code 2.

| setting | default | what it is |
| --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = ", ".join(default) if isinstance(default, tuple) else str(default)
        rows.append(f"| `AUMENTA_{name.upper()}` | `{shown}` | {field.description} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
