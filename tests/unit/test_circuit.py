"""Currents on grids small enough to be worked out by hand."""

import geopandas as gpd
import numpy as np
import pytest
import rioxarray  # noqa: F401 -- writes the CRS
import shapely
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from ecozoning.errors import (
    CRSMismatchError,
    DisconnectedError,
    GridMismatchError,
    NoDataError,
    ParameterError,
)
from ecozoning.network import CircuitRun, current_flow, driven_current

MULTIGRID = CircuitRun(solver="multigrid", tolerance=1e-12)


def land(rows, crs=4547, side=30.0):
    values = np.asarray(rows)
    axes = {
        "y": side * np.arange(values.shape[0])[::-1],
        "x": side * np.arange(values.shape[1]),
    }
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs(crs)


def floats(rows, **options):
    return land(np.asarray(rows, dtype=float), **options)


def whole(rows):
    return land(np.asarray(rows, dtype="int32"))


def between(rows, ids, **options):
    return current_flow(floats(rows), whole(ids), **options)


def resistance_of(flow):
    return flow.resistances["resistance"].tolist()


def test_cells_in_a_row_add_their_resistances():
    # Half of 2, all of 4, half of 6.
    flow = between([[2, 4, 6], [np.nan] * 3], [[1, 0, 2], [0, 0, 0]])
    assert resistance_of(flow) == pytest.approx([8.0])
    assert_allclose(flow.current[0], [1, 1, 1])
    assert_allclose(flow.voltage[0], [0, 3, 8])


def test_two_equal_ways_halve_the_resistance_and_the_current():
    rows = [[1, 1, 1], [1, np.inf, 1], [1, 1, 1]]
    ids = [[0, 0, 0], [1, 0, 2], [0, 0, 0]]
    flow = between(rows, ids, connectivity=4)
    assert resistance_of(flow) == pytest.approx([2.0])
    half = [[0.5, 0.5, 0.5], [1, np.nan, 1], [0.5, 0.5, 0.5]]
    assert_allclose(flow.current, half)


def test_a_square_with_diagonals_is_the_bridge_of_a_textbook():
    # Between opposite corners: the slant, 1/sqrt(2), beside two ways of two sides.
    flow = between([[1, 1], [1, 1]], [[1, 0], [0, 2]])
    assert resistance_of(flow) == pytest.approx([1 / (1 / np.sqrt(2) + 1)])
    # By symmetry nothing goes between the other two corners.
    side = 0.5 / (1 / np.sqrt(2) + 1)
    assert_allclose(flow.current, [[1, side], [side, 1]])


def test_conductance_may_be_averaged_instead():
    flow = between([[1, 4], [np.nan] * 2], [[1, 2], [0, 0]], average="conductance")
    assert resistance_of(flow) == pytest.approx([2 / (1 + 1 / 4)])


def test_cells_that_are_longer_resist_along_their_length():
    axes = {"y": [10.0, 0.0], "x": [0.0, 40.0]}
    rows = xr.DataArray([[1.0, 1.0], [np.nan, np.nan]], axes, ("y", "x"))
    ids = xr.DataArray(np.array([[1, 2], [0, 0]]), axes, ("y", "x"))
    flow = current_flow(rows.rio.write_crs(4547), ids.rio.write_crs(4547))
    assert resistance_of(flow) == pytest.approx([2.0])  # 40 m in sides of 20 m


def test_a_source_of_several_cells_is_one_node():
    flow = between([[1, 9, 1, 1], [1, 9, 1, 1]], [[1, 1, 0, 2], [1, 1, 0, 2]])
    # Through every cell of a source goes the whole ampere.
    assert_allclose(flow.current[:, [0, 1, 3]], 1.0)


def test_another_source_is_land_pairwise_and_a_node_in_the_network():
    rows, ids = np.ones((2, 5)), [[1, 0, 3, 3, 2], [np.int32(0)] * 5]
    rows[1] = np.nan
    pairwise = between(rows, ids, pairs=[(1, 2)])
    network = between(rows, ids, pairs=[(1, 2)], mode="network")
    assert resistance_of(pairwise) == pytest.approx([4.0])
    assert resistance_of(network) == pytest.approx([3.0])


