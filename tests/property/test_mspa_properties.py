"""What holds of the pattern of any map."""

import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor that writes the CRS
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from ecozoning.network import mspa

MISSING, BACKGROUND, CORE, ISLET, PERFORATION, EDGE = range(6)
LOOP, BRIDGE, BRANCH, CORE_OPENING, BORDER_OPENING = range(6, 11)
QUEEN = np.ones((3, 3), bool)
TURNS = [np.fliplr, np.flipud, np.transpose, np.rot90]


@st.composite
def maps(draw, missing=True):
    """Draw blots: a coarse map, blown up, with noise on it."""
    shape = draw(st.tuples(st.integers(4, 9), st.integers(4, 9)))
    coarse = draw(arrays(np.int8, shape, elements=st.integers(0, 1)))
    cells = coarse.repeat(3, 0).repeat(3, 1).astype(float)
    spots = st.integers(0, cells.size - 1)
    for spot in draw(st.lists(spots, max_size=20)):
        cells.flat[spot] = 1 - cells.flat[spot]
    if missing:
        for spot in draw(st.lists(spots, max_size=8)):
            cells.flat[spot] = np.nan
    return cells


options = st.fixed_dictionaries(
    {
        "edge_width_cells": st.integers(1, 4),
        "connectivity": st.sampled_from([4, 8]),
        "transition": st.booleans(),
        "intext": st.booleans(),
    }
)


def classed(cells, **chosen):
    axes = [30.0 * np.arange(size) for size in cells.shape]
    raster = xr.DataArray(cells, {"y": axes[0][::-1], "x": axes[1]}, ("y", "x"))
    return mspa(raster.rio.write_crs(4547), **chosen).to_numpy()


@given(maps(), options)
def test_classes_split_what_they_are_made_of(cells, chosen):
    found = classed(cells, **chosen)
    foreground = (found >= CORE) & (found <= BRANCH)
    assert np.array_equal(foreground, cells == 1)
    assert np.array_equal(found == MISSING, np.isnan(cells))


@pytest.mark.parametrize("turn", TURNS)
@given(cells=maps(), chosen=options)
def test_the_pattern_turns_with_the_map(turn, cells, chosen):
    assert np.array_equal(
        classed(turn(cells), **chosen), turn(classed(cells, **chosen))
    )


@given(maps(), options)
def test_core_lies_farther_than_an_edge_from_the_background(cells, chosen):
    background = cells == 0
    distance = np.full(cells.shape, np.inf)
    if background.any():
        distance = ndimage.distance_transform_edt(~background)
    far = distance >= chosen["edge_width_cells"] + 1
    assert np.array_equal(classed(cells, **chosen) == CORE, far & (cells == 1))


@given(maps(missing=False), st.integers(1, 3))
def test_islets_are_the_parts_without_core(cells, width):
    found = classed(np.pad(cells, 5), edge_width_cells=width)
    parts, _ = ndimage.label((found >= CORE) & (found <= BRANCH), QUEEN)
    with_core = np.isin(parts, parts[found == CORE])
    assert np.array_equal(found == ISLET, (parts > 0) & ~with_core)


@given(maps(missing=False), st.integers(1, 3))
def test_a_bridge_touches_two_cores_and_a_loop_at_least_one(cells, width):
    found = classed(np.pad(cells, 5), edge_width_cells=width)
    cores, _ = ndimage.label(found == CORE, QUEEN)
    links, count = ndimage.label(np.isin(found, [LOOP, BRIDGE]), QUEEN)
    for link in range(1, count + 1):
        around = ndimage.binary_dilation(links == link, QUEEN)
        kinds = np.unique(found[links == link])
        assert kinds.size == 1
        least = 2 if kinds[0] == BRIDGE else 1
        assert np.unique(cores[around & (cores > 0)]).size >= least


@given(maps(), options)
def test_hiding_transition_moves_links_to_edges_and_perforations_alone(cells, chosen):
    shown = classed(cells, **(chosen | {"transition": True}))
    hidden = classed(cells, **(chosen | {"transition": False}))
    moved = shown != hidden
    assert np.isin(shown[moved], [LOOP, BRIDGE]).all()
    assert np.isin(hidden[moved], [EDGE, PERFORATION]).all()


@given(maps(), options)
def test_openings_are_background_by_another_name(cells, chosen):
    named = classed(cells, **(chosen | {"intext": True}))
    plain = classed(cells, **(chosen | {"intext": False}))
    openings = np.isin(named, [CORE_OPENING, BORDER_OPENING])
    assert np.array_equal(np.where(openings, BACKGROUND, named), plain)
