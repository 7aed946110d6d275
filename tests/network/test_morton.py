# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The space-filling curve against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.network.morton import morton_order


@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 65535)), min_size=1, max_size=60))
def test_the_curve_interleaves_the_bits(points: list[tuple[int, int]]) -> None:
    points = [*points, (0, 0), (65535, 65535)]
    x, y = np.array(points, float).T

    def code(a: int, b: int) -> int:
        return sum(((a >> k) & 1) << (2 * k) | ((b >> k) & 1) << (2 * k + 1) for k in range(16))

    plain = sorted(range(len(points)), key=lambda i: (code(*points[i]), i))
    assert morton_order(x, y).tolist() == plain


def test_the_curve_of_nothing_and_of_one_place() -> None:
    assert morton_order([], []).tolist() == []
    assert morton_order([5.0, 5.0], [1.0, 1.0]).tolist() == [0, 1]
    with pytest.raises(ValueError, match="finite"):
        morton_order([np.nan], [0.0])
