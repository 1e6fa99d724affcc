"""Classes of quantities: where a value on a break goes, and what is refused."""

import numpy as np
import pytest

from ecozoning.errors import MissingCRSError, NoDataError, ParameterError
from ecozoning.raster.breaks import natural_breaks, quantile_breaks
from ecozoning.raster.classify import reclassify


def codes(raster, *args, **keywords):
    return reclassify(raster, *args, **keywords).to_numpy().ravel().tolist()


def test_a_value_on_an_inner_break_goes_down_or_up_as_asked(make_raster):
    slope = make_raster([[1, 2, 3]])
    assert codes(slope, [0, 2, 9], ["low", "high"]) == [1, 1, 2]
    assert codes(slope, [0, 2, 9], ["low", "high"], closed="left") == [1, 2, 2]


@pytest.mark.parametrize("closed", ["right", "left"])
def test_the_outermost_breaks_belong_to_their_classes(make_raster, closed):
    slope = make_raster([[0, 9]])
    assert codes(slope, [0, 2, 9], ["low", "high"], closed=closed) == [1, 2]


def test_breaks_between_classes_only_leave_the_ends_open(make_raster):
    values = make_raster([[-1e30, 2, 6, 7, 1e30]])
    assert codes(values, [2, 6], ["a", "b", "c"]) == [1, 1, 2, 3, 3]


def test_infinite_ends_are_the_same_as_none(make_raster):
    values = make_raster([[-1e30, 2, 1e30]])
    assert codes(values, [-np.inf, 2, np.inf], ["a", "b"]) == [1, 1, 2]


def test_one_class_takes_everything_with_no_break(make_raster):
    assert codes(make_raster([[1, np.nan]]), [], ["all"]) == [1, 255]


@pytest.mark.parametrize("lazy", [False, True])
def test_values_outside_are_refused_or_nodata(make_raster, lazy):
    values = make_raster([[-1, 1, 10]])
    values = values.chunk(x=1) if lazy else values
    assert codes(values, [0, 2, 9], ["a", "b"], outside="nodata") == [255, 1, 255]
    with pytest.raises(ParameterError, match=r"outside 0 to 9.*outside='nodata'"):
        reclassify(values, [0, 2, 9], ["a", "b"]).compute()


# 0.1 lies between two float32: the one nearest to it is above it, 0.3's is above,
# 0.7's is below. A value must not pass a break because the break was rounded.
@pytest.mark.parametrize("edge", [0.1, 0.3, 0.7])
@pytest.mark.parametrize("closed", ["right", "left"])
def test_float32_values_are_compared_with_the_break_as_it_is(make_raster, edge, closed):
    near = np.float32(edge)
    around = np.array([np.nextafter(near, 0), near, np.nextafter(near, np.float32(1))])
    values = make_raster([around]).astype("float32")
    exact = around.astype(float)
    above = exact > edge if closed == "right" else exact >= edge
    assert codes(values, [edge], [0, 1], closed=closed) == above.astype(int).tolist()


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "int32", "int64", "int8"])
def test_whole_numbers_are_compared_with_breaks_between_them(make_raster, kind):
    values = make_raster([[1, 2, 3]]).astype(kind)
    assert codes(values, [0, 2, 2.5, 9], [7, 8, 9]) == [7, 7, 9]
    assert codes(values, [-5, 2, 1e9], [7, 8], closed="left") == [7, 8, 8]


@pytest.mark.parametrize("kind", ["float32", "int16"])
def test_undeclared_masks_are_kept_as_nodata(make_raster, kind):
    values = make_raster([[1, -9999, 3]]).astype(kind).rio.write_nodata(-9999)
    assert codes(values, [2], ["low", "high"]) == [1, 255, 2]


def test_labels_are_words_numbers_or_both(make_raster):
    values = make_raster([[1, 3, 5]])
    words = reclassify(values, [2, 4], ["low", "high", "low"])
    assert words.to_numpy().tolist() == [[1, 2, 1]]
    assert words.attrs["flag_meanings"] == "low high"
    pairs = reclassify(values, [2, 4], [(5, "best"), (3, "fair"), (1, "very poor")])
    assert pairs.attrs["flag_values"].tolist() == [5, 3, 1]
    assert pairs.attrs["flag_meanings"] == "best fair very_poor"
    numbers = reclassify(values, [2, 4], [10, 20, 30])
    assert numbers.attrs["flag_meanings"] == "class_10 class_20 class_30"


@pytest.mark.parametrize(
    ("labels", "kind", "nodata"),
    [
        ([0, 254], "uint8", 255),
        ([-1, 255], "int16", -32768),
        ([1, 70000], "int32", -(2**31)),
    ],
)
def test_nodata_is_a_number_that_no_class_has(make_raster, labels, kind, nodata):
    found = reclassify(make_raster([[1, 3, np.nan]]), [2], labels)
    assert found.dtype == kind
    assert found.to_numpy().tolist() == [[*labels, nodata]]
    assert found.rio.nodata == nodata


