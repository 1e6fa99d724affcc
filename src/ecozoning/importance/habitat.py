"""Habitat quality (生境质量): what threats around leave of a habitat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import xarray as xr

from ecozoning._kernels.spreading import by_density, by_nearest
from ecozoning._optional import import_optional
from ecozoning.errors import ParameterError
from ecozoning.importance.threats import (
    check_habitats,
    check_threats,
    classes_of,
    presence,
)
from ecozoning.raster.checks import check_positive
from ecozoning.raster.factors import cite
from ecozoning.raster.grid import check_same_grid, grid_of
from ecozoning.raster.values import as_raster, is_lazy, nodata_of
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from ecozoning.rulesets import Ruleset

    Floats = NDArray[np.float64]

__all__ = ["habitat_quality"]

Spread = Literal["nearest", "density"]


def habitat_quality(
    land_cover: xr.DataArray,
    threats: Mapping[str, xr.DataArray],
    *,
    parameters: pd.DataFrame,
    habitats: pd.DataFrame,
    half_saturation: float | None = None,
    spread: Spread = "nearest",
    ruleset: str | Ruleset = "redline2017",
) -> xr.Dataset:
    r"""
    Return habitat quality and degradation, in the form of InVEST [1]_.

    .. math::

        Q = H \left( 1 - \frac{D^z}{D^z + k^z} \right), \quad
        D = \sum_r \frac{w_r}{\sum w} \, i_r \, S_{jr}

    H is the suitability of a habitat, S its sensitivity to a threat, w the weight of a
    threat and i what is left of it at a distance d: 1 - d/d_max (linear) or
    exp(-2.99 d/d_max) (exponential), 0 beyond d_max.

    Parameters
    ----------
    land_cover : xarray.DataArray, dims (y, x)
        Classes as whole numbers, in metres or degrees.
    threats : mapping of str to xarray.DataArray, dims (y, x)
        Where each threat is: 1, else 0. With ``spread="density"`` also parts of 1.
        Nodata counts as 0.
    parameters : pandas.DataFrame
        Index: names of threats; columns ``weight`` (>= 0), ``max_distance_m`` (> 0) and
        ``decay`` ("linear" or "exponential").
    habitats : pandas.DataFrame
        Index: classes of `land_cover`; columns ``habitat`` and one for each threat, its
        sensitivity, all 0 to 1.
    half_saturation : float, optional
        Degradation k > 0 at which half of the quality is left. By default half of
        the highest degradation, so that the result depends on the extract.
    spread : {"nearest", "density"}
        A threat works from its nearest cell, as published and as in InVEST from 3.13
        on (exact distances); or as the mean around a cell with weights that add up to
        1, as in InVEST 3.3 to 3.12 (convolution by FFT). Far lower numbers come of the
        second where threats are few.
    ruleset : str or Ruleset
        With a table ``habitat_quality``: z, k and the rate of exponential decay.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        `quality` and `degradation`, float32, 0 to 1, NaN where `land_cover` is nodata.
        Lazy if an input is, and then computed in one piece.

    Raises
    ------
    ParameterError
        If a table lacks a threat, a column or a class that occurs, a number is beyond
        its range, or no weight is above 0; if no habitat is degraded and
        `half_saturation` is not given. Of a lazy raster, values are judged when
        computed.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.

    Notes
    -----
    Give rasters a margin of the farthest reach: beyond them there are no threats, and
    quality at the rim comes out too high. In degrees cells have the size of those in
    the middle row. Accessibility is 1. All is done in double precision, at about 60
    bytes per cell.

    References
    ----------
    .. [1] Sharp, R. et al. (2018). InVEST user's guide: habitat quality. The Natural
       Capital Project.

    Examples
    --------
    A road in the first cell reaches 60 m: at 30 m half of it is left, at 60 m nothing.

    >>> import numpy as np, pandas as pd, rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0], "x": [0.0, 30, 60]}
    >>> cover = xr.DataArray(np.ones((2, 3)), axes, ("y", "x")).rio.write_crs(4547)
    >>> road = cover.copy(data=[[1.0, 0, 0], [1, 0, 0]])
    >>> parameters = pd.DataFrame(
    ...     {"weight": [1.0], "max_distance_m": [60.0], "decay": ["linear"]}, ["road"]
    ... )
    >>> habitats = pd.DataFrame({"habitat": [1.0], "road": [1.0]}, [1])
    >>> found = habitat_quality(
    ...     cover, {"road": road}, parameters=parameters, habitats=habitats
    ... )
    >>> found["degradation"].to_numpy()[0]
    array([1. , 0.5, 0. ], dtype=float32)
    >>> found["quality"].to_numpy()[0].round(3)
    array([0.15, 0.5 , 1.  ], dtype=float32)
    """
    if spread not in get_args(Spread):
        msg = f"`spread` is {spread!r}; use 'nearest' or 'density'."
        raise ParameterError(msg)
    if half_saturation is not None:
        check_positive("half_saturation", half_saturation)
    rules = load_ruleset(ruleset) if isinstance(ruleset, str) else ruleset
    check_threats(parameters, threats)
    check_habitats(habitats, threats)
    grid = grid_of(land_cover, name="land_cover", metric=True)
    check_same_grid(land_cover=land_cover, **threats)
    width, height = grid.cell_lengths_m()[grid.rows // 2].tolist()
    model = _Model(
        parameters.loc[list(threats)],
        habitats,
        tuple(nodata_of(one) for one in (land_cover, *threats.values())),
        (height, width),
        spread,
        (
            rules["habitat_quality"].value("exponent"),
            rules["habitat_quality"].value("half_saturation_share"),
            rules["habitat_quality"].value("exponential_decay"),
        ),
        half_saturation,
    )
    both = _run(model, [land_cover, *threats.values()])
    return _labelled(both, land_cover, model, rules)


@dataclass(frozen=True, eq=False)
class _Model:
    """All that decides about a cell but the rasters."""

    parameters: pd.DataFrame
    habitats: pd.DataFrame
    nodata: tuple[float, ...]
    cell: tuple[float, float]
    spread: Spread
    constants: tuple[float, float, float]
    half_saturation: float | None

    def __call__(self, land_cover: NDArray[Any], *threats: NDArray[Any]) -> Floats:
        """Return quality and degradation, (2, y, x)."""
        at = classes_of(land_cover, self.nodata[0], self.habitats)
        total = np.zeros(land_cover.shape)
        weights = self.parameters["weight"] / self.parameters["weight"].sum()
        for k, (name, row) in enumerate(self.parameters.iterrows()):
            told = str(name)
            there = presence(
                threats[k], self.nodata[k + 1], told, whole=self.spread == "nearest"
            )
            rate = self.constants[2] if row["decay"] == "exponential" else 0.0
            spread = by_nearest if self.spread == "nearest" else by_density
            left = spread(there, self.cell, float(row["max_distance_m"]), rate)
            sensitivity = np.append(self.habitats[told].to_numpy(float), np.nan)
            total += weights[told] * left * sensitivity[at]
        suitability = np.append(self.habitats["habitat"].to_numpy(float), np.nan)[at]
        total[suitability == 0] = 0.0
        return np.stack([self._quality(suitability, total), total])

    def _quality(self, suitability: Floats, degradation: Floats) -> Floats:
        exponent, share, _ = self.constants
        k = self.half_saturation
        if k is None:
            k = share * float(np.fmax.reduce(degradation, axis=None, initial=0.0))
        if k <= 0:
            msg = "no habitat is degraded, so give `half_saturation`, e.g. 0.5."
            raise ParameterError(msg)
        power = degradation**exponent
        return np.asarray(suitability * (1.0 - power / (power + k**exponent)))


def _run(model: _Model, rasters: list[xr.DataArray]) -> Any:  # noqa: ANN401 -- an array
    """Return (2, y, x), as one lazy block if a raster is lazy."""
    data = [raster.data for raster in rasters]
    if not is_lazy(rasters):
        return model(*data)
    delayed = import_optional("dask", extra="dask").delayed
    da: Any = import_optional("dask.array", extra="dask")
    made = delayed(model, traverse=False)(*data)
    return da.from_delayed(made, (2, *rasters[0].shape), np.float64)


def _labelled(
    both: Any,  # noqa: ANN401 -- a NumPy or a Dask array, (2, y, x)
    like: xr.DataArray,
    model: _Model,
    rules: Ruleset,
) -> xr.Dataset:
    layers = {
        "quality": "habitat quality",
        "degradation": "degradation of habitats by threats",
    }
    made = {}
    for k, (name, long_name) in enumerate(layers.items()):
        data = both[k].astype(np.float32)
        raster = as_raster(data, like, name=name, units="1", long_name=long_name)
        raster.attrs["method"] = f"InVEST's form, threats by {model.spread}"
        made[name] = cite(raster, rules, "habitat_quality")
    return xr.Dataset(made)
