"""Sensitivity on any values: the ruleset decides, and worse factors never help."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecozoning.rulesets import load_ruleset, product_levels
from ecozoning.sensitivity import combine, rocky_desertification, water_erosion
from ecozoning.sensitivity.scores import Scored, look_up

SHAPE = (3, 4)
KINDS = ("float32", "float64", "int16", "uint8", "int32", "uint16")
TABLES = ("local_relief", "vegetation_cover", "karst_slope", "windy_days")


def raster_of(values):
    import rioxarray  # noqa: F401 -- registers the accessor
    import xarray as xr

    rows, columns = values.shape
    axes = {"y": 30.0 * np.arange(rows)[::-1], "x": 30.0 * np.arange(columns)}
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs(4547)


def shares(least=0.0):
    return arrays("float32", SHAPE, elements=st.floats(least, 1.0, width=32))


def karst(share, slope, cover, **options):
    return rocky_desertification(
        carbonate_share=raster_of(share * np.float32(100)).clip(max=100),
        slope=raster_of(slope * np.float32(90)).clip(max=90),
        cover=raster_of(cover),
        **options,
    )


@given(
    st.sampled_from(TABLES),
    st.sampled_from(["redline2017", "eco2003"]),
    st.sampled_from(KINDS),
    st.data(),
)
def test_scores_are_those_of_the_table(table_id, ruleset, kind, data):
    table = load_ruleset(ruleset)[table_id]
    top = int(min(table.domain().high, 250))
    edges = [float(np.dtype(kind).type(edge)) for edge in table.edges()]
    number = st.floats(0, top, width=32) if kind[0] == "f" else st.integers(0, top)
    values = data.draw(arrays(kind, SHAPE, elements=number | st.sampled_from(edges)))
    scores = look_up(
        [Scored("factor", raster_of(values), table)],
        lambda score: score,
        dtype="uint8",
        nothing=255,
    )
    assert np.array_equal(scores, table.lookup(values))


@settings(max_examples=25)
@given(shares(), shares(), shares(0.015625), st.sampled_from(["2/4", "thirds"]))
def test_levels_are_looked_up_by_the_product(share, slope, cover, cuts):
    share[0, 0] = 1  # else they could be taken for fractions
    found = karst(share, slope, cover, cuts=cuts)
    scores = found.scores()
    product = math.prod(scores[name].to_numpy().astype(int) for name in scores)
    table = load_ruleset("redline2017").choose("index_cuts", cuts)
    levels = product_levels(table, scores=(1, 3, 5), factors=3)
    assert np.array_equal(found.level, levels[product])
    assert np.allclose(found.index(), product ** (1 / 3), rtol=1e-6)


@given(
    shares(), shares(), shares(0.015625), st.sampled_from(["redline2017", "eco2003"])
)
def test_a_worse_factor_never_lowers_a_level(share, slope, cover, ruleset):
    share[0, 0] = 1
    found = karst(share, slope, cover, ruleset=ruleset)
    worse = karst(share, np.sqrt(slope), cover * np.float32(0.5), ruleset=ruleset)
    assert (worse.level >= found.level).all()


@settings(max_examples=25)
@given(shares(), shares(), shares())
def test_worst_of_issues_is_none_below_each_and_one_of_them(share, slope, cover):
    share[0, 0] = 1
    stone = karst(share, slope, cover)
    water = water_erosion(
        rainfall_erosivity=raster_of(share * 900),
        soil=raster_of(np.ones(SHAPE, np.uint8)),
        relief=raster_of(slope * 400),
        cover=raster_of(cover),
        soil_codes={1: "loam"},
    )
    both = combine(stone, water)
    levels = np.stack([stone.level, water.level])
    assert np.array_equal(both["level"], levels.max(axis=0))
    assert np.array_equal(both["issue"], levels.argmax(axis=0) + 1)


@given(arrays("uint8", SHAPE, elements=st.integers(1, 9)))
def test_codes_may_be_given_in_any_order(values):
    table = load_ruleset("redline2017")["soil_erodibility"]
    names = [str(row.key) for row in table.rows][:9]
    codes = dict(zip((5, 1, 9, 2, 7, 3, 8, 4, 6), names, strict=True))
    factor = Scored("soil", raster_of(values), table, codes)
    scores = look_up([factor], lambda score: score, dtype="uint8", nothing=255)
    assert np.array_equal(scores, table.lookup(np.vectorize(codes.get)(values)))
