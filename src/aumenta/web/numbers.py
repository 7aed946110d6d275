# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How numbers are written: in full in tables, at most three significant figures in sentences."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import (
    format_compact_decimal,
    format_decimal,
    format_percent,
    get_decimal_symbol,
    get_group_symbol,
)

SIGNIFICANT = 3
NONE = "–"
MINUS = "\u2212"
#: Enough digits for any float, and the last digit that is kept for so many decimals.
_EXACT = Context(prec=400)
_STEPS = [Decimal(1).scaleb(-kept) for kept in range(20)]


def _is_none(value: float | None) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def significant(value: float, figures: int = SIGNIFICANT) -> float:
    """The value rounded to that many significant figures.

    >>> significant(2252379), significant(0.061234)
    (2250000.0, 0.0612)
    """
    if value == 0 or not math.isfinite(value):
        return value
    return float(f"{value:.{figures}g}")


def _decimals(value: float, figures: int = SIGNIFICANT) -> int:
    if value == 0:
        return 0
    return max(0, figures - 1 - math.floor(math.log10(abs(value))))


def full(value: float | None, locale: Locale, decimals: int | None = None) -> str:
    """A number in full: with exactly `decimals` decimals, or as many as it has (up to 6) when not given.

    A number that rounds to nothing has no sign.
    """
    if value is None or _is_none(value):
        return NONE
    group, point = _marks(str(locale))
    # Babel's own writing of a number takes 80 microseconds, and a page has thousands of them.
    exact = Decimal(str(value))
    kept = 6 if decimals is None else decimals
    written = f"{exact.quantize(_STEPS[kept], ROUND_HALF_EVEN, _EXACT):,f}"
    if decimals is None:
        written = written.rstrip("0").rstrip(".")
    whole, _, rest = written.partition(".")
    text = whole.replace(",", group) + (point + rest if rest else "")
    if not text.startswith("-"):
        return text
    return MINUS + text[1:] if text.strip("-0" + group + point) else text[1:]


@lru_cache(maxsize=16)
def _marks(locale: str) -> tuple[str, str]:
    """The marks between thousands and before decimals."""
    known = Locale.parse(locale)
    return get_group_symbol(known), get_decimal_symbol(known)


def rounded(value: float | None, locale: Locale) -> str:
    """A number with at most three significant figures; millions and more in words."""
    if value is None or _is_none(value):
        return NONE
    short = significant(value)
    if abs(short) >= 1_000_000:
        return format_compact_decimal(short, format_type="long", locale=locale, fraction_digits=2)
    decimals = min(6, _decimals(short))
    return _ascii_minus(format_decimal(short, format="#,##0." + "#" * decimals, locale=locale))


def percent(share: float | None, locale: Locale) -> str:
    """A share from 0 to 1 as a percentage with at most three significant figures."""
    if share is None or _is_none(share):
        return NONE
    short = significant(share)
    decimals = min(4, _decimals(short * 100))
    return format_percent(short, format="#,##0." + "#" * decimals + "%", locale=locale)


def period(text: str, locale: Locale) -> str:
    """A period of the long table in words: a day, a year, or from one to another (`a/b`).

    >>> period("2023-01-01", Locale("it"))
    '1 gen 2023'
    """
    parts = [_day(part, locale) for part in text.split("/")]
    return " – ".join(parts)


def _day(text: str, locale: Locale) -> str:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
        return _date(f"{text}-01", "LLLL y", locale) or text
    return _date(text, "medium", locale) or text


def _date(text: str, pattern: str, locale: Locale) -> str | None:
    try:
        return format_date(date.fromisoformat(text), format=pattern, locale=locale)
    except ValueError:
        return None


def _ascii_minus(text: str) -> str:
    return text.replace("-", MINUS) if text.startswith("-") else text
