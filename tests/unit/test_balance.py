"""Tables that close: every answer here can be worked out on paper."""

from decimal import Decimal
from math import inf, nan

import numpy as np
import pandas as pd
import pytest

from ecozoning.errors import AreaBalanceError, NoDataError, ParameterError
from ecozoning.overlay import balance


def series(*values, index=None, name=None):
    return pd.Series(values, index=index, name=name, dtype=float)


@pytest.mark.parametrize(
    ("areas", "control", "decimals", "expected"),
    [
        pytest.param([1, 1, 1], 3.1, 1, [1.1, 1.0, 1.0], id="first of equals gains"),
        pytest.param([2, 1, 3], 6.1, 1, [2.0, 1.0, 3.1], id="largest gains"),
        # 1.03 * 2.5 = 2.575, 2.575, 5.15 -> 2.6, 2.6, 5.2 are 0.1 too much of 10.3
        pytest.param([2.5, 2.5, 5], 10.3, 1, [2.6, 2.6, 5.1], id="largest gives"),
        pytest.param([10, 20], 30, 0, [10, 20], id="nothing to do"),
        pytest.param([10.4, 20.4], 30.8, 1, [10.4, 20.4], id="nothing to do, 1"),
        pytest.param([0, 3, 0, 3], 6.2, 1, [0, 3.1, 0, 3.1], id="zero stays zero"),
        pytest.param([5], 5.01, 2, [5.01], id="one row takes all"),
        # five equal parts of 2.2 are 0.44 each: 0.4 and two units of 0.1 are missing
        pytest.param([0.43] * 5, 2.2, 1, [0.5, 0.5, 0.4, 0.4, 0.4], id="two units"),
        pytest.param([0, 0], 0, 2, [0, 0], id="nothing at all"),
    ],
)
def test_the_residue_goes_to_the_largest_first(areas, control, decimals, expected):
    balanced = balance(series(*areas), control, decimals)
    assert balanced.tolist() == expected


def test_the_zones_of_shanggao_close_on_the_published_county():
    # 1347.23 / 1347.46 = 0.99982931: 504.984, 331.673, 510.573 become 504.98, 331.67,
    # 510.57, which is 1347.22; the missing hundredth goes to the largest zone.
    zones = series(505.07, 331.73, 510.66, index=["one", "two", "three"])
    assert balance(zones, 1347.23).tolist() == [504.98, 331.67, 510.58]


def test_index_and_name_come_back_and_labels_may_repeat():
    areas = series(1, 1, index=["x", "x"], name="area_m2")
    balanced = balance(areas, 2.02)
    assert balanced.index.equals(areas.index)
    assert (balanced.name, str(balanced.dtype)) == ("area_m2", "float64")
    assert areas.tolist() == [1, 1]


@pytest.mark.parametrize("dtype", ["int64", "Int64", "Float64", "float32"])
def test_any_kind_of_number_will_do(dtype):
    assert balance(pd.Series([1, 2], dtype=dtype), 3).tolist() == [1.0, 2.0]


def test_a_hundred_thousand_parcels_close_on_the_square_centimetre():
    rng = np.random.default_rng(20)
    areas = pd.Series(rng.lognormal(8, 1.5, 100_000))
    control = round(float(areas.sum()) * 1.0007, 2)
    balanced = balance(areas, control)
    exact = sum(Decimal(repr(area)) for area in balanced)
    assert exact == Decimal(repr(control))
    assert round(balanced.sum(), 2) == control
    proportional = areas * (control / areas.sum())
    assert (balanced - proportional).abs().max() < 0.0151


def test_a_residue_of_many_units_gives_each_of_the_largest_one():
    # 90 parcels of 0.004 round to 0.00: 36 hundredths are missing, and the largest 36
    # rows, the big one and the first 35 of the small, get one each.
    balanced = balance(series(*[0.004] * 90, 50), 50.36)
    assert balanced.iloc[-1] == 50.01
    assert balanced.iloc[:90].tolist() == [0.01] * 35 + [0.0] * 55


