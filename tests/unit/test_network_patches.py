"""Sources: which land they are made of, how it is joined, sieved and numbered."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from ecozoning.errors import (
    CRSMismatchError,
    GridMismatchError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.network import important_sources, select_sources

CRS = "EPSG:4547"
EAST = 500_000.0
FLAGS = {"flag_values": [0, 1, 2], "flag_meanings": "background core edge"}


@pytest.fixture
def make_classes(make_raster):
    """Return a builder of class rasters of cells of 1 km, on the central meridian."""

    def build(values, **options):
        rows = np.pad(values, ((0, 1), (0, 0)))  # one cell alone has no height
        raster = make_raster(rows, cell=1000.0, **options).astype("uint8")
        raster = raster.assign_coords(x=raster.x + EAST, y=raster.y + 3_100_000)
        return raster.assign_attrs(FLAGS)

    return build


def layer(*shapes, crs=CRS):
    moved = [
        box(EAST + w, 3_100_000 + s, EAST + e, 3_100_000 + n) for w, s, e, n in shapes
    ]
    return gpd.GeoDataFrame(geometry=moved, crs=crs)


def test_patches_that_touch_in_a_corner_are_one_source(make_classes):
    raster = make_classes([[1, 0, 0], [0, 1, 0], [0, 0, 0]])
    sources = select_sources((raster, "core"), minimum_area_km2=0.5)
    assert sources["source_id"].tolist() == [1]
    assert sources.geometry.area.tolist() == [2e6]


def test_sources_are_numbered_by_area_then_from_north_and_west(make_classes):
    raster = make_classes([[1, 0, 1], [0, 0, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1]])
    sources = select_sources((raster, 1), minimum_area_km2=0.5)
    corners = [(w - EAST, n - 3_100_000) for w, _, _, n in sources.bounds.to_numpy()]
    assert sources["area_km2"].round(1).tolist() == [2, 1, 1, 1]
    # The two northern ones are of one size on the ellipsoid, too, but for rounding.
    assert corners[0] == (-500, 3500)
    assert {*corners[1:3]} == {(-500, 5500), (1500, 5500)}


def test_small_patches_leave_unless_they_are_joined_before(make_classes):
    raster = make_classes([[1, 1, 0, 1, 0, 0, 0, 1]])
    near = {"minimum_area_km2": 2.5, "merge_distance_m": 1000.0}
    assert select_sources((raster, 1), **near).geometry.area.tolist() == [3e6]
    with pytest.raises(NoDataError, match="largest patch is 2"):
        select_sources((raster, 1), minimum_area_km2=2.5)


def test_merging_reaches_on_by_way_of_others(make_classes):
    raster = make_classes([[1, 0, 1, 0, 1]])
    merged = select_sources((raster, 1), minimum_area_km2=1, merge_distance_m=1000)
    assert merged.geometry.area.tolist() == [3e6]
    assert merged.geometry.geom_type.tolist() == ["MultiPolygon"]


def test_land_of_two_candidates_counts_once_and_both_are_told(make_classes):
    raster = make_classes([[1, 1, 0]], name="structure")
    reserve = layer((500, 500, 2500, 1500))  # the second cell and the third
    sources = select_sources((raster, "core"), reserve, minimum_area_km2=1)
    assert sources.geometry.area.tolist() == [3e6]
    assert sources["origin"].tolist() == ["structure: core + polygons"]


def test_several_classes_of_one_raster_count_together(make_classes):
    raster = make_classes([[1, 2, 0, 2]])
    both = select_sources((raster, ["core", "edge"]), minimum_area_km2=0.5)
    assert both.geometry.area.tolist() == [2e6, 1e6]


def test_sources_at_the_rim_of_the_raster_are_told(make_classes):
    cells = np.zeros((4, 5))
    cells[1, 1] = cells[2, 4] = 1
    sources = select_sources((make_classes(cells), 1), minimum_area_km2=0.5)
    west = sources.sort_values("at_edge").geometry.iloc[0].bounds[0]
    assert sorted(sources["at_edge"]) == [False, True]
    assert west == EAST + 500


def test_polygons_alone_need_no_raster():
    sources = select_sources(layer((0, 0, 900, 900), (0, 900, 900, 2000)))
    assert sources["origin"].tolist() == ["polygons"]
    assert sources.attrs == {"minimum_area_km2": 1.0, "merge_distance_m": 0.0}


def test_nodata_is_no_source(make_classes):
    raster = make_classes([[1, 0, 2]]).rio.write_nodata(1)
    with pytest.raises(NoDataError, match="not there at all"):
        select_sources((raster, 1), minimum_area_km2=0.5)


def test_only_the_largest_stay(make_classes):
    raster = make_classes([[1, 1, 0, 1]])
    assert len(select_sources((raster, 1), minimum_area_km2=0.5, top=1)) == 1


def test_early_sieve_is_the_same_as_the_late_one(make_classes):
    cells = np.random.default_rng(4).random((40, 40)) < 0.35
    raster = make_classes(cells)
    early = select_sources((raster, 1), minimum_area_km2=3)
    late = select_sources((raster, 1), minimum_area_km2=3, merge_distance_m=0.5)
    assert early.geometry.geom_equals(late.geometry).all()


@given(st.integers(0, 2**25 - 1))
def test_land_is_conserved(bits):
    cells = np.array([bits >> k & 1 for k in range(25)]).reshape(5, 5)
    if cells.any():
        raster = _plain(cells)
        sources = select_sources((raster, 1), minimum_area_km2=0.1)
        assert sources.geometry.area.sum() == pytest.approx(cells.sum() * 1e6)
        assert sources.geometry.is_valid.all()


def _plain(cells):
    import xarray as xr

    axes = {"y": np.arange(5)[::-1] * 1e3, "x": EAST + np.arange(5) * 1e3}
    raster = xr.DataArray(cells.astype("uint8"), axes, ("y", "x"))
    return raster.rio.write_crs(CRS)


def test_what_cannot_be_a_candidate_is_refused(make_classes):
    raster = make_classes([[1, 0]])
    with pytest.raises(ParameterError, match="without the class that counts"):
        select_sources(raster)
    with pytest.raises(ParameterError, match=r"no class 'islet'; it has background"):
        select_sources((raster, "islet"))
    with pytest.raises(ParameterError, match="0 candidates"):
        select_sources()
    with pytest.raises(ParameterError, match="should be a raster and its classes"):
        select_sources(("core", raster))


def test_numbers_out_of_range_are_refused(make_classes):
    pair = (make_classes([[1, 0]]), 1)
    with pytest.raises(ParameterError, match="minimum_area_km2"):
        select_sources(pair, minimum_area_km2=0)
    with pytest.raises(ParameterError, match="merge_distance_m"):
        select_sources(pair, merge_distance_m=-1)
    with pytest.raises(ParameterError, match="`top`"):
        select_sources(pair, top=0)


def test_other_grids_and_systems_are_refused(make_classes, make_raster):
    raster = make_classes([[1, 0], [0, 0]])
    with pytest.raises(GridMismatchError, match=r"candidates\[1\]"):
        select_sources((raster, 1), (make_classes([[1, 0, 0]]), 1))
    with pytest.raises(CRSMismatchError, match="to_crs"):
        select_sources((raster, 1), layer((0, 0, 1, 1), crs="EPSG:4548"))
    degrees = make_raster([[1, 0], [0, 0]], cell=0.01, crs="EPSG:4490").astype("uint8")
    with pytest.raises(CRSMismatchError, match="in degrees"):
        select_sources((degrees, 1))
    with pytest.raises(CRSMismatchError, match="in degrees"):
        select_sources(layer((0, 0, 1, 1)).to_crs(4490))


# --- by connectivity ---------------------------------------------------------------


@pytest.fixture
def three():
    sources = layer((0, 0, 9, 9), (20, 0, 29, 9), (40, 0, 49, 9))
    return sources.assign(source_id=[1, 2, 3])


def test_published_study_calls_sources_above_three_percent(three):
    table = pd.DataFrame({"source_id": [3, 1, 2], "dPC": [3.1, 60.0, 3.0]})
    kept = important_sources(three, table)
    assert kept["source_id"].tolist() == [1, 3]
    assert kept["dPC"].tolist() == [60.0, 3.1]


def test_highest_stay_and_of_equals_the_lower_id(three):
    dpc = pd.Series([5.0, 5.0, 9.0], index=[2, 1, 3])
    assert important_sources(three, dpc, top=2)["source_id"].tolist() == [1, 3]
    assert important_sources(three, dpc, least_dpc=9)["source_id"].tolist() == [3]


def test_bad_importance_is_refused(three):
    with pytest.raises(SchemaError, match=r"sources \[3\]"):
        important_sources(three, pd.Series([1.0, 2.0], index=[1, 2]))
    with pytest.raises(SchemaError, match="lacks the column"):
        important_sources(three, pd.DataFrame({"source_id": [1]}))
    with pytest.raises(SchemaError, match="one dPC"):
        important_sources(three, pd.Series([1.0, 2.0], index=[1, 1]))
    dpc = pd.Series([1.0, 2.0, 2.5], index=[1, 2, 3])
    with pytest.raises(NoDataError, match=r"highest dPC is 2\.5"):
        important_sources(three, dpc)
    with pytest.raises(ParameterError, match="give one of them"):
        important_sources(three, dpc, top=1, least_dpc=1)
    with pytest.raises(ParameterError, match="`top`"):
        important_sources(three, dpc, top=0)
    with pytest.raises(ParameterError, match="percent"):
        important_sources(three, dpc, least_dpc=101)
