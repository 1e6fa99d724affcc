"""Red lines on cells of 1 km², whose ledgers can be counted on a sheet of paper."""

import geopandas as gpd
import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor
import shapely
import xarray as xr

import ecozoning as ez
from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    GridMismatchError,
    ParameterError,
)
from ecozoning.redline import delineate

KM = 1000.0
WEST, NORTH = 5e5, 3.106e6  # of the outermost corner, zone 38 around 114 °E


def classes(text, *, flags=(1, 2, 3), cell=KM, crs=4547):
    """Return a class raster drawn with # for 3 and . for 1, north at the top."""
    drawn = [list(line) for line in text.split()]
    values = np.where(np.array(drawn) == "#", 3, 1).astype("uint8")
    rows, columns = values.shape
    axes = {
        "y": NORTH - cell * (np.arange(rows) + 0.5),
        "x": WEST + cell * (np.arange(columns) + 0.5),
    }
    raster = xr.DataArray(values, axes, ("y", "x")).rio.write_crs(crs)
    return raster.assign_attrs(flag_values=list(flags))


def box(west, north, east, south):
    """Return a layer of one box, in km from the north-western corner."""
    ends = WEST + west * KM, NORTH - south * KM, WEST + east * KM, NORTH - north * KM
    return gpd.GeoDataFrame(geometry=[shapely.box(*ends)], crs=4547)


def line(*places):
    points = [(WEST + x * KM, NORTH - y * KM) for x, y in places]
    return gpd.GeoDataFrame(geometry=[shapely.LineString(points)], crs=4547)


NOTHING = classes("...... " * 6)
BLOCK = classes("...... .####. .####. .####. .####. ......")


def steps(result):
    table = result.ledger.set_index("step")
    return table[["area_in_km2", "added_km2", "removed_km2", "area_out_km2"]]


def assert_closes(result):
    table = steps(result)
    out = table["area_in_km2"] + table["added_km2"] - table["removed_km2"]
    np.testing.assert_allclose(out, table["area_out_km2"], rtol=1e-9, atol=1e-12)
    before, after = table["area_in_km2"].to_numpy(), table["area_out_km2"].to_numpy()
    assert before[1:].tolist() == after[:-1].tolist()
    if len(result.redlines):
        measured = ez.ellipsoidal_area(result.redlines).sum() / 1e6
        assert measured == pytest.approx(table["area_out_km2"].iloc[-1], rel=1e-9)


def test_every_step_of_a_small_county_is_counted():
    important = classes("##.... ##.... ...... ...... ...... .....#")
    fragile = classes(".##... .##... ...... ...... ...... ......")
    result = delineate(
        important,
        fragile,
        statutory=box(4, 0, 5, 2),
        boundary=box(0, 0, 6, 6),
        exclusions=box(0, 0, 1, 1),
        minimum_patch_km2=1.5,
    )
    table = steps(result).drop(columns="area_in_km2")
    # By hand: 5 cells; 2 more; 2 of the reserve; none outside; 1 excluded; 1 small.
    # A cell of the map is 1.0000 km2 near 114 degrees, to some millionths.
    expected = {
        "importance": (5, 0, 5),
        "sensitivity": (2, 0, 7),
        "statutory": (2, 0, 9),
        "boundary": (0, 0, 9),
        "exclusions": (0, 1, 8),
        "minimum_patch": (0, 1, 7),
        "holes": (0, 0, 7),
        "natural_lines": (0, 0, 7),
        "parcels": (0, 0, 7),
    }
    assert list(table.index) == list(expected)
    np.testing.assert_allclose(table, list(expected.values()), atol=1e-4)
    assert_closes(result)


def test_patches_say_of_what_they_are_made():
    fragile = classes("...... .####. ...... ...... ...... ......")
    result = delineate(BLOCK, fragile, statutory=box(1, 1, 2, 2))
    row = result.redlines.iloc[0]
    columns = ["area_km2", "importance_km2", "sensitivity_km2", "statutory_km2"]
    np.testing.assert_allclose(row[columns].astype(float), [16, 16, 4, 1], rtol=1e-3)
    assert row["geometry_kind"] == "modelled"
    assert "1000 m by 1000 m" in row["evidence"]


def test_cells_that_touch_in_a_corner_are_two_patches():
    result = delineate(classes("#. .#"), classes(".. .."), minimum_patch_km2=0)
    assert len(result.redlines) == 2
    assert result.redlines.is_valid.all()