def test_pairs_of_single_cells_do_not_depend_on_the_mode():
    rng = np.random.default_rng(1)
    rows, ids = rng.integers(1, 20, (9, 9)), np.zeros((9, 9), int)
    ids[1, 1], ids[7, 2], ids[4, 8] = 1, 2, 3
    one = between(rows, ids)
    pad = ids.copy()
    pad[1, 2] = 1  # two cells: solved pair by pair
    two = between(np.where(pad == 1, rows[1, 1], rows), ids, mode="network")
    assert one.resistances.shape == two.resistances.shape
    other = between(rows, ids, mode="network")
    assert_allclose(resistance_of(one), resistance_of(other))
    assert_allclose(one.current, other.current)


def test_a_part_without_two_sources_carries_nothing():
    rows = [[1, 1, np.nan, 1], [1, 1, np.nan, 1]]
    flow = between(rows, [[1, 0, 0, 3], [0, 2, 0, 0]])
    assert_allclose(flow.current[:, 3], 0.0)
    assert flow.failed[["from_id", "to_id"]].to_numpy().tolist() == [[1, 3], [2, 3]]
    assert flow.failed["reason"].unique().tolist() == ["no way between them"]
    assert np.isinf(flow.resistances["resistance"]).sum() == 2


def test_sources_on_barriers_are_told_and_the_rest_goes_on():
    flow = between([[1, 1, np.inf], [1, 1, np.inf]], [[1, 2, 7], [0, 0, 0]])
    assert flow.lost == {7: "on nodata or infinite resistance"}
    assert len(flow.resistances) == 1


def test_short_circuits_conduct_freely_also_apart_and_over_nodata():
    rows = [[1, 1, np.nan, 1, 1], [np.nan] * 5]
    ids = [[1, 0, 0, 0, 2], [0] * 5]
    bridge = [[0, 5, 5, 5, 0], [0] * 5]
    flow = between(rows, ids, short_circuits=whole(bridge))
    assert resistance_of(flow) == pytest.approx([2.0])
    assert_allclose(flow.current[0], 1.0)


def test_short_circuits_may_be_polygons():
    rows = [[1, 1, 1, 1, 1], [np.nan] * 5]
    ids = [[1, 0, 0, 0, 2], [0] * 5]
    pond = gpd.GeoSeries([shapely.box(20, 20, 100, 40)], crs=4547)
    flow = between(rows, ids, short_circuits=pond.to_frame("geometry"))
    assert resistance_of(flow) == pytest.approx([2.0])


def test_sources_on_one_short_circuit_have_nothing_between_them():
    rows, ids = [[1, 1, 1]] * 2, [[1, 0, 2], [0, 0, 0]]
    flow = between(rows, ids, short_circuits=whole([[4, 0, 4], [0, 0, 0]]))
    assert resistance_of(flow) == [0.0]
    assert_allclose(flow.current, 0.0)


def test_one_to_all_sends_an_ampere_from_each_source_to_grounds():
    # In a row 1 - 2 - 3: from 1 all ends at 2; from 2 it parts; from 3 all ends at 2.
    rows, ids = [[1, 1, 1, 1, 1], [np.nan] * 5], [[1, 0, 2, 0, 3], [0] * 5]
    flow = between(rows, ids, mode="one_to_all")
    assert_allclose(flow.current[0], [1.5, 1.5, 3.0, 1.5, 1.5])
    assert_allclose(flow.maximum[0], 1.0)


def test_all_to_one_sends_an_ampere_from_each_other_source():
    # To 1: two arrive through 2, one of them from 3. To 2: one from each side.
    rows, ids = [[1, 1, 1, 1, 1], [np.nan] * 5], [[1, 0, 2, 0, 3], [0] * 5]
    flow = between(rows, ids, mode="all_to_one")
    assert_allclose(flow.current[0], [4.0, 4.0, 6.0, 4.0, 4.0])


