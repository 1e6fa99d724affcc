"""Grades by cumulative share, on rasters whose sums can be done in the head."""

import numpy as np
import pytest

from ecozoning.errors import MissingCRSError, NoDataError, ParameterError
from ecozoning.importance import cumulative_share


def grades(raster, **keywords):
    return cumulative_share(raster, **keywords).to_numpy().ravel().tolist()


def test_the_best_cells_holding_half_are_extremely_important(make_raster):
    # Total 10. 4 alone is 40 %, with 3 it is 70 %: so 3 is the break of the half. With
    # 2 it is 90 %: that of four fifths.
    assert grades(make_raster([[1, 2, 3, 4]])) == [1, 2, 3, 3]


def test_a_share_that_is_met_exactly_needs_no_further_cell(make_raster):
    # Total 10; 5 is half of it, with 3 it is four fifths.
    assert grades(make_raster([[5, 3, 1, 1]])) == [3, 2, 1, 1]


def test_ties_go_to_the_higher_grade(make_raster):
    # Two of four equal cells hold half, but none of them is better than the others.
    assert grades(make_raster([[1, 1, 1, 1]])) == [3, 3, 3, 3]


def test_it_is_not_a_quantile_of_areas(make_raster):
    values = np.ones((10, 10))
    values[0, 0] = 1000  # one cell of a hundred holds nine tenths
    found = cumulative_share(make_raster(values)).to_numpy()
    assert (found == 3).sum() == 1
    assert (found == 1).sum() == 99


def test_nodata_and_negative_cells_have_no_grade(make_raster):
    # Total 7; 4 is more than half of it, with 3 it is all.
    values = make_raster([[4, -100, np.nan, 3, 0]])
    assert grades(values) == [3, 255, 255, 2, 1]
    assert grades(values.fillna(-1).rio.write_nodata(-1)) == [3, 255, 255, 2, 1]
    assert grades(values.fillna(9999).rio.write_nodata(9999)) == [3, 255, 255, 2, 1]


def test_grades_say_what_they_are(make_raster):
    found = cumulative_share(make_raster([[1, 2]]))
    assert found.attrs["flag_meanings"].split()[-1] == "extremely_important"
    other = cumulative_share(make_raster([[1, 2]]), breaks=(0.2, 0.5, 0.7))
    assert other.attrs["flag_meanings"] == "grade_1 grade_2 grade_3 grade_4"


def test_many_values_are_summed_without_loss(make_raster):
    # 400 x 400 cells of 0.1 in float32 and one of the same as all: it holds half.
    values = np.full((400, 400), 0.1, dtype="float32")
    values[7, 7] = values.sum(dtype=float) - 0.1
    found = cumulative_share(make_raster(values).astype("float32"))
    assert int(found[7, 7]) == 3


@pytest.mark.parametrize("wrong", [(), (0.8, 0.5), (0, 0.5), (0.5, 1), (50, 80), "ab"])
def test_breaks_that_are_no_shares_are_refused(make_raster, wrong):
    with pytest.raises(ParameterError, match="shares that ascend between 0 and 1"):
        cumulative_share(make_raster([[1]]), breaks=wrong)


@pytest.mark.parametrize("lazy", [False, True])
def test_values_that_cannot_be_shared_are_refused(make_raster, lazy):
    def share(values):
        raster = make_raster(values)
        cumulative_share(raster.chunk(x=1) if lazy else raster).compute()

    with pytest.raises(NoDataError, match="no cell of 0 or more"):
        share([[np.nan, -1]])
    with pytest.raises(ParameterError, match="adds up to 0"):
        share([[0, 0]])
    with pytest.raises(ParameterError, match="infinite"):
        share([[1, np.inf]])


def test_a_raster_without_crs_is_refused(make_raster):
    with pytest.raises(MissingCRSError, match="`value` has no CRS"):
        cumulative_share(make_raster([[1]], crs=None))
