"""Candidates for sources: classes of rasters on one grid, and polygons in its CRS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning._validation import check_polygons, check_same_crs, check_transformable
from ecozoning._validation.grids import check_same_grid
from ecozoning.errors import CRSMismatchError, ParameterError
from ecozoning.network.surfaces import checked_metric_grid
from ecozoning.raster.factors import class_words
from ecozoning.raster.values import nodata_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray
    from pyproj import CRS

    from ecozoning._validation.grids import RasterGrid

__all__ = ["Candidates", "checked_candidates"]

MOST = 30
"""Candidates that have a bit each in 32."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Land that may be a source; candidate k has the bit ``1 << k``.

    Attributes
    ----------
    crs : pyproj.CRS
        Of all.
    grid : RasterGrid or None
        Of the rasters, if there are any.
    cells : (rows, columns) int32 or None
        Bits of the candidates that hold a cell.
    polygons : mapping of int to geopandas.GeoDataFrame
        By bit.
    names : mapping of int to str
        By bit.
    """

    crs: CRS
    grid: RasterGrid | None
    cells: NDArray[np.int32] | None
    polygons: Mapping[int, gpd.GeoDataFrame]
    names: Mapping[int, str]

    @property
    def bits(self) -> list[int]:
        """Bits of the rasters."""
        return [bit for bit in self.names if bit not in self.polygons]

    @property
    def evidence(self) -> str:
        """What outlines follow, in words."""
        parts = ["polygons"] if self.polygons else []
        if self.grid is not None:
            wide, high = abs(self.grid.dx), abs(self.grid.dy)
            parts.insert(0, f"cells of {wide:.0f} m by {high:.0f} m")
        return " and ".join(parts)

    def told(self, bits: int) -> str:
        """Return the names of some candidates."""
        return " + ".join(name for bit, name in self.names.items() if bits & bit)


def checked_candidates(candidates: Sequence[Any]) -> Candidates:
    """Return candidates that lie in one place, or say what is wrong with them."""
    if not 1 <= len(candidates) <= MOST:
        msg = (
            f"{len(candidates)} candidates were given, but 1 to {MOST} are needed, e.g."
            " `select_sources((mspa, 'core'), protected_areas)`."
        )
        raise ParameterError(msg)
    pairs = {k: _pair(one, k) for k, one in enumerate(candidates)}
    rasters = {k: pair for k, pair in pairs.items() if pair is not None}
    layers = {
        k: check_polygons(one, name=f"candidates[{k}]")
        for k, one in enumerate(candidates)
        if k not in rasters
    }
    grid, cells = _cells(rasters)
    crs = _common_crs(layers, grid)
    names = {
        1 << k: _name(*pairs_of) if (pairs_of := pairs[k]) else _layer_name(k, layers)
        for k in range(len(candidates))
    }
    polygons = {1 << k: layer for k, layer in layers.items()}
    return Candidates(crs, grid, cells, polygons, names)


def _pair(candidate: Any, place: int) -> tuple[xr.DataArray, list[Any]] | None:  # noqa: ANN401 -- checked here
    """Return a raster and its classes, None for what should be a layer."""
    if hasattr(candidate, "dims"):
        msg = (
            f"`candidates[{place}]` is a raster without the class that counts; give "
            "both, e.g. `(mspa, 'core')` or `(importance, 3)`."
        )
        raise ParameterError(msg)
    if not isinstance(candidate, tuple):
        return None
    if len(candidate) != 2 or not hasattr(candidate[0], "dims"):
        msg = (
            f"`candidates[{place}]` should be a raster and its classes, e.g. "
            "`(mspa, 'core')`, or a layer of polygons."
        )
        raise ParameterError(msg)
    raster, classes = candidate
    many = isinstance(classes, list | tuple | set | frozenset)
    return raster, list(classes) if many else [classes]


def _name(raster: xr.DataArray, classes: list[Any]) -> str:
    return f"{raster.name or 'raster'}: {', '.join(map(str, classes))}"


def _layer_name(place: int, layers: Mapping[int, gpd.GeoDataFrame]) -> str:
    return "polygons" if len(layers) == 1 else f"polygons {place + 1}"


def _cells(
    rasters: Mapping[int, tuple[xr.DataArray, list[Any]]],
) -> tuple[RasterGrid | None, NDArray[np.int32] | None]:
    """Return the grid of rasters, and the bits of the candidates of each cell."""
    if not rasters:
        return None, None
    named = {f"candidates[{k}]": raster for k, (raster, _) in rasters.items()}
    name, first = next(iter(named.items()))
    grid = checked_metric_grid(first, name=name)
    check_same_grid(**named)
    cells = np.zeros((grid.rows, grid.columns), dtype=np.int32)
    for k, (raster, classes) in rasters.items():
        codes = [_code(one, raster, f"candidates[{k}]") for one in classes]
        values = np.asarray(raster.data)
        counts = np.isin(values, codes) & (values != nodata_of(raster))
        cells[counts] |= 1 << k
    return grid, cells


def _code(wanted: Any, raster: xr.DataArray, name: str) -> int:  # noqa: ANN401 -- checked here
    """Return the number of a class, insisting that a word is among the flags."""
    if isinstance(wanted, int | np.integer) and not isinstance(wanted, bool):
        return int(wanted)
    words = class_words(raster, None, name=name, argument="flag_values")
    for code, word in words.items():
        if word == wanted:
            return code
    msg = (
        f"`{name}` has no class {wanted!r}; it has {', '.join(words.values())}, or "
        "give the number of the class."
    )
    raise ParameterError(msg)


def _common_crs(layers: Mapping[int, gpd.GeoDataFrame], grid: RasterGrid | None) -> CRS:
    """Return the one CRS of all candidates, in metres."""
    named = {f"candidates[{k}]": layer for k, layer in layers.items()}
    own = check_same_crs(named) if named else None
    crs = grid.crs if grid is not None else own
    if crs is None:
        msg = "no candidate was given."
        raise ParameterError(msg)
    first = next(iter(named), "candidates[0]")
    if own is not None and not own.equals(crs, ignore_axis_order=True):
        msg = (
            f"`{first}` is in {own.name} but the rasters are in {crs.name}; use "
            f"`.to_crs(raster.rio.crs)`."
        )
        raise CRSMismatchError(msg)
    if crs.is_geographic:
        msg = (
            f"`{first}` is in degrees ({crs.name}), but distances in metres are "
            "needed; use `.to_crs(layer.estimate_utm_crs())`, or the EPSG code of your "
            "CGCS2000 zone."
        )
        raise CRSMismatchError(msg)
    return check_transformable(crs, name=first)
