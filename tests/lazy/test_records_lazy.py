"""Records of weather as lazy stacks: the same bits for any chunks, little memory."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
import rioxarray  # noqa: F401 -- writes the CRS
import xarray as xr

from ecozoning.errors import ParameterError
from ecozoning.importance import weather_factor, wind_climate
from ecozoning.sensitivity import rainfall_erosivity, windy_days

dask = pytest.importorskip("dask")
da = pytest.importorskip("dask.array")

DAYS = pd.date_range("2020-01-01", "2021-12-31")
RNG = np.random.default_rng(3)


def stack_of(values, time=DAYS):
    rows, columns = values.shape[1:]
    axes = {"time": time, "y": 30.0 * np.arange(rows)[::-1]}
    axes["x"] = 30.0 * np.arange(columns)
    return xr.DataArray(values, axes, ("time", "y", "x")).rio.write_crs(4547)


RAIN = stack_of(RNG.gamma(0.3, 12.0, (DAYS.size, 5, 6)).astype("float32"))
RAIN[:, 2, 3] = np.nan
NAMES = ("precipitation", "rain_days", "evapotranspiration", "temperature")
NORMALS = {
    name: stack_of(RNG.uniform(1, 20, (12, 5, 6)), range(1, 13)) for name in NAMES
}
NORMALS["snow_share"] = NORMALS["rain_days"] / 31
CALLS = {
    "daily": rainfall_erosivity,
    "half-month": lambda rain: rainfall_erosivity(rain, model="half-month"),
    "windy days": lambda rain: windy_days(rain.clip(max=100)),
    "weather": lambda rain: weather_factor(
        rain.clip(max=100), NORMALS, elevation=NORMALS["rain_days"][0], height_m=10
    ),
}
CHUNKS = [(731, 2, 3), (100, 5, 6), (7, 5, 1), (366, 1, 6)]


def refuse(*_, **__):
    raise AssertionError("computed while building the graph")


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("name", CALLS)
def test_chunks_change_no_bit(name, chunks):
    with dask.config.set(scheduler=refuse):
        lazy = CALLS[name](RAIN.chunk(time=chunks[0], y=chunks[1], x=chunks[2]))
    assert isinstance(lazy.data, da.Array)
    assert lazy.compute().identical(CALLS[name](RAIN))


@pytest.mark.parametrize("chunks", [(12, 2, 3), (5, 5, 1)])
def test_stacks_of_months_of_any_chunks(chunks):
    def climate(**chunked):
        wind, heat, rain = (
            NORMALS[key].chunk(chunked) if chunked else NORMALS[key]
            for key in NAMES[:3]
        )
        return wind_climate(
            wind,
            temperature=heat,
            relative_humidity=NORMALS["snow_share"],
            precipitation=rain,
            height_m=10,
        )

    with dask.config.set(scheduler=refuse):
        lazy = climate(**dict(zip(("time", "y", "x"), chunks, strict=True)))
    assert lazy.compute().identical(climate())


def test_gaps_are_refused_when_they_are_computed():
    lazy = rainfall_erosivity(RAIN.where(RAIN.time != RAIN.time[3]).chunk(time=50, x=2))
    with pytest.raises(ParameterError, match="cells with a value in some layers"):
        lazy.compute()


def test_a_long_record_is_never_held_whole():
    # 20 years of 4000 cells are 117 MB of numbers, in chunks of 2 MB.
    dates = pd.date_range("2001-01-01", "2020-12-31")
    days = da.random.default_rng(1).gamma(
        0.3, 12.0, (dates.size, 40, 100), (128, 40, 100)
    )
    lazy = rainfall_erosivity(stack_of(days.astype("float32"), dates))
    rainfall_erosivity(RAIN)  # compiles
    tracemalloc.start()
    with dask.config.set(scheduler="synchronous"):
        lazy.compute()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40e6
