# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where the pack of a twin lies: a small file beside the builds, for who needs the pack again (scenarios).

It is outside the builds, whose bytes do not depend on folders of a machine.
"""

from __future__ import annotations

import json
from pathlib import Path

from aumenta.errors import PackError, Problem
from aumenta.store.packs import BUNDLED, Pack, open_pack

FILE = "pack.json"


def remember_pack(twin: Path, pack: Pack) -> None:
    """Note the pack that a twin was built of: a bundled one by its name, another by its folder."""
    name = pack.root.name if pack.root.parent == BUNDLED.resolve() else str(pack.root)
    text = json.dumps({"pack": name}) + "\n"
    path = twin / FILE
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def recall_pack(twin: Path, pack_id: str) -> Pack:
    """The pack that a twin was built of. Raises `PackError` when it is no longer where it was."""
    path = twin / FILE
    try:
        name = str(json.loads(path.read_text(encoding="utf-8"))["pack"])
    except FileNotFoundError:
        name = pack_id  # a twin of an earlier version: its pack is a bundled one, or is not found
    except (OSError, ValueError, KeyError, TypeError):
        problem = Problem("cannot be read; build the twin again", str(path))
        raise PackError("The pack of this twin is not known.", [problem]) from None
    pack = open_pack(name)
    if pack.about.id != pack_id:
        problem = Problem("another pack", str(pack.root), found=pack.about.id, expected=pack_id)
        raise PackError("The pack of this twin has changed; build the twin again.", [problem])
    return pack
