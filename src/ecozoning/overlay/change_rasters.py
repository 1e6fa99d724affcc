"""Change between two rasters of classes, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.overlay.blocks import over_blocks
from ecozoning.overlay.change_tables import transition_of
from ecozoning.overlay.class_codes import class_labels
from ecozoning.overlay.raster_zones import RasterClasses
from ecozoning.overlay.zonal_request import nodata_in
from ecozoning.raster.grid import check_same_grid, grid_of
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.overlay.change_tables import Transition
    from ecozoning.overlay.polygon_zones import ClassPart

    Ints = NDArray[np.int64]
    Labels = dict[int, int | str]

__all__ = ["raster_transition"]


def raster_transition(before: Any, after: Any, *, by: object) -> Transition:  # noqa: ANN401 -- checked here
    """Cross the classes of two rasters, see `change_matrices.transition`."""
    if by is not None:
        msg = (
            f"`by` is {by!r}, but rasters have no columns; leave it out, and name "
            "classes by the attributes flag_values and flag_meanings."
        )
        raise ParameterError(msg)
    _check_both(before, after)
    grid = grid_of(before, name="before", metric=True)
    check_same_grid(before=before, after=after)
    nodata = nodata_in(before), nodata_in(after)
    job = RasterClasses(grid, *nodata, zones_name="before", classes_name="after")
    parts = over_blocks(job, [after.data, before.data], grid)
    old, new = _labels(before, after, parts)
    names = pd.Index(list(dict.fromkeys([*old.values(), *new.values()])), dtype=object)
    areas = np.zeros((len(names) + 1, len(names) + 1))
    for part in parts:
        rows = _places(part.zones, old, names)
        columns = _places(part.classes, new, names)
        areas[np.ix_(rows, columns)] += part.areas
    areas[-1, -1] = 0.0  # what neither covers
    if not areas[:-1, :-1].any():
        msg = (
            "`before` and `after` have no cell with a class in both, so nothing can "
            "have changed; see `before.rio.nodata` and `after.rio.nodata`."
        )
        raise NoDataError(msg)
    return transition_of(areas * convert(1, "m2", "km2"), names.tolist())


def _check_both(before: object, after: object) -> None:
    """Refuse a layer beside a raster."""
    for name, given in (("before", before), ("after", after)):
        if not hasattr(given, "dims"):
            msg = (
                f"`{name}` is a {type(given).__name__} and the other one a raster, but "
                "two of a kind are needed; for classes of a raster in polygons use "
                "`ecozoning.crosstab(zones, classes)`."
            )
            raise ParameterError(msg)


def _labels(
    before: xr.DataArray, after: xr.DataArray, parts: Sequence[ClassPart]
) -> tuple[Labels, Labels]:
    """Return the names of the classes that occur in each raster, in order."""
    old = np.unique(np.concatenate([part.zones for part in parts]))
    new = np.unique(np.concatenate([part.classes for part in parts]))
    rasters = {"before": before, "after": after}
    named = [name for name in rasters if rasters[name].attrs.get("flag_meanings")]
    if len(named) == 2:
        _check_vocabulary(before, after)
    one = named[0] if len(named) == 1 else ""  # lends its names to the other
    return (
        _occurring(rasters[one or "before"], old, name=one or "before"),
        _occurring(rasters[one or "after"], new, name=one or "after"),
    )


def _check_vocabulary(before: xr.DataArray, after: xr.DataArray) -> None:
    """Refuse names of which none is used twice: all land would seem to change."""
    words = [str(raster.attrs["flag_meanings"]).split() for raster in (before, after)]
    if {*words[0]} & {*words[1]}:
        return
    msg = (
        f"`before` and `after` have no name of a class in common: {words[0]} and "
        f"{words[1]}; call the same things alike, in attributes flag_meanings."
    )
    raise ParameterError(msg)


def _occurring(raster: xr.DataArray, found: Ints, *, name: str) -> Labels:
    labels = class_labels(raster, found, name=name)
    present = {*found.tolist()}
    return {value: label for value, label in labels.items() if value in present}


def _places(found: Ints, labels: Labels, names: pd.Index) -> Ints:
    """Return the rows of classes in the matrix, and of nodata, the last one."""
    own = [labels[value] for value in found.tolist()]
    return np.append(names.get_indexer(pd.Index(own, dtype=object)), len(names))