def test_one_to_all_leaves_others_at_one_potential():
    rng = np.random.default_rng(3)
    rows, ids = rng.integers(1, 50, (8, 8)).astype(float), np.zeros((8, 8), int)
    ids[0, 0], ids[7, 7], ids[0, 7] = 1, 2, 3
    flow = between(rows, ids, mode="one_to_all")
    singles = []
    for source in (1, 2, 3):
        currents = floats(np.where(ids == source, 1.0, np.nan))
        grounds = floats(np.where((ids > 0) & (ids != source), 0.0, np.nan))
        driven = driven_current(floats(rows), currents=currents, grounds=grounds)
        singles.append(driven.current.to_numpy())
    assert_allclose(flow.current, np.sum(singles, axis=0), rtol=1e-9)


def test_grounds_have_resistances_of_their_own():
    rows = [[1, 1, 1], [np.nan] * 3]
    flow = driven_current(
        floats(rows),
        currents=floats([[0, 2, 0], [0, 0, 0]]),
        grounds=floats([[0, np.nan, 1], [np.nan] * 3]),
    )
    # Left 1 to the ground, right 1 and 1: two thirds of two amperes go left.
    assert_allclose(flow.voltage[0], [0, 4 / 3, 2 / 3])
    assert_allclose(flow.current[0], [4 / 3, 2, 2 / 3])


def test_currents_without_a_ground_are_told():
    flow = driven_current(
        floats([[1, 1, np.nan, 1], [np.nan] * 4]),
        currents=floats([[1, 0, 0, 1], [0] * 4]),
        grounds=floats([[np.nan, 0, np.nan, np.nan], [np.nan] * 4]),
    )
    assert len(flow.failed) == 1
    assert_allclose(flow.current[0], [1, 1, np.nan, 0])


grids = st.integers(2, 6).flatmap(
    lambda rows: st.integers(2, 6).flatmap(
        lambda columns: st.lists(
            st.integers(1, 100), min_size=rows * columns, max_size=rows * columns
        ).map(lambda cells: np.array(cells, float).reshape(rows, columns))
    )
)


def laplacian_of(rows, connectivity):
    """Return the dense Laplacian of a grid, written apart from the kernel."""
    places = [(r, c) for r in range(rows.shape[0]) for c in range(rows.shape[1])]
    matrix = np.zeros((len(places), len(places)))
    for i, (r, c) in enumerate(places):
        for j, (s, d) in enumerate(places):
            length = np.hypot(r - s, c - d)
            if i != j and length < (1.1 if connectivity == 4 else 1.5):
                matrix[i, j] = -2 / (rows[r, c] + rows[s, d]) / length
    return matrix - np.diag(matrix.sum(axis=1))


@settings(deadline=None, max_examples=60)
@given(grids, st.sampled_from([4, 8]), st.sampled_from(["direct", "multigrid"]))
def test_currents_are_those_of_the_pseudo_inverse(rows, connectivity, solver):
    ids = np.zeros(rows.shape, int)
    ids[0, 0], ids[-1, -1] = 1, 2
    run = CircuitRun(solver=solver, tolerance=1e-12)
    flow = between(rows, ids, connectivity=connectivity, run=run)
    matrix = laplacian_of(rows, connectivity)
    put_in = np.zeros(rows.size)
    put_in[0], put_in[-1] = -1, 1
    volts = np.linalg.pinv(matrix) @ put_in
    carried = np.abs(matrix * (volts[:, None] - volts[None]))
    expected = (carried.sum(axis=1) + np.abs(put_in)) / 2
    assert resistance_of(flow) == pytest.approx([volts[-1] - volts[0]], rel=1e-7)
    assert_allclose(flow.current.to_numpy().ravel(), expected, rtol=1e-6, atol=1e-9)


@settings(deadline=None, max_examples=30)
@given(grids)
def test_what_comes_in_goes_out_and_turning_the_land_turns_the_map(rows):
    ids = np.zeros(rows.shape, int)
    ids[0, 0], ids[-1, 0] = 1, 2
    flow = between(rows, ids)
    volts = flow.voltage.to_numpy().ravel()
    balance = laplacian_of(rows, 8) @ volts
    inner = (ids == 0).ravel()
    assert_allclose(balance[inner], 0.0, atol=1e-9)
    turned = between(rows[::-1], ids[::-1])
    assert_allclose(turned.current.to_numpy()[::-1], flow.current, rtol=1e-9)
    assert resistance_of(turned) == pytest.approx(resistance_of(flow))