def test_land_between_two_patches_does_not_join_them():
    pair = classes("...... .#.#.. ...... ...... ...... ......")
    found = delineate(pair, NOTHING, boundary=box(0, 0, 6, 6), minimum_patch_km2=1.5)
    removed = steps(found).loc["minimum_patch", "removed_km2"]
    assert removed == pytest.approx(2, rel=1e-3)
    assert len(found.redlines) == 0


def test_a_small_statutory_patch_stays():
    result = delineate(
        NOTHING, NOTHING, statutory=box(1, 1, 1.5, 1.5), minimum_patch_km2=1
    )
    assert result.redlines["area_km2"].sum() == pytest.approx(0.25, rel=1e-3)


def test_a_hole_is_filled_up_to_the_area_asked_for():
    ring = classes("...... .###.. .#.#.. .###.. ...... ......")
    assert steps(delineate(ring, NOTHING)).loc["holes", "added_km2"] == 0
    filled = delineate(ring, NOTHING, fill_holes_km2=1.0)
    assert steps(filled).loc["holes", "added_km2"] == pytest.approx(1, rel=1e-3)
    assert not shapely.get_num_interior_rings(filled.redlines.geometry.array).any()
    small = delineate(ring, NOTHING, fill_holes_km2=0.9)
    assert steps(small).loc["holes", "added_km2"] == 0


def test_an_island_in_a_hole_that_is_filled_is_what_it_was():
    ring = classes("....... .#####. .#...#. .#.#.#. .#...#. .#####. .......")
    none = ring.copy(data=np.ones_like(ring))
    found = delineate(ring, none, minimum_patch_km2=2, fill_holes_km2=9)
    row = found.redlines.iloc[0]
    assert row["area_km2"] == pytest.approx(25, rel=1e-3)
    assert row["importance_km2"] == pytest.approx(17, rel=1e-3)


def test_lone_cells_leave_however_many_they_are():
    lone = classes("#.#.#. ...... #.#.#. ...... #.#.#. ......")
    found = delineate(lone, NOTHING, minimum_patch_km2=2)
    assert steps(found).loc["importance", "added_km2"] == pytest.approx(9, rel=1e-3)
    assert steps(found).loc["minimum_patch", "removed_km2"] == pytest.approx(9, 1e-3)
    assert len(found.redlines) == 0


def test_a_bay_is_no_hole():
    bay = classes("...... .###.. .#.... .###.. ...... ......")
    found = delineate(bay, NOTHING, fill_holes_km2=50, boundary=box(0, 0, 6, 6))
    assert steps(found).loc["holes", "added_km2"] == 0


def test_a_hole_that_was_excluded_stays_open():
    found = delineate(BLOCK, NOTHING, exclusions=box(2, 2, 3, 3), fill_holes_km2=2)
    assert steps(found).loc["holes", "added_km2"] == 0
    assert found.redlines["area_km2"].sum() == pytest.approx(15, rel=1e-3)


def test_land_towards_an_enclave_of_another_county_is_no_hole():
    gap = classes("...... .####. .#..#. .####. .####. ......")
    enclave = box(2, 2, 3, 3).geometry[0]
    county = box(0, 0, 6, 6)
    inner = county.set_geometry(county.geometry.difference(enclave))
    open_gap = delineate(gap, NOTHING, boundary=inner, fill_holes_km2=3)
    assert steps(open_gap).loc["holes", "added_km2"] == 0
    closed = delineate(gap, NOTHING, boundary=county, fill_holes_km2=3)
    assert steps(closed).loc["holes", "added_km2"] == pytest.approx(2, rel=1e-3)


def test_what_lies_outside_the_boundary_leaves():
    found = delineate(BLOCK, NOTHING, boundary=box(0, 0, 3, 6))
    assert steps(found).loc["boundary", "removed_km2"] == pytest.approx(8, rel=1e-3)
    assert found.redlines.total_bounds[2] == pytest.approx(WEST + 3 * KM)


def test_a_parcel_goes_the_way_of_more_than_half_of_it():
    parcels = gpd.GeoDataFrame(
        geometry=[
            box(0, 1, 3, 2).geometry[0],  # two thirds of it in: all comes in
            box(3, 3, 6, 4).geometry[0],  # two thirds too
            box(4, 1, 6, 3).geometry[0],  # half of it in: it leaves
        ],
        crs=4547,
    )
    found = steps(delineate(BLOCK, NOTHING, parcels=parcels)).loc["parcels"]
    assert found["added_km2"] == pytest.approx(2, rel=1e-3)
    assert found["removed_km2"] == pytest.approx(2, rel=1e-3)


