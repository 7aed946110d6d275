# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How much room words take in a picture made on the server: estimated widths, wrapping and cutting.

Widths are shares of the font size, by groups of letters, a little above those of Titillium Web: they need not be
exact, only never too small.
"""

from __future__ import annotations

_NARROW = set("iljtfrI.,;:'’!|()[]- ")
_WIDE = set("mwMW@%—")


def text_width(text: str, size: float) -> float:
    """Estimated width in pixels of a text set at `size` pixels."""
    share = 0.0
    for letter in text:
        if letter in _NARROW:
            share += 0.29
        elif letter in _WIDE:
            share += 0.82
        elif letter.isupper() or letter.isdigit():
            share += 0.58
        else:
            share += 0.5
    return share * size


def cut(text: str, width: float, size: float) -> str:
    """The text, or as much of it as fits with an ellipsis after a whole letter."""
    if text_width(text, size) <= width:
        return text
    for end in range(len(text) - 1, 0, -1):
        short = text[:end].rstrip(" ,;:-") + "…"
        if text_width(short, size) <= width:
            return short
    return "…"


def wrap(text: str, width: float, size: float, lines: int) -> list[str]:
    """The text broken between words into at most that many lines; the last one is cut."""
    broken: list[str] = []
    words = text.split()
    while words and len(broken) < lines - 1:
        take = 1
        while take < len(words) and text_width(" ".join(words[: take + 1]), size) <= width:
            take += 1
        broken.append(cut(" ".join(words[:take]), width, size))
        words = words[take:]
    if words:
        broken.append(cut(" ".join(words), width, size))
    return broken