# --- refusals ----------------------------------------------------------------------


def test_no_areas_are_refused():
    with pytest.raises(NoDataError, match="`areas` has no rows"):
        balance(series(), 1)


def test_a_list_is_refused_with_the_call_that_makes_a_series():
    with pytest.raises(ParameterError, match=r"`areas` is a list.*pandas\.Series\("):
        balance([1.0, 2.0], 3)


@pytest.mark.parametrize("values", [["1", "2"], [True, False]])
def test_what_is_no_number_is_refused(values):
    with pytest.raises(ParameterError, match=r"`areas` is of dtype .*to_numeric"):
        balance(pd.Series(values), 3)


@pytest.mark.parametrize("bad", [nan, inf, -inf, -0.01])
def test_areas_that_are_no_areas_are_refused_by_label(bad):
    with pytest.raises(ParameterError, match=r"1 values .*labels: 'y'.*areas >= 0\]"):
        balance(series(1, bad, index=["x", "y"]), 1)


def test_missing_areas_of_a_nullable_kind_are_refused():
    with pytest.raises(ParameterError, match=r"1 values that are missing"):
        balance(pd.Series([1, None], dtype="Float64"), 1)


@pytest.mark.parametrize("control", [nan, inf, -1])
def test_a_control_that_is_no_area_is_refused(control):
    with pytest.raises(ParameterError, match=r"`control` is .*finite area >= 0"):
        balance(series(1, 1), control)


def test_a_control_finer_than_the_result_is_refused():
    with pytest.raises(
        ParameterError, match=r"more than 2 decimals.*round\(control, 2"
    ):
        balance(series(1, 1), 2.001)


@pytest.mark.parametrize("decimals", [-1, 7])
def test_decimals_outside_their_range_are_refused(decimals):
    with pytest.raises(ParameterError, match=r"`decimals` is .*0 to 6"):
        balance(series(1, 1), 2, decimals)


@pytest.mark.parametrize("decimals", [2.0, True, "2"])
def test_decimals_that_are_no_whole_number_are_refused(decimals):
    with pytest.raises(ParameterError, match=r"`decimals` is .*whole number"):
        balance(series(1, 1), 2, decimals)


@pytest.mark.parametrize("tolerance", [-0.1, nan])
def test_a_tolerance_that_is_none_is_refused(tolerance):
    with pytest.raises(ParameterError, match=r"`tolerance` is .*0\.05"):
        balance(series(1, 1), 2, tolerance=tolerance)


def test_zero_areas_cannot_be_raised_to_a_control():
    with pytest.raises(AreaBalanceError, match=r"all `areas` are zero.*measure them"):
        balance(series(0, 0), 1)


@pytest.mark.parametrize("control", [94.0, 106.0, 0.0])
def test_a_control_of_another_territory_is_refused(control):
    message = r"add up to 100, which is not within 5\.000% .*same territory"
    with pytest.raises(AreaBalanceError, match=message):
        balance(series(40, 60), control)


@pytest.mark.parametrize(
    ("control", "units"),
    [
        (0.01, "areas in m2 and a control in hm2"),
        (0.0001, "areas in m2 and a control in km2"),
        (1e6, "areas in hm2 and a control in m2"),
        (0.15, "areas in m2 and a control in 亩"),
        (1500.0, "areas in hm2 and a control in 亩"),
        (1.01, "areas in hm2 and a control in km2"),
    ],
)
def test_a_control_in_another_unit_is_refused_with_the_conversion(control, units):
    with pytest.raises(AreaBalanceError, match=rf"{units}: use `.*units\.convert"):
        balance(series(40, 60), control, 4)


def test_a_wider_tolerance_lets_a_far_control_through():
    assert balance(series(40, 60), 50, tolerance=1).tolist() == [20, 30]
    assert balance(series(40, 60), 0, tolerance=inf).tolist() == [0, 0]


def test_more_digits_than_a_float_keeps_are_refused():
    with pytest.raises(ParameterError, match="more digits than a float can keep"):
        balance(series(1e13, 1e13), 2e13)
