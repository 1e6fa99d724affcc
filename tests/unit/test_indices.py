"""Indices by their names in the catalogue of spyndex."""

import sys

import numpy as np
import pytest

from ecozoning.errors import (
    GridMismatchError,
    MissingDependencyError,
    NoDataError,
    ParameterError,
)
from ecozoning.raster.indices import index
from ecozoning.raster.land_indices import ndbi, ndmi, ndvi
from ecozoning.raster.reflectance import evi, savi
from ecozoning.raster.water_indices import mndwi, ndwi

pytest.importorskip("spyndex")


@pytest.fixture
def bands(make_raster):
    """Return reflectance by symbol, to five digits as it is stored."""
    rng = np.random.default_rng(3)
    return {
        symbol: make_raster(rng.integers(100, 6000, (5, 7)) / 10_000)
        for symbol in ("B", "G", "R", "N", "S1", "S2", "T")
    }


OURS = {
    "NDVI": lambda b: ndvi(b["R"], b["N"]),
    "NDWI": lambda b: ndwi(b["G"], b["N"]),
    "NDMI": lambda b: ndmi(b["N"], b["S1"]),
    "MNDWI": lambda b: mndwi(b["G"], b["S1"]),
    "NDBI": lambda b: ndbi(b["S1"], b["N"]),
    "EVI": lambda b: evi(b["B"], b["R"], b["N"]),
    "SAVI": lambda b: savi(b["R"], b["N"], soil_factor=1),
}
NEEDS = {
    "NDVI": "NR",
    "NDWI": "GN",
    "NDMI": ["N", "S1"],
    "MNDWI": ["G", "S1"],
    "NDBI": ["S1", "N"],
    "EVI": "BRN",
    "SAVI": "RN",
}


@pytest.mark.parametrize("name", OURS)
def test_the_catalogue_agrees_with_our_own_functions(bands, name):
    found = index(name, **{symbol: bands[symbol] for symbol in NEEDS[name]})
    assert np.allclose(found, OURS[name](bands), rtol=0, atol=1e-6)
    assert (found.name, found.dtype) == (name, np.float32)


def test_a_constant_can_be_given(bands):
    found = index("SAVI", R=bands["R"], N=bands["N"], L=0.5)
    assert np.allclose(found, savi(bands["R"], bands["N"]), rtol=0, atol=1e-6)


def test_integers_never_wrap_and_a_scale_is_used(make_raster):
    green, nir = (make_raster([[v]]).astype("uint16") for v in (5000, 1000))
    assert index("GNDVI", G=green, N=nir).item() == pytest.approx(-2 / 3)
    # (0.1 - 0.5) / (0.1 + 0.5 + 0.16)
    found = index("OSAVI", R=green, N=nir, scale=0.0001).item()
    assert found == pytest.approx(-0.4 / 0.76, abs=1e-7)


def test_kelvin_is_not_scaled(make_raster):
    red, heat = make_raster([[1000.0]]), make_raster([[300.0]])
    # (0.1 - 300) / (0.1 + 300)
    found = index("NBLI", R=red, T=heat, scale=0.0001).item()
    assert found == pytest.approx(-299.9 / 300.1, abs=1e-7)


def test_digital_numbers_are_refused_unless_scale_cancels_out(make_raster):
    red, nir = make_raster([[1000.0]]), make_raster([[5000.0]])
    assert index("SR", R=red, N=nir).item() == 5
    with pytest.raises(ParameterError, match=r"1 cells of .*`scale=0\.0001`"):
        index("OSAVI", R=red, N=nir)
    with pytest.raises(ParameterError, match="1 cells of"):
        index("DVI", R=red, N=nir)


def test_a_denominator_of_zero_and_nodata_give_nan(make_raster):
    red = make_raster([[0, 1, -9, 1]]).rio.write_nodata(-9)
    found = index("SR", R=red, N=make_raster([[1, 2, 1, np.nan]]))
    assert np.array_equal(found, [[np.nan, 2, np.nan, np.nan]], equal_nan=True)


def test_infinite_values_and_nodata_alone_are_refused(make_raster):
    good = make_raster([[1.0, 1.0]])
    with pytest.raises(ParameterError, match="1 infinite"):
        index("NDVI", R=good, N=make_raster([[np.inf, 1.0]]))
    with pytest.raises(NoDataError, match="no cell with a value"):
        index("NDVI", R=good, N=good * np.nan)


def test_an_unknown_name_is_refused_with_near_ones():
    with pytest.raises(ParameterError, match=r"'NDVII'.*did you mean NDVI"):
        index("NDVII")


def test_missing_and_spare_bands_are_named(bands):
    with pytest.raises(
        ParameterError, match=r"lack \['R'\].*have \['G'\].*N=\.\.\., R"
    ):
        index("NDVI", N=bands["N"], G=bands["G"])


def test_a_constant_without_a_usual_value_is_asked_for(bands):
    with pytest.raises(ParameterError, match=r"lack \['PAR'\]"):
        index("NIRvP", N=bands["N"], R=bands["R"])


def test_a_number_for_a_band_is_refused(bands):
    with pytest.raises(ParameterError, match=r"rasters of its bands, but \['R'\]"):
        index("NDVI", N=bands["N"], R=0.1)


def test_an_array_without_a_grid_is_refused(bands):
    with pytest.raises(ParameterError, match="`R` is a ndarray"):
        index("NDVI", N=bands["N"], R=bands["R"].to_numpy())


def test_shifted_bands_are_refused(bands):
    far = bands["R"].assign_coords(x=bands["R"]["x"] + 997)
    with pytest.raises(GridMismatchError, match="997, 0 apart"):
        index("NDVI", N=bands["N"], R=far)


def test_a_radar_index_of_two_rasters_needs_no_reflectance(make_raster):
    found = index("VDDPI", VV=make_raster([[4.0]]), VH=make_raster([[2.0]]))
    assert found.item() == 1.5


def test_without_spyndex_the_extra_is_named(monkeypatch, bands):
    monkeypatch.setitem(sys.modules, "spyndex", None)
    with pytest.raises(MissingDependencyError, match=r"ecozoning\[indices\]"):
        index("NDVI", N=bands["N"], R=bands["R"])
