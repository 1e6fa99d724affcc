"""Change matrices of rasters: areas by hand, names, degrees, refusals."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
import xarray as xr
from numpy.testing import assert_allclose
from rasterio import Affine

from ecozoning.errors import (
    GridMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.overlay import crosstab, transition
from ecozoning.raster import cell_area

KM = 1000.0  # cells of 1 km2


def classes(values, *, cell=KM, west=0.0, crs="EPSG:4547", nodata=None, **attrs):
    import rioxarray  # noqa: F401 -- writes the CRS

    values = np.asarray(values)
    rows, columns = values.shape
    axes = {
        "y": 30.0 + cell * np.arange(rows)[::-1],
        "x": west + cell * np.arange(columns),
    }
    raster = xr.DataArray(values, axes, ("y", "x"), attrs=attrs)
    if crs is not None:
        west, north = axes["x"][0] - cell / 2, axes["y"][0] + cell / 2
        raster = raster.rio.write_crs(crs)
        raster = raster.rio.write_transform(Affine(cell, 0, west, 0, -cell, north))
    return raster if nodata is None else raster.rio.write_nodata(nodata)


GRASS = {"flag_values": [1, 2, 3], "flag_meanings": "grass crops bare"}


def test_rows_are_before_and_columns_after():
    change = transition(
        classes([[1, 1, 1], [2, 2, 3]]), classes([[1, 2, 2], [2, 1, 3]])
    )
    expected = [[1, 2, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert change.matrix.to_numpy().tolist() == expected
    assert change.matrix.index.tolist() == [1, 2, 3, "unmatched"]
    assert change.matrix.index.name == "before"
    assert change.matrix.columns.name == "after"


def test_gain_loss_net_and_swap_are_those_of_polygons():
    before, after = classes([[1, 1, 1], [2, 2, 3]]), classes([[1, 2, 2], [2, 1, 3]])
    squares = [
        shapely.box(x - 500, y - 500, x + 500, y + 500)
        for y in before["y"].to_numpy()
        for x in before["x"].to_numpy()
    ]
    layers = [
        gpd.GeoDataFrame(
            {"kind": raster.to_numpy().ravel()}, geometry=squares, crs=4547
        )
        for raster in (before, after)
    ]
    vector = transition(*layers, by="kind")
    found = transition(before, after)
    assert found.classes.columns.tolist() == vector.classes.columns.tolist()
    row = found.classes.set_index("class").loc[1]
    # Class 1 loses two cells and wins one.
    assert row[["loss_km2", "gain_km2", "net_km2", "swap_km2"]].tolist() == [
        2,
        1,
        -1,
        2,
    ]
    # The map stretches areas far from its meridian; shares do not mind.
    shares = [table.matrix / table.matrix.to_numpy().sum() for table in (found, vector)]
    assert_allclose(shares[0], shares[1], atol=2e-3)


def test_the_grassland_lost_in_guyang_is_the_sum_of_its_parts():
    # The plan: 395.95 km2, of which 283.77 to cropland, 56.61 to mines, 28.39 to bare
    # land; 27.18 are left over. Synthetic cells of 0.01 km2, in rows of 199.
    parts = {"cropland": 28377, "mines": 5661, "bare": 2839, "other": 2718}
    after = np.repeat(np.arange(2, 6, dtype="uint8"), list(parts.values()))
    after = np.append(after, np.ones(-after.size % 199, "uint8")).reshape(-1, 199)
    flags = {"flag_values": range(1, 6), "flag_meanings": " ".join(["grass", *parts])}
    change = transition(
        classes(np.ones_like(after), cell=100.0), classes(after, cell=100.0, **flags)
    )
    found = change.matrix.loc["grass", list(parts)]
    assert_allclose(found, [283.77, 56.61, 28.39, 27.18], rtol=1e-12)
    lost = change.classes.set_index("class").loc["grass", "loss_km2"]
    assert lost == pytest.approx(395.95, rel=1e-12)


def test_nodata_of_one_time_is_unmatched_and_of_both_is_nowhere():
    before = classes([[1, 1, 0, 0]], nodata=0)
    after = classes([[1.0, np.nan, 2, np.nan]])
    matrix = transition(before, after).matrix
    assert matrix.loc[1, "unmatched"] == 1
    assert matrix.loc["unmatched", 2] == 1
    assert matrix.loc["unmatched", "unmatched"] == 0
    assert matrix.to_numpy().sum() == 3


def test_classes_of_one_name_are_one_class_whatever_their_numbers():
    after = classes([[9, 8]], flag_values=[8, 9], flag_meanings="crops grass")
    matrix = transition(classes([[1, 1]], **GRASS), after).matrix
    assert matrix.index.tolist() == ["grass", "crops", "unmatched"]
    assert matrix.loc["grass"].tolist() == [1, 1, 0]


@pytest.mark.parametrize("which", [0, 1])
def test_a_raster_without_names_has_those_of_the_other(which):
    pair = [classes([[1, 1]]), classes([[1, 3]])]
    pair[which] = pair[which].assign_attrs(GRASS)
    matrix = transition(*pair).matrix
    assert matrix.columns.tolist() == ["grass", "bare", "unmatched"]
    assert matrix.loc["grass", "bare"] == 1


def test_cells_in_degrees_are_as_large_as_they_are():
    before = classes([[1, 2], [1, 2]], cell=0.5, west=110.0, crs=4490)
    after = classes([[1, 1], [2, 2]], cell=0.5, west=110.0, crs=4490)
    north, south = cell_area(before).to_numpy() / 1e6
    matrix = transition(before, after).matrix
    assert north < south
    assert matrix.loc[2, 1] == pytest.approx(north, rel=1e-12)
    assert matrix.loc[1, 2] == pytest.approx(south, rel=1e-12)


def test_every_table_closes_with_the_ledger_of_each_raster():
    rng = np.random.default_rng(8)
    pair = [
        classes(rng.integers(0, 6, (40, 31)), cell=0.01, west=110, crs=4490, nodata=0)
        for _ in range(2)
    ]
    rows = transition(*pair).classes.set_index("class")
    everywhere = classes(np.ones((40, 31), int), cell=0.01, west=110, crs=4490)
    for raster, column in zip(pair, ("before_km2", "after_km2"), strict=True):
        ledger = crosstab(everywhere, raster).loc["total", rows.index]
        assert_allclose(rows[column], ledger, rtol=1e-9)
    parts = rows["unchanged_km2"] + rows["loss_km2"] + rows["before_unmatched_km2"]
    assert_allclose(parts, rows["before_km2"], rtol=1e-9)
    parts = rows["unchanged_km2"] + rows["gain_km2"] + rows["after_unmatched_km2"]
    assert_allclose(parts, rows["after_km2"], rtol=1e-9)


@pytest.mark.parametrize("chunks", [(1, 1), (3, 7), (40, 2), (8, 31)])
def test_the_matrix_is_the_same_however_the_rasters_are_cut(chunks):
    pytest.importorskip("dask.array")
    rng = np.random.default_rng(9)
    before, after = (classes(rng.integers(0, 6, (8, 9)), nodata=0) for _ in range(2))
    expected = transition(before, after).matrix
    cut = before.chunk({"y": chunks[0], "x": chunks[1]})
    assert transition(cut, after).matrix.equals(expected)
    assert transition(before, after.chunk({"y": 3, "x": 2})).matrix.equals(expected)


# --- refusals ------------------------------------------------------------------------


def test_a_shifted_grid_is_refused_with_both_sides():
    with pytest.raises(GridMismatchError, match=r"(?s)before: 1 x 2.*after: 1 x 2"):
        transition(classes([[1, 2]]), classes([[1, 2]], west=997.0))


def test_a_layer_beside_a_raster_and_columns_of_a_raster_are_refused():
    raster = classes([[1, 2]])
    layer = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4547)
    with pytest.raises(ParameterError, match="`after` is a GeoDataFrame and the other"):
        transition(raster, layer)
    with pytest.raises(ParameterError, match="`before` is a GeoDataFrame and the oth"):
        transition(layer, raster)
    with pytest.raises(ParameterError, match="`by` is 'DLMC', but rasters have no col"):
        transition(raster, raster, by="DLMC")


def test_fractions_are_refused_by_the_name_of_their_raster():
    with pytest.raises(
        ParameterError, match=r"`before` has 1 values that are no whole"
    ):
        transition(classes([[1.5, 2]]), classes([[1, 2]]))
    with pytest.raises(ParameterError, match=r"`after` has 1 values that are no whole"):
        transition(classes([[1, 2]]), classes([[1.5, 2]]))


def test_names_of_which_none_is_used_twice_are_refused():
    after = classes([[1, 2]], flag_values=[1, 2], flag_meanings="Grass Crops")
    with pytest.raises(
        ParameterError, match=r"no name of a class in common: \['grass'"
    ):
        transition(classes([[1, 2]], **GRASS), after)


def test_rasters_without_common_land_are_refused():
    with pytest.raises(NoDataError, match="no cell with a class in both"):
        transition(classes([[1, 0]], nodata=0), classes([[0, 1]], nodata=0))


def test_a_raster_without_crs_and_a_class_called_unmatched_are_refused():
    with pytest.raises(MissingCRSError, match="`before` has no CRS"):
        transition(classes([[1]], crs=None), classes([[1]], crs=None))
    taken = classes([[1, 2]], flag_values=[1, 2], flag_meanings="unmatched crops")
    with pytest.raises(SchemaError, match="a class is called 'unmatched'"):
        transition(taken, taken)


@pytest.mark.parametrize(("kind", "far"), [("int32", -(2**31)), ("float32", -3.4e38)])
def test_nodata_far_from_all_classes_is_no_class(kind, far):
    far = np.dtype(kind).type(far)
    before = classes(np.array([[1, 2], [far, 2]], kind), nodata=far)
    after = classes(np.array([[1, 1], [1, far]], kind), nodata=far)
    change = transition(before, after).matrix
    # 1 stays, 2 becomes 1, 2 is lost from sight, 1 comes into sight.
    expected = [[1, 0, 0], [1, 0, 1], [1, 0, 0]]
    assert_allclose(change.loc[[1, 2, "unmatched"], [1, 2, "unmatched"]], expected)
    zones = gpd.GeoDataFrame(geometry=[shapely.box(-500, -470, 1500, 1530)], crs=4547)
    table = crosstab(zones, before).iloc[0]
    assert_allclose(table[[1, 2, "nodata"]].astype(float), [1, 2, 1])
