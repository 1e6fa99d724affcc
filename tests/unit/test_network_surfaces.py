"""What a network begins with: a sound surface to cross, and sources in its cells."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    GridMismatchError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.network.surfaces import checked_resistance, labelled_sources


@pytest.fixture
def surface(make_raster):
    return checked_resistance(make_raster(np.ones((6, 8), "float32")))


def cells(raster, top, left, bottom, right):
    """Return the land of some cells of a raster, corners included."""
    x, y = raster.x.to_numpy(), raster.y.to_numpy()
    half = abs(x[1] - x[0]) / 2
    west, east = x[left] - half, x[right] + half
    return box(west, y[bottom] - half, east, y[top] + half)


def layer(raster, *places, ids=None):
    shapes = [cells(raster, *place) for place in places]
    numbers = range(1, len(shapes) + 1) if ids is None else ids
    crs = raster.rio.crs
    return gpd.GeoDataFrame({"source_id": list(numbers)}, geometry=shapes, crs=crs)


def test_cells_of_sources_bear_their_position(surface):
    sources = layer(surface.like, (1, 1, 2, 2), (4, 5, 4, 6), ids=[7, 3])
    found = labelled_sources(sources, surface)
    assert found.ids.tolist() == [3, 7]
    assert (found.labels[1:3, 1:3] == 2).all()
    assert (found.labels[4, 5:7] == 1).all()
    assert np.count_nonzero(found.labels) == 6
    assert found.at_edge == ()
    assert found.lost == {}


def test_a_raster_of_ids_says_the_same_as_a_layer(surface):
    sources = layer(surface.like, (1, 1, 2, 2), (4, 5, 4, 6), ids=[7, 3])
    by_layer = labelled_sources(sources, surface)
    numbers = np.concatenate([[0], by_layer.ids])[by_layer.labels]
    raster = surface.like.copy(data=numbers.astype("int32")).astype("int32")
    raster.attrs.clear()
    by_raster = labelled_sources(raster, surface)
    np.testing.assert_array_equal(by_raster.labels, by_layer.labels)
    assert by_raster.ids.tolist() == [3, 7]


def test_a_source_smaller_than_a_cell_has_one(surface):
    west, south, _, _ = cells(surface.like, 2, 3, 2, 3).bounds
    small = box(west + 1, south + 1, west + 3, south + 3)
    sources = layer(surface.like, (0, 0, 0, 0))
    sources = sources.set_geometry([small], crs=sources.crs)
    labels = labelled_sources(sources, surface).labels
    assert np.argwhere(labels).tolist() == [[2, 3]]


def test_sources_nothing_can_leave_are_told_and_the_rest_goes_on(make_raster):
    values = np.ones((6, 8))
    values[0], values[5] = np.nan, np.inf
    surface = checked_resistance(make_raster(values))
    sources = layer(
        surface.like, (0, 1, 0, 2), (5, 1, 5, 2), (2, 2, 3, 3), (2, 6, 2, 6)
    )
    found = labelled_sources(sources, surface)
    assert found.ids.tolist() == [3, 4]
    assert found.lost == {
        1: "on nodata or infinite resistance",
        2: "on nodata or infinite resistance",
    }


def test_a_source_outside_the_raster_is_told(surface):
    sources = layer(surface.like, (1, 1, 1, 1), (3, 3, 3, 3))
    moved = [sources.geometry[0], box(9e6, 9e6, 9.1e6, 9.1e6)]
    found = labelled_sources(sources.set_geometry(moved, crs=sources.crs), surface)
    assert found.lost == {2: "outside the raster"}


def test_sources_on_the_rim_are_told(surface):
    found = labelled_sources(layer(surface.like, (0, 3, 1, 4), (3, 3, 4, 4)), surface)
    assert found.at_edge == (1,)


@pytest.mark.parametrize("bad", [0.0, -3.0, -np.inf])
def test_resistance_that_costs_nothing_is_refused(make_raster, bad):
    values = np.ones((4, 4))
    values[1, 2] = bad
    with pytest.raises(ParameterError, match="0 or below in 1 cells"):
        checked_resistance(make_raster(values))


@pytest.mark.parametrize("nothing", [np.nan, np.inf])
def test_a_surface_that_cannot_be_crossed_is_refused(make_raster, nothing):
    with pytest.raises(NoDataError, match="no cell that can be crossed"):
        checked_resistance(make_raster(np.full((4, 4), nothing)))


def test_degrees_are_refused(make_raster):
    raster = make_raster(np.ones((4, 4)), crs=4490, cell=0.01)
    with pytest.raises(CRSMismatchError, match=r"degrees.*rio\.reproject"):
        checked_resistance(raster)


def test_a_lazy_surface_is_refused(make_raster):
    pytest.importorskip("dask")
    with pytest.raises(ParameterError, match=r"resistance\.compute\(\)"):
        checked_resistance(make_raster(np.ones((4, 4))).chunk(2))


def test_overlapping_sources_are_refused(surface):
    with pytest.raises(GeometryError, match=r"1 pairs of sources overlap.*\(1, 2\)"):
        labelled_sources(layer(surface.like, (1, 1, 3, 3), (3, 3, 4, 4)), surface)


def test_neighbours_do_not_overlap(surface):
    sources = layer(surface.like, (1, 1, 2, 2), (1, 3, 2, 4))
    assert labelled_sources(sources, surface).ids.tolist() == [1, 2]


def test_repeated_ids_are_refused(surface):
    sources = layer(surface.like, (1, 1, 1, 1), (3, 3, 3, 3), ids=[4, 4])
    with pytest.raises(ParameterError, match=r"ids \[4\] more than once"):
        labelled_sources(sources, surface)


@pytest.mark.parametrize("ids", [[0, 1], [-1, 2], [1.5, 2.5], ["a", "b"]])
def test_ids_that_are_no_numbers_from_1_are_refused(surface, ids):
    sources = layer(surface.like, (1, 1, 1, 1), (3, 3, 3, 3), ids=ids)
    with pytest.raises(ParameterError, match="whole numbers of 1 and more"):
        labelled_sources(sources, surface)


def test_sources_without_ids_are_refused(surface):
    sources = layer(surface.like, (1, 1, 1, 1)).drop(columns="source_id")
    with pytest.raises(SchemaError, match="lacks the column 'source_id'"):
        labelled_sources(sources, surface)


def test_sources_in_another_crs_are_refused(surface):
    sources = layer(surface.like, (1, 1, 1, 1)).to_crs(4490)
    with pytest.raises(CRSMismatchError, match=r"sources\.to_crs"):
        labelled_sources(sources, surface)


def test_a_raster_of_sources_on_another_grid_is_refused(surface, make_raster):
    with pytest.raises(GridMismatchError, match="not on one grid"):
        labelled_sources(make_raster(np.ones((5, 8), "int32")), surface)


def test_a_raster_of_sources_with_parts_of_ids_is_refused(surface):
    with pytest.raises(ParameterError, match="whole numbers, one for each source"):
        labelled_sources(surface.like, surface)


def test_an_id_that_32_bits_cannot_hold_is_refused(surface):
    sources = layer(surface.like, (1, 1, 2, 2), ids=[2**31])
    with pytest.raises(ParameterError, match=r"2,147,483,647 is the most"):
        labelled_sources(sources, surface)


def test_more_cells_than_can_be_numbered_are_refused(make_raster):
    raster = make_raster(np.ones((6, 8), "float32"))
    huge = np.broadcast_to(np.float32(1), (50_000, 50_000))  # takes no memory
    axes = {"y": 30.0 * np.arange(50_000)[::-1], "x": 30.0 * np.arange(50_000)}
    wide = type(raster)(huge, axes, ("y", "x")).rio.write_crs(raster.rio.crs)
    with pytest.raises(ParameterError, match=r"has 2,500,000,000 cells"):
        checked_resistance(wide)
