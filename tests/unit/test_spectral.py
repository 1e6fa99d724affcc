"""Normalized differences, SAVI and EVI of cells whose answer can be worked out."""

import numpy as np
import pytest

from ecozoning.errors import (
    CRSMismatchError,
    GridMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)
from ecozoning.raster.land_indices import ndbi, ndmi, ndvi
from ecozoning.raster.reflectance import evi, savi
from ecozoning.raster.water_indices import mndwi, ndwi

# Of two bands, which is taken from which.
FIRST_LESS_SECOND = [ndwi, ndmi, mndwi, ndbi]
RATIOS = [ndvi, *FIRST_LESS_SECOND]
TWO_BANDS = [*RATIOS, savi]
TYPES = ["uint8", "int16", "uint16", "int32", "int64", "float32", "float64", ">u2"]


@pytest.fixture
def band(make_raster):
    """Return a builder of bands of a type, with attributes."""

    def build(values, dtype="float64", **attrs):
        return make_raster(values).astype(dtype).assign_attrs(attrs)

    return build


@pytest.mark.parametrize("index", FIRST_LESS_SECOND)
def test_a_ratio_is_the_first_band_less_the_second_over_their_sum(band, index):
    found = index(band([[3, 2]]), band([[1, 2]]))
    assert found.to_numpy().tolist() == [[0.5, 0.0]]


def test_ndvi_takes_red_from_near_infrared(band):
    assert ndvi(band([[1, 5]]), band([[3, 3]])).to_numpy().tolist() == [[0.5, -0.25]]


@pytest.mark.parametrize("index", RATIOS)
@pytest.mark.parametrize("dtype", TYPES)
def test_integers_never_wrap(band, index, dtype):
    found = index(band([[1, 250]], dtype), band([[3, 250]], dtype))
    half = 0.5 if index is ndvi else -0.5
    assert found.dtype == np.float32
    assert found.to_numpy().tolist() == [[half, 0.0]]


def test_the_ends_of_uint16_are_kept_apart(band):
    found = ndvi(band([[65535, 0]], "uint16"), band([[0, 65535]], "uint16"))
    assert found.to_numpy().tolist() == [[-1.0, 1.0]]


@pytest.mark.parametrize("index", TWO_BANDS)
def test_a_denominator_of_zero_gives_nan(band, index):
    scale = {} if index is not savi else {"soil_factor": 0}
    found = index(band([[0, 1], [-1, 1]]), band([[0, 1], [1, 1]]), **scale)
    assert np.isnan(found.to_numpy()).tolist() == [[True, False], [True, False]]


def test_evi_with_a_denominator_of_zero_is_nan(band):
    # 2 + 6 * 0.125 - 7.5 * 0.5 + 1 = 0
    bands = [band([[value, 0.25]]) for value in (0.5, 0.125, 2.0)]
    assert np.isnan(evi(*bands).to_numpy()).tolist() == [[True, False]]


@pytest.mark.parametrize("index", RATIOS)
def test_reflectance_below_zero_is_taken_as_it_is(band, index):
    found = index(band([[-1.0]]), band([[3.0]])).item()
    assert found == (2.0 if index is ndvi else -2.0)


def test_savi_adds_the_soil_factor(band):
    # 1.5 * 0.4 / (0.6 + 0.5) and 2 * 0.4 / (0.6 + 1)
    red, nir = band([[0.1]]), band([[0.5]])
    assert savi(red, nir).item() == pytest.approx(6 / 11, abs=1e-7)
    assert savi(red, nir, 1).item() == pytest.approx(0.5, abs=1e-7)
    assert savi(red, nir, soil_factor=0).item() == pytest.approx(2 / 3, abs=1e-7)


def test_evi_has_the_coefficients_of_modis(band):
    # 2.5 * (0.5 - 0.1) / (0.5 + 6 * 0.1 - 7.5 * 0.08 + 1) = 1 / 1.5
    found = evi(band([[0.08]]), band([[0.1]]), band([[0.5]])).item()
    assert found == pytest.approx(2 / 3, abs=1e-7)


@pytest.mark.parametrize("dtype", ["int16", "uint16", "float32", "float64"])
def test_scale_and_offset_make_reflectance_of_digital_numbers(band, dtype):
    bands = [band([[value]], dtype) for value in (1800, 2000, 6000)]  # 0.08, 0.1, 0.5
    numbers = {"scale": 0.0001, "offset": -0.1}
    assert ndvi(*bands[1:], **numbers).item() == pytest.approx(2 / 3, abs=1e-7)
    assert savi(*bands[1:], **numbers).item() == pytest.approx(6 / 11, abs=1e-7)
    assert evi(*bands, **numbers).item() == pytest.approx(2 / 3, abs=1e-7)


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_a_declared_scale_is_used(band, dtype):
    declared = {"scale_factor": 0.0001, "add_offset": -0.1}
    red, nir = (band([[value]], dtype, **declared) for value in (2000, 6000))
    assert ndvi(red, nir).item() == pytest.approx(2 / 3, abs=1e-7)
    assert savi(red, nir).item() == pytest.approx(6 / 11, abs=1e-7)