@settings(deadline=None, max_examples=20)
@given(grids, st.integers(0, 10))
def test_harder_land_never_lowers_resistance(rows, where):
    ids = np.zeros(rows.shape, int)
    ids[0, 0], ids[-1, -1] = 1, 2
    harder = rows.copy()
    harder.ravel()[where % rows.size] *= 5
    before, after = (
        resistance_of(between(rows, ids)),
        resistance_of(between(harder, ids)),
    )
    assert after[0] >= before[0] * (1 - 1e-9)


def blocks(side=40):
    """Return uneven land with barriers, and four sources of several cells."""
    rng = np.random.default_rng(7)
    rows = np.exp(rng.normal(size=(side, side)) * 2)
    rows[side // 2, 3:] = np.inf
    ids = np.zeros((side, side), int)
    ids[2:5, 2:5], ids[2:5, -5:-2] = 1, 2
    ids[-5:-2, 2:5], ids[-5:-2, -5:-2] = 3, 4
    return rows, ids


@pytest.mark.parametrize("mode", ["pairwise", "network", "one_to_all", "all_to_one"])
def test_both_solvers_give_the_same_currents(mode):
    rows, ids = blocks()
    direct = between(rows, ids, mode=mode, run=CircuitRun(solver="direct"))
    multigrid = between(rows, ids, mode=mode, run=MULTIGRID)
    assert_allclose(multigrid.current, direct.current, rtol=1e-6, atol=1e-8)
    assert_allclose(resistance_of(multigrid), resistance_of(direct), rtol=1e-8)


@pytest.mark.parametrize("mode", ["pairwise", "network"])
def test_a_broken_run_goes_on_where_it_was(mode):
    rows, ids = blocks(20)
    state, told = {}, []

    class BrokenOffError(Exception):
        pass

    def stop(done, of):
        if done == 2:
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        between(rows, ids, mode=mode, run=CircuitRun(state=state, progress=stop))
    kept = {key: value for key, value in state.items() if key.startswith("potential")}
    assert len(kept) == 2
    again = CircuitRun(state=state, progress=lambda *step: told.append(step))
    flow = between(rows, ids, mode=mode, run=again)
    assert all(state[key] is value for key, value in kept.items())
    assert_allclose(flow.current, between(rows, ids, mode=mode).current)
    total = 6 if mode == "pairwise" else 3
    assert told == [(k, total) for k in range(1, total + 1)]


def test_a_state_of_another_circuit_is_refused():
    rows, ids = blocks(20)
    run = CircuitRun(state={})
    between(rows, ids, run=run)
    with pytest.raises(
        ParameterError, match=r"`state` is of another circuit.*state={}"
    ):
        between(rows * 2, ids, run=run)


def test_pairs_may_be_a_table_of_links():
    rows, ids = [[1, 1, 1]] * 2, [[1, 2, 3], [0, 0, 0]]
    flow = between(rows, ids, pairs=[(3, 2), (2, 3)])
    assert flow.resistances[["from_id", "to_id"]].to_numpy().tolist() == [[2, 3]]
    table = flow.resistances
    assert_allclose(between(rows, ids, pairs=table).current, flow.current)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "advanced"}, "`mode` is 'advanced'.*driven_current"),
        ({"mode": "some"}, "`mode` is 'some'.*'pairwise'"),
        ({"connectivity": 6}, "`connectivity` is 6.*4, 8"),
        ({"average": "median"}, "`average` is 'median'.*'conductance'"),
        ({"pairs": "neighbours"}, "`pairs` is 'neighbours'.*links of `corridors`"),
        ({"pairs": [(1, 9)]}, "`pairs` names the id 9"),
        ({"mode": "one_to_all", "pairs": [(1, 2)]}, "all sources take part"),
    ],
)
def test_options_that_are_none_are_refused(options, words):
    with pytest.raises(ParameterError, match=words):
        between([[1, 1]] * 2, [[1, 2], [0, 0]], **options)


