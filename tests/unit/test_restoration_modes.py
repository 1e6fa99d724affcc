"""Modes of restoration: eight cells of a table, and where each is from."""

import numpy as np
import pandas as pd
import pytest
import rioxarray  # noqa: F401 -- registers the accessor
import xarray as xr

from ecozoning.errors import GridMismatchError, ParameterError, SchemaError
from ecozoning.zoning import restoration_mode

DAMAGE = ["none", "light", "medium", "severe"]
TABLE = pd.DataFrame(
    [(damage, well) for damage in DAMAGE for well in ("high", "low")],
    columns=["damage", "resilience"],
)
MODES = [1, 1, 2, 3, 3, 3, 4, 4]
BASES = [1, 1, 1, 2, 1, 1, 1, 1]
NAMES = ["conservation", "natural_recovery", "assisted_regeneration", "reconstruction"]


def rasters(make_raster, mine=None):
    """Return class rasters of the eight cells, with flags."""
    codes = TABLE["damage"].map(DAMAGE.index).to_numpy()
    damage = make_raster([codes]).astype("uint8")
    damage.attrs.update(flag_values=[0, 1, 2, 3], flag_meanings=" ".join(DAMAGE))
    well = make_raster([[1, 0] * 4]).astype("uint8")
    well.attrs.update(flag_values=[0, 1], flag_meanings="low high")
    return [damage, well] + ([] if mine is None else [make_raster([mine])])


def test_words_give_the_mode_and_where_it_is_from():
    found = restoration_mode(TABLE["damage"], TABLE["resilience"])
    assert found["mode"].tolist() == [NAMES[mode - 1] for mode in MODES]
    assert found["basis"].tolist() == [["", "official", "added"][b] for b in BASES]
    assert found["mode_zh"].tolist()[2:4] == ["自然恢复", "辅助再生"]


def test_chinese_words_are_understood_and_missing_ones_stay_missing():
    damage = pd.Series(["轻度", "严重", None], index=["a", "b", "c"])
    found = restoration_mode(damage, pd.Series(["强", "弱", "强"], index=list("abc")))
    assert found["mode_zh"].tolist()[:2] == ["自然恢复", "生态重建"]
    assert found.loc["c"].isna().all()


def test_rasters_give_what_words_give(make_raster):
    found = restoration_mode(*rasters(make_raster))
    assert found["mode"].to_numpy().tolist() == [MODES]
    assert found["basis"].to_numpy().tolist() == [BASES]
    assert found["mode"].attrs["labels_zh"].split()[0] == "保护保育"
    assert found["basis"].attrs["flag_meanings"].split()[1] == "added"


def test_a_mine_has_its_planned_treatment(make_raster):
    mine = [0, 1, 2, 3, 4, 0, 0, 4]
    found = restoration_mode(*rasters(make_raster, mine))
    assert found["mode"].to_numpy().tolist() == [[1, 2, 3, 4, 5, 3, 4, 5]]
    assert found["basis"].to_numpy().tolist() == [[1, 3, 3, 3, 3, 1, 1, 3]]
    words = restoration_mode(TABLE["damage"], TABLE["resilience"], mine)
    assert words["mode"].tolist()[4:6] == ["conversion", "assisted_regeneration"]
    assert words["basis"].tolist()[4] == "mine_inventory"


def test_numbers_without_flags_are_told_by_classes(make_raster):
    damage, well = (raster.drop_attrs() for raster in rasters(make_raster))
    damage = damage.rio.write_crs(4547)
    well = well.rio.write_crs(4547)
    with pytest.raises(ParameterError, match="`damage` does not say"):
        restoration_mode(damage, well)
    told = {"damage": dict(enumerate(DAMAGE)), "resilience": {0: "low", 1: "high"}}
    found = restoration_mode(damage, well, classes=told)
    assert found["mode"].to_numpy().tolist() == [MODES]


def test_lazy_modes_are_the_same(make_raster):
    da = pytest.importorskip("dask.array")
    eager = restoration_mode(*rasters(make_raster))
    lazy = restoration_mode(*(one.chunk(y=1, x=3) for one in rasters(make_raster)))
    assert isinstance(lazy["mode"].data, da.Array)
    assert lazy.equals(eager)


def test_more_damage_never_gives_a_lighter_mode():
    scores = np.array(MODES).reshape(4, 2)
    assert (np.diff(scores, axis=0) >= 0).all()
    assert (scores[:, 1] >= scores[:, 0]).all()


@pytest.mark.parametrize(
    ("damage", "well", "mine", "told"),
    [
        (["heavy"], ["high"], None, "heavy"),
        (["light"], ["some"], None, "some"),
        (["light"], ["high"], [9], "`mine` has"),
    ],
)
def test_other_words_are_refused(damage, well, mine, told):
    with pytest.raises(ParameterError, match=told):
        restoration_mode(damage, well, mine)


def test_tables_of_different_length_are_refused():
    with pytest.raises(SchemaError, match="`resilience` has 1 rows but `damage` 2"):
        restoration_mode(["none", "light"], ["high"])


def test_rasters_and_words_together_are_refused(make_raster):
    with pytest.raises(ParameterError, match="all as rasters"):
        restoration_mode(rasters(make_raster)[0], ["high"] * 8)


def test_shifted_rasters_are_refused(make_raster):
    damage, well = rasters(make_raster)
    with pytest.raises(GridMismatchError, match=r"damage.*\n.*resilience"):
        restoration_mode(damage, well.assign_coords(x=well["x"] + 10))


def test_the_result_is_a_dataset_on_the_same_grid(make_raster):
    damage, well = rasters(make_raster)
    found = restoration_mode(damage, well)
    assert isinstance(found, xr.Dataset)
    assert found["mode"].rio.crs == damage.rio.crs