@pytest.mark.parametrize(
    ("breaks", "labels", "message"),
    [
        ([2, 2], ["a", "b", "c"], "ascend"),
        ([3, 2], ["a", "b", "c"], "ascend"),
        ([2, np.nan], ["a", "b", "c"], "ascend"),
        ([1, 2, 3], ["a", "b", "c"], "give 4 breaks with the outermost ones, or 2"),
        (["x"], ["a", "b"], "a sequence of numbers"),
        ([2], "ab", "`labels` is 'ab'"),
        ([2], [1, "a"], "only words, or none"),
        ([2], [(1, "a"), (1, "b")], "call class 1 both 'a' and 'b'"),
        ([2], [(1, "a"), (2, "a")], "one word to two numbers"),
        ([2], [1.5, 2], r"`labels` has 1\.5"),
        ([2], [True, 2], "`labels` has True"),
        ([2], [1, 2**40], "more than 32 bits"),
    ],
)
def test_breaks_and_labels_that_mean_nothing_are_refused(
    make_raster, breaks, labels, message
):
    with pytest.raises(ParameterError, match=message):
        reclassify(make_raster([[1, 3]]), breaks, labels)


@pytest.mark.parametrize("wrong", [{"closed": "both"}, {"outside": "clip"}])
def test_unknown_options_are_refused(make_raster, wrong):
    with pytest.raises(ParameterError, match=r"`closed` is .* and `outside` "):
        reclassify(make_raster([[1, 3]]), [2], ["a", "b"], **wrong)


def test_rasters_that_cannot_be_classified_are_refused(make_raster):
    with pytest.raises(MissingCRSError, match="`raster` has no CRS"):
        reclassify(make_raster([[1]], crs=None), [2], ["a", "b"])
    with pytest.raises(ParameterError, match="1 infinite"):
        reclassify(make_raster([[1, np.inf]]), [2], ["a", "b"])
    with pytest.raises(NoDataError, match="no cell with a value"):
        reclassify(make_raster([[np.nan]]), [2], ["a", "b"])


def test_the_raster_is_not_changed(make_raster):
    values = make_raster([[1, np.nan, 3]])
    before = values.copy(deep=True)
    reclassify(values, [2], ["a", "b"])
    assert values.identical(before)


def test_natural_breaks_part_obvious_groups():
    # Squares within (1,2,3), (10,11,12), (50): 2 + 2 + 0; no other cut comes near.
    assert natural_breaks([50, 1, 11, 2, 12, 3, 10], 3).tolist() == [1, 3, 12, 50]


def test_natural_breaks_weigh_values_by_how_often_they_occur():
    # Of 0 x 10, 4, 6: {0}, {4, 6} costs 2; {0, 4}, {6} costs 160 / 11 = 14.5.
    # Of 0, 4, 6 x 10: {0}, {4, 6} costs 40 / 11 = 3.6; {0, 4}, {6} costs 8.
    assert natural_breaks([0] * 10 + [4, 6], 2).tolist() == [0, 0, 6]
    # Of 0, 4, 9 x 1: {0, 4}, {9} costs 8, {0}, {4, 9} 12.5. With 4 and 9 a hundred
    # times the cut moves: {0, 4}, {9} costs 16 * 100 / 101.
    assert natural_breaks([0, 4, 9], 2).tolist() == [0, 4, 9]
    assert natural_breaks([0] * 100 + [4] * 100 + [9], 2).tolist() == [0, 0, 9]


def test_natural_breaks_of_one_class_are_the_ends():
    assert natural_breaks([3, 1, 2], 1).tolist() == [1, 3]


def test_natural_breaks_of_as_many_classes_as_values_are_the_values():
    assert natural_breaks([3, 1, 2], 3).tolist() == [1, 1, 2, 3]


def test_quantile_breaks_are_those_of_numpy():
    values = np.random.default_rng(0).integers(0, 1000, 97)
    expected = np.quantile(values, [0, 0.2, 0.4, 0.6, 0.8, 1])
    assert np.allclose(quantile_breaks(values, 5), expected, rtol=1e-15)


def test_breaks_of_a_raster_pass_over_nodata(make_raster):
    values = make_raster([[1, 2, np.nan, 9]])
    marked = values.fillna(-9999).rio.write_nodata(-9999)
    for raster in (values, marked, marked.astype("int32")):
        assert natural_breaks(raster, 2).tolist() == [1, 2, 9]
        assert quantile_breaks(raster, 2).tolist() == [1, 2, 9]


@pytest.mark.parametrize("breaks", [natural_breaks, quantile_breaks])
def test_breaks_that_do_not_exist_are_refused(make_raster, breaks):
    with pytest.raises(ParameterError, match=r"`classes` is 3"):
        breaks([1, 1, 1, 1, 2], 3)
    with pytest.raises(ParameterError, match=r"`classes` is 0; give"):
        breaks([1, 2], 0)
    with pytest.raises(ParameterError, match="infinite"):
        breaks([1, np.inf], 1)
    with pytest.raises(NoDataError, match="`values` has no value"):
        breaks([np.nan], 1)
    with pytest.raises(ParameterError, match="real numbers"):
        breaks(["a"], 1)
    with pytest.raises(MissingCRSError, match="`values` has no CRS"):
        breaks(make_raster([[1, 2]], crs=None), 1)