def test_a_declared_scale_may_be_an_array_of_one(band):
    declared = {"scale_factor": np.array([0.0001]), "add_offset": np.float32(0)}
    red, nir = (band([[value]], **declared) for value in (1000, 5000))
    assert savi(red, nir).item() == pytest.approx(6 / 11, abs=1e-7)


def test_a_declared_scale_that_is_no_number_is_refused(band):
    red = band([[1]], scale_factor="0.0001")
    with pytest.raises(ParameterError, match=r"`red.attrs\['scale_factor'\]` is "):
        savi(red, red)


def test_a_given_scale_comes_before_a_declared_one(band):
    red, nir = (band([[value]], scale_factor=0.1) for value in (0.1, 0.5))
    assert savi(red, nir, scale=1).item() == pytest.approx(6 / 11, abs=1e-7)


def test_what_xarray_has_scaled_already_is_not_scaled_again(band):
    red, nir = band([[0.1]]), band([[0.5]])
    red.encoding = nir.encoding = {"scale_factor": 0.0001, "add_offset": -0.1}
    assert ndvi(red, nir).item() == pytest.approx(2 / 3, abs=1e-7)


@pytest.mark.parametrize("index", [ndvi, savi])
def test_a_scale_that_was_applied_but_is_still_declared_is_refused(band, index):
    declared = {"scale_factor": 0.0001, "add_offset": -0.1}
    red, nir = (band([[value]], **declared) for value in (0.1, 0.5))
    with pytest.raises(ParameterError, match=r"done already.*`scale=1, offset=0`"):
        index(red, nir)
    assert index(red, nir, scale=1, offset=0).item() > 0.5


def test_a_ratio_does_not_mind_a_scale_without_an_offset(band):
    red, nir = (band([[value]], scale_factor=0.0001) for value in (0.25, 0.75))
    assert ndvi(red, nir).item() == 0.5


def test_bands_that_declare_different_scales_are_refused(band):
    red, nir = band([[1]], scale_factor=0.1), band([[1]], scale_factor=0.01)
    with pytest.raises(ParameterError, match=r"`nir` 0\.01.*`red` 0\.1.*`scale=`"):
        ndvi(red, nir)
    assert ndvi(red, nir, scale=0.1).item() == 0


def test_digital_numbers_are_refused_where_reflectance_is_needed(band):
    red, nir = band([[1000, 1]], "uint16"), band([[5000, 1]], "uint16")
    with pytest.raises(
        ParameterError, match=r"1 cells of `red` and `nir`.*`scale=0\.0001`"
    ):
        savi(red, nir)
    with pytest.raises(ParameterError, match="1 cells of `blue` and `red` and `nir`"):
        evi(red, red, nir)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_band_beyond_reflectance_is_enough_to_refuse(band, place):
    bands = [band([[0.1]]) for _ in range(3)]
    bands[place][0, 0] = -2.1
    with pytest.raises(ParameterError, match="1 cells of"):
        evi(*bands)
    if place:
        with pytest.raises(ParameterError, match="1 cells of"):
            savi(*bands[1:])


def test_bright_snow_and_dark_water_are_reflectance(band):
    assert savi(band([[1.9, -0.05]]), band([[1.6, -0.01]])).notnull().all()


@pytest.mark.parametrize("scale", [0, -1, np.nan, np.inf, "1", True, [1, 2]])
def test_a_scale_that_is_no_positive_number_is_refused(band, scale):
    with pytest.raises(ParameterError, match="`scale` is "):
        ndvi(band([[1]]), band([[1]]), scale=scale)


@pytest.mark.parametrize("offset", [np.nan, "0", np.array([1.0, 2.0])])
def test_an_offset_that_is_no_number_is_refused(band, offset):
    with pytest.raises(ParameterError, match="`offset` is "):
        ndvi(band([[1]]), band([[1]]), offset=offset)


@pytest.mark.parametrize("factor", [-0.1, 1.1, np.nan])
def test_a_soil_factor_beyond_its_domain_is_refused(band, factor):
    with pytest.raises(ParameterError, match=r"`soil_factor` is .* 0 to 1"):
        savi(band([[0.1]]), band([[0.1]]), factor)


