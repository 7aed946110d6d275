# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Pair the examples of a page with the links at its end.

A page names examples on its sheets and gives their links together at the end, in the same order, but not always
as many. When the numbers are equal they pair in order. When they are not, examples and links that share a word
are anchors, and what stands between two anchors pairs in order only if the numbers there are equal. What cannot
be paired is said: an example without a link stays so, and links without an example are listed by the reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aumenta.plan.reading.items import same

_SHORT = 4  # letters under which a shared word says nothing


def pairs(names: Sequence[str], urls: Sequence[str]) -> list[tuple[int, int]]:
    """Indices of names and urls that belong together, ascending in both.

    >>> pairs(["rennes metropole", "without link", "city lab"], ["https://rennes.fr", "https://citylab.it"])
    [(0, 0), (2, 1)]
    """
    if len(names) == len(urls):
        return [(n, n) for n in range(len(names))]
    anchors = _anchors(names, urls)
    result = list(anchors)
    for (n0, u0), (n1, u1) in zip([(-1, -1), *anchors], [*anchors, (len(names), len(urls))], strict=True):
        if n1 - n0 == u1 - u0:
            result += [(n0 + k, u0 + k) for k in range(1, n1 - n0)]
    return sorted(result)


def likeness(name: str, url: str) -> int:
    """Letters of the name's words (four letters or more) that the address contains."""
    address = same(url)
    words = [same(word) for word in re.split(r"[\s/]+", name)]
    return sum(len(word) for word in words if len(word) >= _SHORT and word in address)


def _anchors(names: Sequence[str], urls: Sequence[str]) -> list[tuple[int, int]]:
    """The order-keeping pairs with the greatest likeness (as in a longest common subsequence)."""
    rows, columns = len(names), len(urls)
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for n in range(rows - 1, -1, -1):
        for u in range(columns - 1, -1, -1):
            like = likeness(names[n], urls[u])
            together = best[n + 1][u + 1] + like if like else 0
            best[n][u] = max(best[n + 1][u], best[n][u + 1], together)
    found, n, u = [], 0, 0
    while n < rows and u < columns:
        like = likeness(names[n], urls[u])
        if like and best[n][u] == best[n + 1][u + 1] + like:
            found.append((n, u))
            n, u = n + 1, u + 1
        elif best[n][u] == best[n + 1][u]:
            n += 1
        else:
            u += 1
    return found