def test_a_parcel_brings_no_excluded_land_in_and_no_statutory_land_out():
    found = delineate(
        BLOCK,
        NOTHING,
        statutory=box(4, 4, 5, 5),
        exclusions=box(0, 1, 0.5, 2),
        parcels=gpd.GeoDataFrame(
            geometry=[box(0, 1, 3, 2).geometry[0], box(4, 4, 6, 6).geometry[0]],
            crs=4547,
        ),
    )
    table = steps(found).loc["parcels"]
    assert table["added_km2"] == pytest.approx(0.5, rel=1e-3)
    assert table["removed_km2"] == 0
    assert_closes(found)


def test_slivers_along_a_river_change_sides():
    # The river runs down x = 3.05 and 2.95: 50 m beside the edge of the block at x = 3.
    block = classes("###... " * 6)
    river = line((3.05, -1), (3.05, 3), (2.95, 3), (2.95, 7))
    found = delineate(
        block, NOTHING, natural_lines=river, boundary=box(0, 0, 6, 6), snap_m=60
    )
    table = steps(found).loc["natural_lines"]
    assert table["added_km2"] == pytest.approx(0.15, rel=1e-3)
    assert table["removed_km2"] == pytest.approx(0.15, rel=1e-3)
    east = found.redlines.geometry.iloc[0].intersection(box(0, 0, 6, 2.9).geometry[0])
    assert east.bounds[2] == pytest.approx(WEST + 3050)
    assert_closes(found)


def test_a_line_that_passes_beside_a_corner_moves_the_boundary_too():
    # It crosses the northern end of the county a tenth of a millimetre off the corner.
    block = classes("###... " * 6)
    river = line((2.9999999, -0.1), (2.9999999, 0), (2.95, 1), (2.95, 7))
    found = delineate(
        block, NOTHING, natural_lines=river, boundary=box(0, 0, 6, 6), snap_m=60
    )
    # half of 0.05 km by 1 km, and 0.05 km by 5 km
    removed = steps(found).loc["natural_lines", "removed_km2"]
    assert removed == pytest.approx(0.275, rel=1e-3)


def test_a_river_further_away_than_asked_moves_nothing():
    river = line((3.05, -1), (3.05, 3), (2.95, 3), (2.95, 7))
    found = delineate(
        classes("###... " * 6),
        NOTHING,
        natural_lines=river,
        boundary=box(0, 0, 6, 6),
        snap_m=40,
    )
    assert steps(found).loc["natural_lines", "added_km2"] == 0


def test_the_banks_of_a_river_stay():
    banks = box(2.95, 0, 3.05, 6)
    found = delineate(
        banks, banks, natural_lines=line((3, -1), (3, 7)), minimum_patch_km2=0
    )
    assert found.redlines["area_km2"].sum() == pytest.approx(0.6, rel=1e-3)


def test_polygons_and_cells_give_one_answer():
    cells = delineate(BLOCK, NOTHING)
    drawn = delineate(box(1, 1, 5, 5), NOTHING)
    one, other = cells.redlines.geometry.iloc[0], drawn.redlines.geometry.iloc[0]
    assert shapely.normalize(one).equals_exact(
        shapely.normalize(other).segmentize(KM), 1
    ) or one.symmetric_difference(other).area == pytest.approx(0)


def test_a_raster_in_degrees_is_measured_on_the_ellipsoid():
    raster = classes("#. ..", crs=4490)
    raster = raster.assign_coords(y=[28.01, 28.0], x=[114.0, 114.01])
    none = raster.copy(data=np.ones((2, 2), "uint8"))
    found = delineate(raster, none)
    cell = float(ez.cell_area(raster)[0]) / 1e6
    assert found.redlines["area_km2"][0] == pytest.approx(cell, rel=1e-7)


def test_nothing_left_is_an_empty_layer_with_a_ledger():
    found = delineate(BLOCK, NOTHING, exclusions=box(0, 0, 6, 6))
    assert len(found.redlines) == 0
    assert found.redlines.crs.to_epsg() == 4547
    assert steps(found).loc["exclusions", "area_out_km2"] == 0
    assert_closes(delineate(NOTHING, NOTHING))


def test_arguments_are_left_alone():
    before = BLOCK.copy(deep=True)
    delineate(BLOCK, NOTHING, fill_holes_km2=1)
    assert BLOCK.identical(before)


def test_unsure_thresholds_are_told():
    assert delineate(BLOCK, NOTHING).ledger.attrs["unsure"]
    found = delineate(BLOCK, NOTHING, minimum_patch_km2=2)
    assert found.ledger.attrs["unsure"] == []