@pytest.mark.parametrize("index", TWO_BANDS)
@pytest.mark.parametrize("dtype", ["int16", "float32"])
def test_nodata_of_either_band_gives_nan(band, index, dtype):
    first = band([[1, -9999, 1]], dtype).rio.write_nodata(-9999)
    second = band([[1, 1, -7]], dtype).rio.write_nodata(-7)
    found = index(first, second)
    assert np.isnan(found.to_numpy()).tolist() == [[False, True, True]]
    assert found.rio.nodata is None or np.isnan(found.rio.nodata)


def test_nodata_of_any_band_of_evi_gives_nan(band):
    lost = np.eye(3, 4) * 9 + 0.1
    bands = [band([row]).where(lambda v: v < 5) for row in lost]
    marked = [
        one.fillna(value).rio.write_nodata(value)
        for one, value in zip(bands, (-7, -8, -9), strict=True)
    ]
    for three in (bands, marked):
        assert np.isnan(evi(*three).to_numpy()).tolist() == [[True, True, True, False]]


def test_a_nodata_value_that_float32_cannot_hold_is_found(band):
    red = band([[-9999.9, 1]], "float32").rio.write_nodata(-9999.9)
    assert np.isnan(ndvi(red, band([[1, 1]], "float32")).to_numpy()[0, 0])


@pytest.mark.parametrize("index", TWO_BANDS)
@pytest.mark.parametrize("place", [0, 1])
def test_infinite_values_are_refused(band, index, place):
    bands = [band([[1, 1]]), band([[1, 1]])]
    bands[place][0, 0] = -np.inf
    with pytest.raises(ParameterError, match=r"have 1 infinite values.*isfinite"):
        index(*bands)


def test_an_infinite_value_beside_nodata_is_refused_as_well(band):
    with pytest.raises(ParameterError, match="1 infinite"):
        ndvi(band([[np.inf, 1]]), band([[np.nan, 1]]))


@pytest.mark.parametrize("index", TWO_BANDS)
def test_bands_without_a_common_value_are_refused(band, index):
    with pytest.raises(NoDataError, match="no cell with a value"):
        index(band([[np.nan, 1]]), band([[1, np.nan]]))


@pytest.mark.parametrize("index", TWO_BANDS)
def test_shifted_grids_are_refused_and_both_are_printed(band, index):
    here = band(np.ones((2, 2)))
    there = here.assign_coords(x=here["x"] + 997)
    with pytest.raises(GridMismatchError, match=r"997, 0 apart(.|\n)*from \(997, 30\)"):
        index(here, there)


def test_shifted_blue_is_refused(band):
    here = band(np.ones((2, 2)))
    with pytest.raises(GridMismatchError, match="`blue` and `red` are not on one grid"):
        evi(here.assign_coords(x=here["x"] + 30), here, here)


def test_bands_in_two_crs_or_none_are_refused(make_raster):
    here = make_raster(np.ones((2, 2)))
    with pytest.raises(CRSMismatchError, match="CRS differ"):
        ndvi(here, make_raster(np.ones((2, 2)), crs="EPSG:4548"))
    with pytest.raises(MissingCRSError, match="`red` has no CRS"):
        ndvi(make_raster(np.ones((2, 2)), crs=None), here)


@pytest.mark.parametrize("dtype", ["bool", "complex64"])
def test_what_is_no_real_number_is_refused(band, dtype):
    with pytest.raises(ParameterError, match=f"`red` holds {dtype}"):
        ndvi(band([[1]], dtype), band([[1]]))


def test_bands_stay_as_they_were_and_attributes_are_ours(band):
    red, nir = band([[1, 2]], "uint16", sensor="x"), band([[3, 2]], "uint16")
    before = red.copy(deep=True)
    found = ndvi(red, nir)
    assert red.identical(before)
    assert found.attrs == {
        "long_name": "normalized difference vegetation index",
        "units": "1",
    }
    assert found.name == "ndvi"
    assert set(found.coords) == {"y", "x", "spatial_ref"}


def test_a_raster_with_south_up_keeps_its_order(band):
    red, nir = band([[1], [1]]), band([[3], [1]])
    turned = ndvi(red[::-1], nir[::-1])
    assert turned.to_numpy().tolist() == [[0.0], [0.5]]
    assert turned["y"].to_numpy().tolist() == [0, 30]


def test_a_view_of_every_other_cell_is_read_right(band):
    red, nir = band(np.ones((4, 6)))[::2, ::3], band(np.full((4, 6), 3))[::2, ::3]
    assert (ndvi(red, nir) == 0.5).all()


def test_cells_can_be_computed_strip_by_strip():
    assert all(index.halo_cells == 0 for index in [*TWO_BANDS, evi])
