"""The transport solver against the simplex of SciPy (HiGHS) on the same problem.

Minimise the sum of costs c[k, x] p[k, x] with p >= 0, every cell x given away once and
every zone k holding its count: the linear programme whose dual `solve_offsets` climbs.
Its optimum is whole-numbered, so both must arrive at one total.
"""

import numpy as np
import pytest
from scipy.optimize import linprog

from ecozoning._kernels.transport import assign, solve_offsets

pytestmark = pytest.mark.reference


def least_total(costs, counts):
    """Return the least total cost, and per cell the zone, by linear programming."""
    zones, cells = costs.shape
    given_once = np.tile(np.eye(cells), zones)
    held = np.kron(np.eye(zones), np.ones(cells))
    allowed = [(0, 1) if np.isfinite(cost) else (0, 0) for cost in costs.ravel()]
    found = linprog(
        np.where(np.isfinite(costs), costs, 0.0).ravel(),
        A_eq=np.vstack([given_once, held]),
        b_eq=np.concatenate([np.ones(cells), counts]),
        bounds=allowed,
        method="highs",
    )
    assert found.success, found.message
    return found.fun, found.x.reshape(zones, cells).argmax(axis=0)


@pytest.mark.parametrize("seed", range(12))
def test_total_cost_is_the_least_there_is(seed):
    rng = np.random.default_rng(seed)
    zones, cells = rng.integers(2, 6), 60
    costs = rng.random((zones, cells))
    counts = np.bincount(rng.integers(0, zones, cells), minlength=zones)
    labels = assign(costs, solve_offsets(costs, counts.astype(float))[0])
    held = np.bincount(labels, minlength=zones)  # may be one cell off the counts
    total = costs[labels, np.arange(cells)].sum()
    assert np.abs(held - counts).max() <= 1
    assert total == pytest.approx(least_total(costs, held)[0], abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_distances_to_seats_give_the_assignment_of_the_simplex(seed):
    # A county of 9 by 9 cells, three seats, areas of 40, 25 and 16 cells.
    rng = np.random.default_rng(seed)
    cells = np.stack(np.meshgrid(np.arange(9.0), np.arange(9.0)), -1).reshape(-1, 2)
    costs = np.hypot(*(cells - rng.uniform(0, 8, (3, 1, 2))).transpose(2, 0, 1))
    counts = np.array([40.0, 25.0, 16.0])
    offsets, miss = solve_offsets(costs, counts)
    labels = assign(costs, offsets)
    assert miss <= 1
    held = np.bincount(labels, minlength=3)
    assert labels.tolist() == least_total(costs, held)[1].tolist()


@pytest.mark.parametrize("seed", range(6))
def test_forbidden_cells_are_forbidden_in_the_optimum_too(seed):
    rng = np.random.default_rng(seed)
    costs = rng.random((3, 45))
    costs[0, :10], costs[1:, 40:] = np.inf, np.inf  # kept from 0; held by 0
    counts = np.array([15.0, 15.0, 15.0])
    labels = assign(costs, solve_offsets(costs, counts)[0])
    held = np.bincount(labels, minlength=3)
    total = costs[labels, np.arange(45)].sum()
    assert np.abs(held - counts).max() <= 1
    assert total == pytest.approx(least_total(costs, held)[0], abs=1e-9)