def test_a_table_without_ids_is_refused():
    table = gpd.pd.DataFrame({"a": [1], "to_id": [2]})
    with pytest.raises(ParameterError, match=r"`pairs` lacks.*from_id.*rename"):
        between([[1, 1]] * 2, [[1, 2], [0, 0]], pairs=table)


def test_one_source_is_refused():
    with pytest.raises(ParameterError, match=r"`sources` has one source.*1"):
        between([[1, 1]] * 2, [[1, 0], [0, 0]])


@pytest.mark.parametrize("low", [0, -3])
def test_resistance_of_nothing_or_less_is_refused(low):
    with pytest.raises(ParameterError, match="`resistance` is 0 or below in 1 cells"):
        between([[1, low]] * 1 + [[1, 1]], [[1, 2], [0, 0]])


def test_sources_that_cannot_reach_each_other_at_all_are_refused():
    with pytest.raises(DisconnectedError, match=r"none is joined.*\(1, 2\).*1000"):
        between([[1, np.inf, 1]] * 2, [[1, 0, 2], [0, 0, 0]])


def test_degrees_are_refused():
    rows = floats(np.ones((2, 2)), crs=4490, side=0.001)
    with pytest.raises(CRSMismatchError, match=r"degrees.*reproject"):
        current_flow(rows, whole([[1, 2], [0, 0]]))


def test_a_grid_too_large_for_memory_is_refused_with_the_number():
    with pytest.raises(ParameterError, match=r"4 cells.*about 0\.0 GiB.*coarsen"):
        between(
            [[1, 1]] * 2,
            [[1, 2], [0, 0]],
            run=CircuitRun(memory_limit_gib=1e-9),
        )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"solver": "amg"}, "`solver` is 'amg'.*'multigrid'"),
        ({"tolerance": 0}, "`tolerance` is 0.*1e-7"),
        ({"memory_limit_gib": -1}, "`memory_limit_gib` is -1"),
    ],
)
def test_runs_that_cannot_be_meant_are_refused(options, words):
    with pytest.raises(ParameterError, match=words):
        CircuitRun(**options)


def test_fractional_short_circuits_are_refused():
    with pytest.raises(ParameterError, match=r"`short_circuits` holds float64.*astype"):
        between([[1, 1]] * 2, [[1, 2], [0, 0]], short_circuits=floats([[1, 0], [0, 0]]))


def test_short_circuits_elsewhere_are_refused():
    pond = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=4548)
    with pytest.raises(CRSMismatchError, match=r"`short_circuits` is in .*to_crs"):
        between([[1, 1]] * 2, [[1, 2], [0, 0]], short_circuits=pond)
    with pytest.raises(GridMismatchError, match="short_circuits"):
        between([[1, 1]] * 2, [[1, 2], [0, 0]], short_circuits=whole([[1], [0]]))


def drive(currents, grounds):
    rows = floats([[1, 1], [1, 1]])
    return driven_current(rows, currents=floats(currents), grounds=floats(grounds))


NONE = [[np.nan, np.nan], [np.nan, np.nan]]
ONE = [[1, np.nan], [np.nan, np.nan]]


@pytest.mark.parametrize(
    ("currents", "grounds", "error", "words"),
    [
        (NONE, ONE, NoDataError, "`currents` has no current"),
        (ONE, NONE, NoDataError, "`grounds` has no ground"),
        (ONE, [[-1, 0], [0, 0]], ParameterError, "`grounds` is below 0 in 1 cells"),
        ([[np.inf, 0], [0, 0]], ONE, ParameterError, "`currents` is infinite"),
    ],
)
def test_currents_and_grounds_that_cannot_be_are_refused(
    currents, grounds, error, words
):
    with pytest.raises(error, match=words):
        drive(currents, grounds)


def test_currents_apart_from_all_grounds_are_refused():
    with pytest.raises(DisconnectedError, match="none has `grounds`"):
        driven_current(
            floats([[1, np.inf, 1]] * 2),
            currents=floats([[1, 0, 0]] * 2),
            grounds=floats([[np.nan, np.nan, 0]] * 2),
        )
