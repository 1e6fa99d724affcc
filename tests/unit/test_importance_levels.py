"""Levels of importance: merged, by thresholds, cleaned up and corrected."""

import geopandas as gpd
import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor
import shapely

from ecozoning.errors import CRSMismatchError, NoDataError, ParameterError
from ecozoning.importance import clean_up, corrected, merge, thresholds2020


@pytest.fixture
def make_levels(make_raster):
    """Return a builder of levels of one byte, 255 being nodata."""

    def build(values):
        raster = make_raster(values).astype("uint8")
        return raster.rio.write_nodata(255)

    return build


def test_the_higher_level_wins_and_the_first_of_several_is_named(make_levels):
    water, soil = make_levels([[1, 3, 2]]), make_levels([[2, 1, 2]])
    found = merge(water=water, soil=soil)
    assert found["level"].to_numpy().tolist() == [[2, 3, 2]]
    assert found["decided_by"].to_numpy().tolist() == [[2, 1, 1]]
    assert found["decided_by"].attrs["flag_meanings"] == "water soil"
    assert found["level"].attrs["labels_zh"] == "一般重要 重要 极重要"


def test_a_missing_level_is_nodata_unless_it_is_passed_over(make_levels):
    one, two = make_levels([[255, 3, 255]]), make_levels([[2, 255, 255]])
    assert merge(one, two, x=make_levels([[1, 1, 1]]), missing="skip")[
        "level"
    ].to_numpy().tolist() == [[2, 3, 1]]
    with pytest.raises(NoDataError, match="no cell with a value in common"):
        merge(one, two)
    skipped = merge(one, two, missing="skip")
    assert skipped["level"].to_numpy().tolist() == [[2, 3, 255]]
    assert skipped["decided_by"].to_numpy().tolist() == [[2, 1, 255]]


def test_thirty_layers_are_told_apart(make_levels):
    layers = [make_levels([[1]])] * 29 + [make_levels([[3]])]
    assert merge(*layers)["decided_by"].item() == 30
    with pytest.raises(ParameterError, match="31 layers"):
        merge(*layers, more=layers[0])


@pytest.mark.parametrize("strange", [0, 5, 9])
def test_levels_of_another_scale_are_refused(make_levels, strange):
    with pytest.raises(ParameterError, match=r"`level_2` has 1 values.*reclassify"):
        merge(make_levels([[1, 2]]), make_levels([[1, strange]]))


def test_five_levels_are_refused_by_their_flags_though_none_is_above_3(make_levels):
    five = make_levels([[1, 2]]).assign_attrs(flag_values=[1, 2, 3, 4, 5])
    with pytest.raises(ParameterError, match=r"`x` has the levels \[1, 2, 3, 4, 5\]"):
        merge(make_levels([[1, 2]]), x=five)


def test_one_layer_cannot_be_merged(make_levels):
    with pytest.raises(ParameterError, match="1 layers"):
        merge(make_levels([[1]]))
    with pytest.raises(ParameterError, match="`missing` is 'drop'"):
        merge(make_levels([[1]]), make_levels([[1]]), missing="drop")


def soil(make_raster, slope, cover, kind=1):
    rasters = {"slope": [slope], "vegetation_cover": [cover]}
    factors = {name: make_raster(values) for name, values in rasters.items()}
    factors["ecosystem"] = make_raster(np.full((1, len(slope)), float(kind)))
    return thresholds2020(
        "soil_retention", factors, classes={1: "forest", 2: "farmland"}
    )


def test_soil_needs_the_slope_and_the_cover_of_its_level(make_raster):
    found = soil(
        make_raster, [25, 24.9, 25, 15, 14.9, 40], [0.8, 0.9, 0.7, 0.6, 1, 0.5]
    )
    assert found.to_numpy().tolist() == [[3, 2, 2, 2, 1, 1]]
    assert found.attrs["tables"] == "soil_retention protective_cover"


def test_a_cover_of_float32_on_the_threshold_reaches_it(make_raster):
    cover = make_raster([[0.8, 0.6]]).astype("float32")
    factors = {"slope": cover * 0 + 30, "vegetation_cover": cover}
    factors["ecosystem"] = cover * 0 + 1
    found = thresholds2020("soil_retention", factors, classes={1: "forest"})
    assert found.to_numpy().tolist() == [[3, 2]]


