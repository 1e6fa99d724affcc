"""Checks of the geometries of a layer, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely
from shapely import GeometryType

from ecozoning._validation.threads import in_threads
from ecozoning.errors import GeometryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = [
    "LINES",
    "POINTS",
    "POLYGONS",
    "SHAPES",
    "Kind",
    "check_geometries",
    "rows_named",
]

_SHOWN: Final = 5


class Kind(NamedTuple):
    """A kind of geometry that a function can work with, and how to select it."""

    noun: str
    types: tuple[GeometryType, ...]
    single: str


POLYGONS = Kind(
    "polygons", (GeometryType.POLYGON, GeometryType.MULTIPOLYGON), "Polygon"
)
POINTS = Kind("points", (GeometryType.POINT,), "Point")
LINES = Kind(
    "lines", (GeometryType.LINESTRING, GeometryType.MULTILINESTRING), "LineString"
)
SHAPES = Kind(
    "points, lines or polygons",
    (*POLYGONS.types, *LINES.types, *POINTS.types, GeometryType.MULTIPOINT),
    "Polygon",
)


def check_geometries(frame: gpd.GeoDataFrame, *, name: str, kind: Kind) -> None:
    """Refuse, in this order, missing, empty, other, 3-D and invalid geometries."""
    geometries = frame.geometry.to_numpy()
    absent = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    _refuse(
        frame,
        absent,
        f"in `{name}` {{rows}} without a geometry, but every row needs one; drop them "
        f"with `{name}[{name}.count_coordinates() > 0]`.",
    )
    _refuse(
        frame,
        ~np.isin(shapely.get_type_id(geometries), kind.types),
        f"in `{name}` {{rows}} of another kind than {kind.noun}; take the {kind.noun} "
        f"out with `{name}.explode(ignore_index=True).loc[lambda layer: "
        f"layer.geom_type == {kind.single!r}]`.",
    )
    _refuse(
        frame,
        shapely.has_z(geometries),
        f"in `{name}` {{rows}} with heights, but plane geometry is needed; drop the "
        f"heights by `shapely.force_2d`: `{name}.force_2d()`.",
    )
    _refuse_invalid(frame, geometries, name)


def _refuse_invalid(
    frame: gpd.GeoDataFrame, geometries: NDArray[np.object_], name: str
) -> None:
    """Refuse coordinates that are not finite, then geometries that are not valid."""
    invalid = ~in_threads(shapely.is_valid, geometries)
    if not invalid.any():
        return
    finite = np.ones(len(geometries), dtype=bool)
    coordinates, row = shapely.get_coordinates(geometries[invalid], return_index=True)
    lost = np.unique(row[~np.isfinite(coordinates).all(axis=1)])
    finite[np.flatnonzero(invalid)[lost]] = False
    _refuse(
        frame,
        ~finite,
        f"in `{name}` {{rows}} with coordinates that are NaN or infinite, but finite "
        f"ones are needed; leave them out with `{name}.drop(index=...)` or read the "
        "source again.",
    )
    reason = shapely.is_valid_reason(geometries[invalid][0])
    _refuse(
        frame,
        invalid,
        f"in `{name}` {{rows}} with invalid geometry (the first: {reason}); mend them "
        f"by `shapely.make_valid`: `{name}.make_valid(method='structure', "
        "keep_collapsed=False)`, and look at what it changed.",
    )


def _refuse(frame: gpd.GeoDataFrame, bad: NDArray[np.bool_], message: str) -> None:
    """Raise a `GeometryError` about the rows marked; ``{rows}`` becomes their list."""
    if not bad.any():
        return
    labels = frame.index[bad].tolist()
    verb = "is" if len(labels) == 1 else "are"
    msg = message.replace("{rows}", f"{verb} {rows_named(labels, 'row')}")
    raise GeometryError(msg, index=tuple(labels))


def rows_named(labels: Sequence[object], noun: str) -> str:
    """Return for instance ``3 rows (0, 4, 'x')``, with at most five labels."""
    shown = ", ".join(repr(label) for label in labels[:_SHOWN])
    more = ", ..." if len(labels) > _SHOWN else ""
    plural = "" if len(labels) == 1 else "s"
    return f"{len(labels)} {noun}{plural} ({shown}{more})"