def test_a_lazy_raster_gives_the_same_red_lines():
    pytest.importorskip("dask.array")
    lazy = delineate(BLOCK.chunk(y=2, x=3), NOTHING.chunk(y=1, x=1))
    assert lazy.redlines.equals(delineate(BLOCK, NOTHING).redlines)


def test_nodata_is_no_class():
    holed = BLOCK.where(BLOCK["x"] > WEST + 2 * KM, 255).astype("uint8")
    holed = holed.assign_attrs(flag_values=[1, 2, 3], _FillValue=np.uint8(255))
    found = delineate(holed, NOTHING)
    assert found.redlines["area_km2"].sum() == pytest.approx(12, rel=1e-3)


def test_a_raster_without_flags_is_refused_unless_the_class_is_given():
    plain = BLOCK.copy()
    del plain.attrs["flag_values"]
    with pytest.raises(ParameterError, match=r"`importance`.*highest=3"):
        delineate(plain, plain)
    found = delineate(plain, plain, highest=3)
    assert found.redlines["area_km2"][0] == pytest.approx(16, rel=1e-3)


def test_values_above_the_highest_class_are_refused():
    with pytest.raises(ParameterError, match=r"`importance` has the value 3.*is 2"):
        delineate(BLOCK, NOTHING, highest=2)


def test_noise_is_refused_and_the_message_names_what_cleans_it(monkeypatch):
    # A block of two by two cells has four sides, and all is below one patch.
    monkeypatch.setattr("ecozoning.redline.cell_edges.MOST_LINES", 4)
    pair = classes("##.... ##.... ...... ...... ....## ....##")
    one = classes("##.... ##.... ...... ...... ...... ......")
    assert len(delineate(one, NOTHING).redlines) == 1
    with pytest.raises(ParameterError, match=r"8 lines .* 4 are.*importance\.clean_up"):
        delineate(pair, NOTHING)
    assert len(delineate(pair, NOTHING, minimum_patch_km2=5).redlines) == 0


def test_shifted_grids_are_refused():
    shifted = NOTHING.assign_coords(x=NOTHING["x"] + 500)
    with pytest.raises(GridMismatchError, match="align_to"):
        delineate(BLOCK, shifted)


def test_a_layer_in_another_crs_is_refused():
    with pytest.raises(CRSMismatchError, match=r"`statutory`.*to_crs"):
        delineate(BLOCK, NOTHING, statutory=box(0, 0, 1, 1).to_crs(4490))


def test_a_layer_beside_the_rasters_is_refused():
    with pytest.raises(GeometryError, match=r"`exclusions` lies in x .*share no land"):
        delineate(BLOCK, NOTHING, exclusions=box(8, 0, 9, 1))


def test_slivers_are_found_in_degrees_too():
    # As along the river above: 0.0005 degrees of longitude are 49 m at 28 N.
    text = "###... " * 6
    axes = {"y": 28.055 - 0.01 * np.arange(6), "x": 114.005 + 0.01 * np.arange(6)}
    block = classes(text, crs=4490).assign_coords(axes)
    none = block.copy(data=np.ones((6, 6), "uint8"))
    bends = [(114.0305, 28.1), (114.0305, 28.03), (114.0295, 28.03), (114.0295, 27.9)]
    river = gpd.GeoDataFrame(geometry=[shapely.LineString(bends)], crs=4490)
    county = shapely.box(114, 28, 114.06, 28.06)
    county = gpd.GeoDataFrame(geometry=[county], crs=4490)
    found = delineate(block, none, natural_lines=river, boundary=county, snap_m=60)
    table = steps(found).loc["natural_lines"]
    strip = 0.05 * 3 * float(ez.cell_area(block)[0]) / 1e6  # of a cell, in three rows
    assert table["added_km2"] == pytest.approx(strip, rel=1e-3)
    assert table["removed_km2"] == pytest.approx(strip, rel=1e-3)
    assert_closes(found)


def test_parcels_that_overlap_are_refused():
    twice = gpd.GeoDataFrame(
        geometry=[box(0, 0, 2, 2).geometry[0], box(1, 1, 3, 3).geometry[0]], crs=4547
    )
    with pytest.raises(GeometryError, match="`parcels` 1 pairs"):
        delineate(BLOCK, NOTHING, parcels=twice)


@pytest.mark.parametrize(
    "wrong", [{"minimum_patch_km2": -1}, {"fill_holes_km2": -0.5}, {"snap_m": 0}]
)
def test_numbers_below_their_domain_are_refused(wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        delineate(BLOCK, NOTHING, **wrong)