def test_farmland_is_generally_important_for_soil(make_raster):
    assert soil(make_raster, [30, 5], [0.9, 0.9], kind=2).to_numpy().tolist() == [
        [1, 1]
    ]


def dunes(make_raster, content):
    factors = {
        "sand_content": make_raster([content]),
        "gale_days": make_raster([[30, 30, 20]]),
        "vegetation_cover": make_raster([[0.15, 0.1, 0.5]]),
        "ecosystem": make_raster([[1, 1, 1]]),
    }
    return thresholds2020("sand_fixation", factors, classes={1: "shrub"})


def test_sand_needs_all_three_thresholds(make_raster):
    assert dunes(make_raster, [85, 90, 64]).to_numpy().tolist() == [[3, 2, 1]]


def test_contents_in_fractions_are_named(make_raster):
    with pytest.raises(ParameterError, match=r"`sand_content`.*fractions.*\* 100"):
        dunes(make_raster, [0.85, 0.9, 0.64])


def test_thresholds_refuse_other_factors_and_services(make_raster):
    with pytest.raises(ParameterError, match=r"`service` is 'water'"):
        thresholds2020("water", {})
    with pytest.raises(ParameterError, match=r"'vegetation_cover', 'ecosystem'"):
        thresholds2020("soil_retention", {"slope": make_raster([[1.0]])})
    with pytest.raises(ParameterError, match=r"`slope` has 1 values outside 0 to 90"):
        soil(make_raster, [95], [0.5])
    with pytest.raises(ParameterError, match=r"`vegetation_cover` has 1 values"):
        soil(make_raster, [30], [80])


# ---------------------------------------------------------------- clean-up


def test_a_cell_takes_the_majority_around_it(make_levels):
    found = clean_up(make_levels([[1, 1, 1], [1, 3, 1], [1, 1, 2]]))
    # The corner with 2: its window has 1, 3, 1 and itself.
    assert found.to_numpy().tolist() == [[1, 1, 1]] * 3


def test_a_tie_leaves_a_cell_its_class_and_else_goes_up(make_levels):
    # Windows of a row: the second has 1, 1, 2; the third 1, 2, 3 and keeps its 2.
    found = clean_up(make_levels([[1, 1, 2, 3]]))
    assert found.to_numpy().tolist() == [[1, 1, 2, 3]]
    # The middle of 2 2 1 3 3 in a window of 5: 2 and 3 tie, the higher one wins.
    found = clean_up(make_levels([[2, 2, 1, 3, 3]]), window_cells=5)
    assert found.to_numpy()[0, 2] == 3


def test_nodata_is_neither_counted_nor_filled(make_levels):
    found = clean_up(make_levels([[255, 255, 255], [255, 2, 1], [255, 1, 1]]))
    assert found.to_numpy().tolist() == [[255, 255, 255], [255, 1, 1], [255, 1, 1]]


@pytest.mark.parametrize("window", [3, 5, 9, 31])
def test_the_filter_is_the_plain_one(make_levels, window):
    values = np.random.default_rng(window).integers(1, 4, (23, 17))
    found = clean_up(make_levels(values), window_cells=window).to_numpy()
    half = window // 2
    for row, column in np.ndindex(values.shape):
        near = values[
            max(0, row - half) : row + half + 1,
            max(0, column - half) : column + half + 1,
        ]
        counts = np.bincount(near.ravel(), minlength=4)
        own = values[row, column]
        best = 3 - int(np.argmax(counts[:0:-1]))
        assert found[row, column] == (own if counts[own] == counts.max() else best)


KM2 = 900 / 1e6
"""Area of a cell."""


def test_cells_that_touch_at_a_corner_are_one_patch(make_levels):
    values = [[1, 1, 1, 1], [1, 3, 1, 1], [1, 1, 3, 1], [1, 1, 1, 1]]
    kept = clean_up(make_levels(values), window_cells=1, minimum_patch_km2=2 * KM2)
    assert kept.to_numpy().tolist() == values
    gone = clean_up(make_levels(values), window_cells=1, minimum_patch_km2=2.1 * KM2)
    assert (gone.to_numpy() == 1).all()


