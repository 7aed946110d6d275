# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Copy the few front-end files that the pages load from `node_modules` into the package.

Run after `npm install` at the root of the repository. What is copied is git-ignored; each package's licence
goes with it.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "aumenta" / "web" / "static" / "vendor"

_ITALIA = "bootstrap-italia/dist"
_FONTS = f"{_ITALIA}/fonts/Titillium_Web"

#: From (below `node_modules`) and to (below `static/vendor`).
FILES: dict[str, str] = {
    f"{_ITALIA}/css/bootstrap-italia.min.css": "bootstrap-italia/css/bootstrap-italia.min.css",
    f"{_ITALIA}/svg/sprites.svg": "bootstrap-italia/svg/sprites.svg",
    "bootstrap-italia/LICENSE": "bootstrap-italia/LICENSE",
    f"{_FONTS}/OFL.txt": "bootstrap-italia/fonts/OFL.txt",
    **{
        f"{_FONTS}/titillium-web-v10-latin-ext_latin-{weight}.woff2": f"bootstrap-italia/fonts/titillium-{weight}.woff2"
        for weight in ("regular", "italic", "600", "700")
    },
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl/maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl/maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl/maplibre-gl.css",
    "maplibre-gl/LICENSE.txt": "maplibre-gl/LICENSE.txt",
}


def copy_all(modules: Path = MODULES, vendor: Path = VENDOR) -> list[str]:
    """Copy every file of `FILES` into a fresh folder; returns the names that are not in `modules`.

    Nothing is replaced unless every file is there. Pointers to source maps are cut, since maps are not served.
    """
    absent = [name for name in FILES if not (modules / name).is_file()]
    if absent:
        return absent
    fresh = vendor.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for source, target in FILES.items():
        destination = fresh / target
        destination.parent.mkdir(parents=True, exist_ok=True)
        content = _without_source_map((modules / source).read_bytes())
        destination.write_bytes(_without_inline_fonts(content) if target.endswith(".css") else content)
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
    return []


def _without_source_map(content: bytes) -> bytes:
    cut = content.rfind(b"sourceMappingURL=")
    if cut < 0 or len(content) - cut > 200:
        return content
    start = max(content.rfind(b"//#", 0, cut), content.rfind(b"/*#", 0, cut))
    return content[:start].rstrip() + b"\n" if start >= 0 else content


def _without_inline_fonts(content: bytes) -> bytes:
    """Cut fonts held in `data:` addresses (a video player's icons): the pages' policy refuses them, none uses them."""
    return re.sub(rb"@font-face\{[^{}]*url\([\"']?data:[^{}]*\}", b"", content)


def main() -> int:
    """Copy, and say what is missing."""
    absent = copy_all()
    for name in absent:
        print(f"not in node_modules: {name}", file=sys.stderr)
    if absent:
        print("Run npm install at the root of the repository first.", file=sys.stderr)
        return 2
    print(f"{len(FILES)} front-end files are in {VENDOR.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
