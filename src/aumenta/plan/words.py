# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Words of names and texts, compared without case, accents and typographic marks; Italian elisions apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
#: What elides before a vowel in Italian: the article or preposition is cut off with its apostrophe.
_ELISION = re.compile(
    r"\b(?:l|un|d|c|n|s|m|t|v|all|dall|dell|nell|sull|coll|quell|quest|bell|sant|anch|dov|com|cos|tutt|mezz)'(?=\w)"
)
_WORD = re.compile(r"\w+(?:[+&]\w*)*")
#: Words that say nothing about what a text is about.
STOPWORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a ad ai al alla alle allo agli anche che chi ci come con da dai dal dalla dalle dei del della delle dello
        degli di e ed gli i il in la le lo nei nel nella nelle nello o per piu su sul sulla sulle sui tra fra un una
        uno the of and to in for on at by with an is are
        """,
    )
)


@lru_cache(maxsize=65_536)
def folded(text: str, keep_length: bool = False) -> str:
    """Lower case without accents, straight quotes; with `keep_length` each character stays in its place.

    >>> folded("L’Eguaglianza  già È")
    "l'eguaglianza  gia e"
    """
    text = text.translate(_APOSTROPHES)
    if keep_length:
        return "".join((_bare(character)[:1] or " ") for character in text)
    return _bare(text)


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize(
        "NFC", "".join(c for c in decomposed if not unicodedata.combining(c))
    ).lower()


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """Words to search by: folded, elided articles cut off, stopwords kept out.

    >>> words("L'università e l’Accesso alle scuole (FSE+)")
    ('universita', 'accesso', 'scuole', 'fse+')
    """
    cut = _ELISION.sub(" ", folded(text))
    return tuple(word for word in _WORD.findall(cut) if word not in STOPWORDS)


def name_key(name: str) -> str:
    """A name stripped to letters and digits, so that spellings differing in case, accents or marks agree.

    >>> name_key("Erasmus +") == name_key("ERASMUS+") == "erasmus+"
    True
    """
    return re.sub(r"[^\w+&]", "", folded(name)).replace("_", "")


def edit_distance(first: str, second: str, limit: int) -> int:
    """Restricted Damerau-Levenshtein distance (insert, delete, replace, swap of neighbours), or `limit + 1` beyond.

    >>> edit_distance("tavolo", "tavola", 2), edit_distance("ab", "ba", 2), edit_distance("abc", "xyz", 1)
    (1, 1, 2)
    """
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        row = [i]
        for j, b in enumerate(second, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return min(last[-1], limit + 1)
