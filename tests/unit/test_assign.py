"""Dominant functions, problems and modes of units: four cells each, by hand."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from ecozoning.errors import (
    CRSMismatchError,
    GeographicCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.rulesets import load_ruleset
from ecozoning.zoning import assign, grid_units

nan = np.nan


@pytest.fixture
def units():
    """Two squares of 2 x 2 cells of 30 m, west and east."""
    squares = [shapely.box(-15, -15, 45, 45), shapely.box(45, -15, 105, 45)]
    return gpd.GeoDataFrame(
        {"name": ["西乡", "东乡"]}, geometry=squares, index=["w", "e"], crs="EPSG:4547"
    )


def flags(raster, **classes):
    """Return a class raster with the names of its numbers."""
    raster = raster.astype("uint8")
    raster.attrs.update(
        flag_values=list(classes.values()), flag_meanings=" ".join(classes)
    )
    return raster


def flat(make_raster, west, east):
    """Return a raster with one value in each unit."""
    return make_raster([[west, west, east, east]] * 2)


def test_the_greatest_mean_is_the_dominant_function(units, make_raster):
    water = make_raster([[1.0, 0.8, 0.2, 0.2], [1.0, 0.8, 0.2, 0.2]])
    soil = flat(make_raster, 0.3, 0.6)
    found = assign(units, {"water_conservation": water, "soil_retention": soil})
    assert found["function"].tolist() == ["water_conservation", "soil_retention"]
    assert found["function_zh"].tolist() == ["水源涵养", "水土保持"]
    assert found["function_margin"].tolist() == pytest.approx([0.6, 0.4])
    assert found["second_function"].tolist() == ["soil_retention", "water_conservation"]
    assert found["score_water_conservation"].tolist() == pytest.approx([0.9, 0.2])


def test_columns_and_labels_of_units_are_kept(units, make_raster):
    found = assign(units, {"biodiversity": flat(make_raster, 0.5, 0.5)})
    assert found.index.tolist() == ["w", "e"]
    assert found["name"].tolist() == ["西乡", "东乡"]
    assert found.crs == units.crs


def test_of_equals_the_first_row_of_the_table_wins(units, make_raster):
    half = flat(make_raster, 0.5, 0.5)
    found = assign(units, {"sand_fixation": half, "water_conservation": half})
    assert found["function"].tolist() == ["water_conservation"] * 2
    assert found["function_margin"].tolist() == [0, 0]


def test_classes_count_by_their_scores(units, make_raster):
    grades = flags(
        make_raster([[3, 3, 1, 1], [2, 1, 1, 1]]),
        generally_important=1,
        important=2,
        extremely_important=3,
    )
    found = assign(units, {"biodiversity": grades})
    assert found["score_biodiversity"].tolist() == pytest.approx([2.5 / 4, 0])
    assert found["function"].tolist() == ["biodiversity", "none"]


def test_nothing_is_dominant_below_the_least_score(units, make_raster):
    found = assign(units, {"soil_erosion": flat(make_raster, 0.09, 0.1)})
    assert found["problem"].tolist() == ["none", "soil_erosion"]
    assert found["problem_zh"].tolist() == ["无明显主导", "水土流失"]
    assert found["function"].isna().all()


def test_damage_and_resilience_give_the_mode_of_the_guide(units, make_raster):
    damage = flags(make_raster([[1, 1, 3, 3]] * 2), none=0, light=1, severe=3)
    well = flags(make_raster([[1, 1, 0, 0]] * 2), low=0, high=1)
    found = assign(units, {"damage": damage, "resilience": well})
    assert found["mode"].tolist() == ["natural_recovery", "reconstruction"]
    assert found["mode_zh"].tolist() == ["自然恢复", "生态重建"]
    assert found["basis"].tolist() == ["official", "official"]
    assert found["damage"].tolist() == ["light", "severe"]


def states(make_raster, damage, resilience):
    """Return rasters of one damage and one resilience everywhere."""
    return {
        "damage": flat(make_raster, damage, damage),
        "resilience": flat(make_raster, resilience, resilience),
    }


def test_a_mine_with_light_damage_gets_help_though_it_is_resilient(units, make_raster):
    rasters = states(make_raster, 0.3, 1.0)
    rasters["mine_damage"] = flat(make_raster, 0.9, 0.0)
    found = assign(units, rasters)
    assert found["mode"].tolist() == ["assisted_regeneration", "natural_recovery"]
    assert found["basis"].tolist() == ["added", "official"]


def test_light_damage_to_habitats_is_left_to_nature(units, make_raster):
    rasters = states(make_raster, 0.3, 0.0)
    rasters["biodiversity"] = flat(make_raster, 0.9, 0.0)
    found = assign(units, rasters)
    assert found["mode"].tolist() == ["natural_recovery", "assisted_regeneration"]
    assert found["basis"].tolist() == ["added", "added"]


def test_there_is_no_mode_where_resilience_is_not_known(units, make_raster):
    rasters = states(make_raster, 0.3, 0.0)
    rasters["resilience"] = flat(make_raster, 1.0, nan)
    rasters["biodiversity"] = flat(make_raster, 0.9, 0.9)
    found = assign(units, rasters)
    assert found["mode"].notna().tolist() == [True, False]
    assert found["basis"].notna().tolist() == [True, False]


def test_units_without_valid_cells_have_no_answer_and_say_why(units, make_raster):
    rasters = states(make_raster, 0.0, 1.0)
    rasters["biodiversity"] = flat(make_raster, 0.9, nan)
    rasters["soil_erosion"] = make_raster([[0.5, 0.5, 0.5, nan]] * 2)
    found = assign(units, rasters).loc["e"]
    assert found[["function", "function_zh", "function_margin"]].isna().all()
    assert (found["missing"], found["covered_share"]) == ("biodiversity", 0.0)
    assert found["problem"] == "soil_erosion"
    assert found["mode"] == "conservation"


def test_the_share_of_valid_cells_is_that_of_the_worst_raster(units, make_raster):
    rasters = {
        "biodiversity": flat(make_raster, 0.9, 0.9),
        "soil_erosion": make_raster([[0.5, nan, 0.5, 0.5], [nan, nan, 0.5, 0.5]]),
    }
    assert assign(units, rasters)["covered_share"].tolist() == [0.25, 1.0]


def test_rules_of_your_own_replace_those_of_the_library(units, make_raster, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        'id = "own"\ntitle = "本县"\ntitle_en = "ours"\nyear = 2024\n'
        'source = "our report"\nbase = "zone_units"\n'
        '[tables.least_score]\nname = "阈值"\nfactor = "role"\nunit = "1"\n'
        'kind = "values"\nsource = "our report"\nclause = "3"\n'
        'confidence = "verified"\nrows = [\n'
        '{ category = "function", name = "功能", value = 0.7 },\n'
        '{ category = "problem", name = "问题", value = 0.1 } ]\n',
        encoding="utf-8",
    )
    rasters = {"biodiversity": flat(make_raster, 0.6, 0.8)}
    assert assign(units, rasters, own)["function"].tolist() == ["none", "biodiversity"]


def test_every_problem_and_function_has_its_row_in_the_tables_of_modes():
    rules = load_ruleset("zone_units")
    for role in ("problem", "function"):
        names = ["none", *[row.key for row in rules[f"{role}s"].rows]]
        assert [row.key for row in rules[f"mode_by_{role}"].rows] == names


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["waterlogging"], "has 'waterlogging', which the tables `functions` and"),
        (["damage"], "has 'damage' alone.*give both or none"),
        ([], "`rasters` is dict, but rasters by name"),
    ],
)
def test_rasters_by_other_names_are_refused(units, make_raster, names, told):
    with pytest.raises(ParameterError, match=told):
        assign(units, {name: flat(make_raster, 0, 1) for name in names})


def test_values_that_cannot_be_compared_are_refused(units, make_raster):
    with pytest.raises(ParameterError, match=r"from 0 to 5, but scores.*normalised"):
        assign(units, {"biodiversity": flat(make_raster, 0, 5)})
    odd = flags(flat(make_raster, 1, 2), meadow=1, swamp=2)
    with pytest.raises(ParameterError, match=r"classes \['meadow', 'swamp'\], which"):
        assign(units, {"biodiversity": odd})


def test_a_unit_may_be_called_total(units, make_raster):
    grades = flags(flat(make_raster, 1, 2), generally_important=1, important=2)
    found = assign(units.set_axis(["total", "e"]), {"biodiversity": grades})
    assert found["score_biodiversity"].to_dict() == {"total": 0.0, "e": 0.5}


def test_other_systems_and_labels_that_stand_twice_are_refused(units, make_raster):
    rasters = {"biodiversity": flat(make_raster, 0, 1)}
    with pytest.raises(
        CRSMismatchError, match=r"`rasters\['biodiversity'\]` is in.*`units`"
    ):
        assign(units.set_crs(4548, allow_override=True), rasters)
    with pytest.raises(SchemaError, match="index of `units`"):
        assign(units.set_axis(["w", "w"]), rasters)
    with pytest.raises(ParameterError, match="`rule` is 'touch'"):
        assign(units, rasters, rule="touch")


def test_squares_tile_a_county_and_are_cut_at_its_rim():
    triangle = shapely.Polygon([(0, 0), (3000, 0), (0, 3000)])
    found = grid_units(gpd.GeoDataFrame(geometry=[triangle], crs=4547), 1000)
    assert found.area.sum() == pytest.approx(4.5e6)
    assert len(found) == 6
    assert sorted(found.area.round()) == [5e5, 5e5, 5e5, 1e6, 1e6, 1e6]


def test_squares_of_a_raster_hold_whole_cells(make_raster):
    found = grid_units(make_raster(np.zeros((4, 6))), 60)
    assert found[["row", "column"]].to_numpy().tolist() == [
        [0, 0],
        [0, 1],
        [0, 2],
        [1, 0],
        [1, 1],
        [1, 2],
    ]
    assert found.total_bounds.tolist() == [-15, -15, 165, 105]


def test_squares_in_degrees_or_far_too_many_are_refused():
    box = gpd.GeoDataFrame(geometry=[shapely.box(114, 28, 115, 29)], crs=4490)
    with pytest.raises(GeographicCRSError, match=r"`like` .*cgcs2000_zone"):
        grid_units(box, 1000)
    wide = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1e5, 1e5)], crs=4547)
    with pytest.raises(ParameterError, match="`size_m` 1 makes 10,000,000,000"):
        grid_units(wide, 1)
    with pytest.raises(ParameterError, match="`size_m` is 0"):
        grid_units(wide, 0)


def test_a_geometry_called_like_a_column_of_the_result_is_refused(units, make_raster):
    rasters = {"biodiversity": flat(make_raster, 0.5, 0.5)}
    with pytest.raises(SchemaError, match=r"called 'function'.*rename_geometry"):
        assign(units.rename_geometry("function"), rasters)
    found = assign(units.rename_geometry("shape"), rasters)
    assert found.active_geometry_name == "shape"


def test_a_raster_without_any_value_is_refused_by_its_name(units, make_raster):
    rasters = {"biodiversity": flat(make_raster, nan, nan)}
    with pytest.raises(NoDataError, match=r"in `rasters\['biodiversity'\]`"):
        assign(units, rasters)


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_a_score_on_a_limit_is_not_below_it(units, make_raster, kind):
    shape = shapely.box(-10, -14, 44.3, 43.1)  # cells of unequal weight
    odd = gpd.GeoDataFrame({"name": ["x"]}, geometry=[shape], crs=units.crs)
    limit = flat(make_raster, 0.8333, 0.8333).astype(kind)
    found = assign(odd, {"damage": limit, "resilience": limit * 0 + 0.5})
    assert found[["damage", "resilience"]].iloc[0].tolist() == ["severe", "high"]


def test_scores_in_float32_and_float64_are_equals(units, make_raster):
    seven = flat(make_raster, 0.7, 0.7)
    rasters = {"tourism": seven, "biodiversity": seven.astype("float32")}
    assert assign(units, rasters)["function"].tolist() == ["biodiversity"] * 2
