"""Change matrices of layers: areas by hand, closing sums, unmatched land, refusals."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    ParameterError,
    SchemaError,
)
from ecozoning.overlay.change_matrices import transition

EAST, NORTH = 5e5, 3.1e6


def columns_of(widths_m, kinds, *, height_m=1000.0, west=0.0, name="cover"):
    """Return strips side by side, from west to east."""
    edges = EAST + west + np.concatenate([[0], np.cumsum(widths_m)])
    strips = shapely.box(edges[:-1], NORTH, edges[1:], NORTH + height_m)
    return gpd.GeoDataFrame({name: kinds}, geometry=strips, crs="EPSG:4547")


def test_the_grassland_lost_in_guyang_is_the_sum_of_its_parts():
    # The plan: 395.95 km2 since 2015, of which 283.77 to cropland, 56.61 to mines and
    # 28.39 to bare land; 27.18 are left over. Synthetic strips 10 km high.
    parts = {"cropland": 283.77, "mines": 56.61, "bare land": 28.39, "other": 27.18}
    widths = np.array([500.0, *parts.values()]) * 100  # metres, at 10 km
    before = columns_of([widths.sum()], ["grassland"], height_m=1e4, west=-45_000)
    after = columns_of(widths, ["grassland", *parts], height_m=1e4, west=-45_000)
    change = transition(before, after, by="cover")
    found = change.matrix.loc["grassland", list(parts)].to_numpy()
    stretch = (45 / 6371) ** 2  # of areas on the map, 45 km from the central meridian
    assert found == pytest.approx(list(parts.values()), rel=1.1 * stretch)
    lost = change.classes.set_index("class").loc["grassland", "loss_km2"]
    assert lost == pytest.approx(395.95, rel=stretch)


def test_rows_are_before_and_columns_after():
    before = columns_of([1000, 1000], ["grass", "crops"])
    after = columns_of([700, 1300], ["grass", "crops"])
    matrix = transition(before, after, by="cover").matrix
    assert matrix.loc["grass", "crops"] == pytest.approx(0.3, abs=1e-6)
    assert matrix.loc["crops", "grass"] == 0
    assert matrix.index.tolist() == ["grass", "crops", "unmatched"]
    assert matrix.columns.tolist() == matrix.index.tolist()


def test_land_that_changes_places_is_swap_and_no_net_change():
    before = columns_of([300, 300, 400], ["grass", "crops", "bare"])
    after = columns_of([100, 300, 200, 400], ["grass", "crops", "grass", "bare"])
    # grass: 0-300 before; 0-100 and 400-600 after: 100 kept, 200 lost, 200 gained.
    row = transition(before, after, by="cover").classes.set_index("class").loc["grass"]
    assert row["unchanged_km2"] == pytest.approx(0.1, abs=1e-6)
    assert row["loss_km2"] == pytest.approx(0.2, abs=1e-6)
    assert row["gain_km2"] == pytest.approx(0.2, abs=1e-6)
    assert row["net_km2"] == pytest.approx(0, abs=1e-6)
    assert row["swap_km2"] == pytest.approx(0.4, abs=1e-6)


def test_land_of_one_layer_only_is_shown_as_unmatched():
    before = columns_of([1000], ["grass"])
    after = columns_of([1000], ["crops"], west=250)
    change = transition(before, after, by="cover")
    assert change.matrix.loc["grass", "unmatched"] == pytest.approx(0.25, abs=1e-6)
    assert change.matrix.loc["unmatched", "crops"] == pytest.approx(0.25, abs=1e-6)
    rows = change.classes.set_index("class")
    assert rows.loc["grass", "before_unmatched_km2"] == pytest.approx(0.25, abs=1e-6)
    assert rows.loc["crops", "after_unmatched_km2"] == pytest.approx(0.25, abs=1e-6)


def test_every_table_closes():
    before = columns_of([333, 444, 555], ["a", "b", "c"])
    after = columns_of([555, 333, 444], ["c", "d", "a"], west=100)
    rows = transition(before, after, by="cover").classes
    parts = rows["unchanged_km2"] + rows["loss_km2"] + rows["before_unmatched_km2"]
    np.testing.assert_allclose(parts, rows["before_km2"], rtol=1e-9)
    parts = rows["unchanged_km2"] + rows["gain_km2"] + rows["after_unmatched_km2"]
    np.testing.assert_allclose(parts, rows["after_km2"], rtol=1e-9)
    np.testing.assert_allclose(rows["gain_km2"].sum(), rows["loss_km2"].sum(), 1e-9)


def test_the_column_may_have_two_names():
    before = columns_of([1000], ["grass"], name="DLMC")
    after = columns_of([1000], ["grass"], name="cover")
    matrix = transition(before, after, by=("DLMC", "cover")).matrix
    assert matrix.loc["grass", "grass"] == pytest.approx(1, abs=1e-6)


def test_nothing_changed_is_a_diagonal_without_dust():
    layer = columns_of([333, 444, 555], ["a", "b", "a"])
    matrix = transition(layer, layer, by="cover").matrix
    assert np.count_nonzero(matrix) == 2


# --- refusals ------------------------------------------------------------------------


def test_overlapping_rows_are_refused_by_the_name_of_their_layer():
    sound = columns_of([1000], ["grass"])
    twice = columns_of([600, 600], ["grass", "crops"])
    twice.geometry = twice.translate([0.0]).where([True, False], twice.translate(-200))
    with pytest.raises(GeometryError, match="in `after` 1 pairs of polygons overlap"):
        transition(sound, twice, by="cover")


def test_layers_without_common_land_are_refused():
    with pytest.raises(GeometryError, match="no land in common"):
        transition(
            columns_of([10], ["a"]), columns_of([10], ["a"], west=10), by="cover"
        )


def test_rows_without_a_class_are_refused():
    holes = columns_of([10, 10], ["a", None])
    with pytest.raises(SchemaError, match=r"in `after` 1 row \(1\) without a class"):
        transition(columns_of([20], ["a"]), holes, by="cover")


@pytest.mark.parametrize("by", [None, 3, ("cover",), ("a", "b", "c"), ["cover", 2]])
def test_a_column_is_one_name_or_two(by):
    layer = columns_of([10], ["a"])
    with pytest.raises(ParameterError, match=r"`by` is .* the name of a column"):
        transition(layer, layer, by=by)


def test_a_missing_column_a_taken_name_and_two_crs_are_refused():
    layer = columns_of([10], ["a"])
    with pytest.raises(SchemaError, match="`before` lacks the column 'DLMC'"):
        transition(layer, layer, by="DLMC")
    with pytest.raises(SchemaError, match="a class is called 'unmatched'"):
        transition(layer, columns_of([10], ["unmatched"]), by="cover")
    with pytest.raises(CRSMismatchError, match=r"after = after.to_crs\(before.crs\)"):
        transition(layer, layer.to_crs(4490), by="cover")
