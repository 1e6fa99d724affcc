"""What an arrangement of units costs, on figures small enough to add up by hand."""

import numpy as np
import pytest

from ecozoning.zoning.board import MISSED, PER_KM, PER_RADIUS, Board, Measure

SIZE = np.array([0.2, 0.3, 0.5])


def board(measures=((), ()), missed=((0, 0, 0), (0, 0, 0))):
    border = np.array([[0, 7, 0], [7, 0, 11], [0, 11, 0]], dtype=float)
    of_zones = [list(m) for m in measures]
    return Board(np.arange(3), SIZE, border, np.array(missed, dtype=float), of_zones)


def test_a_border_costs_its_length_once():
    assert board().cost(np.array([0, 0, 1])) == pytest.approx(11 * PER_KM)


def test_evidence_costs_by_the_size_of_the_units_that_miss_it():
    costs = board(missed=((1, 2, 9), (9, 9, 4)))
    missed = 0.2 * 1 + 0.3 * 2 + 0.5 * 4
    expected = PER_RADIUS * missed + 11 * PER_KM
    assert costs.cost(np.array([0, 0, 1])) == pytest.approx(expected)


def test_a_zone_without_units_costs_everything():
    assert board().cost(np.array([0, 0, 0])) == np.inf


def test_a_mean_weighs_units_by_their_size():
    # 0.2 of 100 m and 0.3 of 200 m are 160 m on average; 20 m is half of what is near.
    measure = Measure(180.0, 40.0, "mean", np.array([100.0, 200.0, 900.0]))
    own = np.array([True, True, False])
    assert measure.misfit(own, SIZE) == pytest.approx(0.5**2 / 2)


@pytest.mark.parametrize(("how", "published"), [("min", 104.0), ("max", 204.0)])
def test_an_end_that_is_missed_costs_a_step_and_the_miss(how, published):
    measure = Measure(published, 2.0, how, np.array([100.0, 200.0, 900.0]))
    own = np.array([True, True, False])
    assert measure.misfit(own, SIZE) == pytest.approx(MISSED + 2 * (2 - 1))
