# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Moran's I and local clusters against PySAL and on fields whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from aumenta import equity


def field(side: int = 20, holes: int = 30, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A smooth field with noise on a grid with holes, in the twin's order (gy, then gx)."""
    random = np.random.default_rng(seed)
    gy, gx = (a.ravel() for a in np.mgrid[0:side, 0:side])
    keep = np.sort(random.choice(side * side, side * side - holes, replace=False))
    gx, gy = gx[keep], gy[keep]
    return gx, gy, np.sin(gx / 4) + np.cos(gy / 5) + random.normal(0, 0.3, len(gx))


def pysal_weights(gx: np.ndarray, gy: np.ndarray):  # type: ignore[no-untyped-def]
    from libpysal.weights import W

    at = {(x, y): i for i, (x, y) in enumerate(zip(gx.tolist(), gy.tolist(), strict=True))}
    steps = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]
    near = {i: [at[x + a, y + b] for a, b in steps if (x + a, y + b) in at] for (x, y), i in at.items()}
    weights = W(near, silence_warnings=True)
    weights.transform = "r"
    return weights


def test_neighbours_are_those_that_touch() -> None:
    gx, gy, _ = field()
    found, theirs = equity.neighbours_of_grid(gx, gy), pysal_weights(gx, gy)
    for i in range(len(gx)):
        own = found.other[found.indptr[i] : found.indptr[i + 1]]
        assert sorted(own.tolist()) == sorted(theirs.neighbors[i])


def drawn_p_values(z: np.ndarray, near: equity.Neighbours, draws: int = 999) -> np.ndarray:
    """Folded pseudo p-values by drawing as many of all others as each has neighbours, place by place (Anselin 1995)."""
    random, centred = np.random.default_rng(7), z - z.mean()
    found = np.ones(len(z))
    for i in range(len(z)):
        count = int(near.indptr[i + 1] - near.indptr[i])
        own = centred[near.other[near.indptr[i] : near.indptr[i + 1]]].mean() * centred[i]
        others = np.delete(centred, i)
        chosen = random.random((draws, len(others))).argpartition(count, axis=1)[:, :count]
        larger = int((others[chosen].mean(axis=1) * centred[i] >= own).sum())
        found[i] = (min(larger, draws - larger) + 1) / (draws + 1)
    return found


def test_moran_and_local_values_are_pysals() -> None:
    from esda.moran import Moran, Moran_Local

    gx, gy, z = field()
    near, weights = equity.neighbours_of_grid(gx, gy), pysal_weights(gx, gy)
    found, p = equity.moran(z, near)
    theirs = Moran(z, weights, permutations=0)
    assert found == pytest.approx(theirs.I, abs=1e-10)
    assert p == 0.001  # a smooth field: no permutation comes near
    local = equity.local_moran(z, near)
    others = Moran_Local(
        z, weights, permutations=0
    )  # its draws take half a minute to compile: ours are below
    np.testing.assert_allclose(local.local, others.Is, atol=1e-10)
    # p-values are drawn: the two must agree within what 999 draws can tell apart.
    drawn = drawn_p_values(z, near)
    assert np.abs(local.p - drawn).max() < 0.06
    strong = (local.p <= 0.03) & (drawn <= 0.03)
    assert strong.sum() > 100
    assert (local.kind[strong] == others.q[strong]).all()


def test_the_same_seed_gives_the_same_clusters() -> None:
    gx, gy, z = field()
    near = equity.neighbours_of_grid(gx, gy)
    one, other = equity.local_moran(z, near), equity.local_moran(z, near)
    np.testing.assert_array_equal(one.p, other.p)
    assert equity.moran(z, near) == equity.moran(z, near)


def test_a_block_of_high_values_is_a_cluster_and_noise_is_not() -> None:
    gy, gx = (a.ravel() for a in np.mgrid[0:30, 0:30])
    z = np.random.default_rng(0).normal(0, 0.1, 900)
    block = (gx >= 10) & (gx < 15) & (gy >= 10) & (gy < 15)
    z[block] += 5
    found = equity.local_moran(z, equity.neighbours_of_grid(gx, gy))
    inner = (gx > 10) & (gx < 14) & (gy > 10) & (gy < 14)
    assert (found.kind[inner] == 1).all()
    noise = np.random.default_rng(1).normal(0, 1, 900)
    share = (equity.local_moran(noise, equity.neighbours_of_grid(gx, gy)).p <= 0.05).mean()
    assert 0.04 < share < 0.17  # folded p: twice the nominal share


def test_nothing_to_compare_is_no_cluster() -> None:
    near = equity.neighbours_of_grid([0, 1, 2], [0, 0, 0])
    assert np.isnan(equity.moran([1, 1, 1], near)[0])
    flat = equity.local_moran([1, 1, 1], near)
    assert (flat.kind == 0).all() and (flat.p == 1).all()
    apart = equity.local_moran([1.0, 5, 9, 2], equity.neighbours_of_grid([0, 5, 10, 15], [0, 0, 0, 0]))
    assert (apart.kind == 0).all() and (apart.p == 1).all()