def test_a_patch_goes_to_the_class_that_touches_it_most(make_levels):
    # Of the eight cells around the 3 five are 1 and three are 2.
    values = [[2, 2, 2], [1, 3, 1], [1, 1, 1]]
    found = clean_up(make_levels(values), window_cells=1, minimum_patch_km2=2 * KM2)
    assert found.to_numpy().tolist() == [[2, 2, 2], [1, 1, 1], [1, 1, 1]]


def test_of_two_classes_that_touch_as_much_the_higher_takes_a_patch(make_levels):
    values = [[1, 1, 3, 2, 2], [1, 1, 3, 2, 2]]
    found = clean_up(make_levels(values), window_cells=1, minimum_patch_km2=3 * KM2)
    assert found.to_numpy().tolist() == [[1, 1, 2, 2, 2]] * 2


def test_a_patch_that_grew_is_large_enough_to_stay(make_levels):
    # The two 3s are the smallest and go to the seven 2s, nine cells then: more than
    # the minimum of 7.5, which the seven were not.
    inner = [[2, 3, 2], [2, 3, 2], [2, 2, 2]]
    values = np.pad(np.array(inner), 1, constant_values=1)
    found = clean_up(make_levels(values), window_cells=1, minimum_patch_km2=7.5 * KM2)
    expected = np.pad(np.full((3, 3), 2), 1, constant_values=1)
    assert found.to_numpy().tolist() == expected.tolist()


def test_a_patch_alone_in_nodata_stays(make_levels):
    values = [[255, 255, 255], [255, 2, 255], [255, 255, 255]]
    found = clean_up(make_levels(values), window_cells=1, minimum_patch_km2=9)
    assert found.to_numpy().tolist() == values


def test_cleaning_keeps_words_and_leaves_its_input(make_levels):
    level = make_levels([[1, 3, 1], [1, 1, 1]])
    level.attrs |= {"flag_values": [1, 2, 3], "flag_meanings": "a b c"}
    found = clean_up(level, window_cells=3, minimum_patch_km2=2 * KM2)
    assert found.attrs["flag_meanings"] == "a b c"
    assert (found.to_numpy() == 1).all()
    assert level.to_numpy().tolist() == [[1, 3, 1], [1, 1, 1]]


def test_cleaning_refuses_what_it_cannot_do(make_raster, make_levels):
    with pytest.raises(ParameterError, match=r"`window_cells` is 4"):
        clean_up(make_levels([[1]]), window_cells=4)
    with pytest.raises(ParameterError, match=r"`minimum_patch_km2` is -1"):
        clean_up(make_levels([[1]]), minimum_patch_km2=-1)
    with pytest.raises(ParameterError, match=r"`level` is of type float64"):
        clean_up(make_raster([[1.0]]))
    with pytest.raises(NoDataError, match=r"`level` has no cell"):
        clean_up(make_levels([[255, 255]]))


# -------------------------------------------------------------- corrections


@pytest.fixture
def levels(make_levels):
    return make_levels([[1, 3, 1], [2, 255, 1]])


def box(*bounds, crs=4547):
    return gpd.GeoSeries([shapely.box(*bounds)], crs=crs)


def test_levels_are_raised_where_polygons_hold_the_centre(levels):
    found = corrected(levels, box(-15, -15, 44, 45), level=2)
    # The box reaches 14 m into the third column, not to its centre.
    assert found.to_numpy().tolist() == [[2, 3, 1], [2, 255, 1]]


def test_levels_may_be_set_also_downwards(levels):
    found = corrected(levels, box(-15, -15, 44, 45), level=1, mode="set")
    assert found.to_numpy().tolist() == [[1, 1, 1], [1, 255, 1]]


def test_south_may_be_up(levels):
    upside = levels.isel(y=slice(None, None, -1))
    north = box(-15, 15, 75, 45)
    found = corrected(upside, north).isel(y=slice(None, None, -1))
    assert found.to_numpy().tolist() == corrected(levels, north).to_numpy().tolist()
    assert found.to_numpy()[0].tolist() == [3, 3, 3]


def test_corrections_refuse_what_does_not_fit(levels):
    with pytest.raises(ParameterError, match=r"hold no centre"):
        corrected(levels, box(900, 900, 990, 990))
    with pytest.raises(CRSMismatchError, match=r"polygons.to_crs"):
        corrected(levels, box(0, 0, 1, 1, crs=4490))
    with pytest.raises(ParameterError, match=r"`level` is 4"):
        corrected(levels, box(0, 0, 9, 9), level=4)
