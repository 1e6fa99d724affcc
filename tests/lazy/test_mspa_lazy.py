"""Pattern classes of lazy maps: the same however they are cut, nothing too early."""

import numpy as np
import pytest
from scipy import ndimage

from ecozoning.errors import ParameterError
from ecozoning.network import mspa

da = pytest.importorskip("dask.array")
dask = pytest.importorskip("dask")

NOISE = np.random.default_rng(4).normal(size=(60, 70))
VALUES = (ndimage.gaussian_filter(NOISE, 1.5) > 0).astype(float)
VALUES[20:24, 30:33] = np.nan


@pytest.mark.parametrize("chunks", [(60, 70), (13, 17), (60, 9), (5, 70)])
@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("connectivity", [4, 8])
def test_chunks_change_nothing(make_raster, chunks, width, connectivity):
    raster = make_raster(VALUES)
    lazy = mspa(raster.chunk(y=chunks[0], x=chunks[1]), width, connectivity)
    assert isinstance(lazy.data, da.Array)
    assert lazy.chunks == raster.chunk(y=chunks[0], x=chunks[1]).chunks
    assert lazy.equals(mspa(raster, width, connectivity))


def test_nothing_is_computed_while_the_graph_is_built(make_raster):
    def refuse(*_, **__):
        raise AssertionError("computed while building the graph")

    lazy = make_raster(VALUES).chunk(y=20, x=30)
    with dask.config.set(scheduler=refuse):
        assert isinstance(mspa(lazy).data, da.Array)


def test_other_values_are_refused_when_computed(make_raster):
    lazy = mspa(make_raster(VALUES * 2).chunk(y=20, x=30))
    with pytest.raises(ParameterError, match="holds 2"):
        lazy.compute()
