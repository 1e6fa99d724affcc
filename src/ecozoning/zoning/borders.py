"""Smooth lines between labelled cells, and their shift to exact areas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.ndimage import gaussian_filter1d

from ecozoning._kernels.labels import border_segments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.zoning.grid import Grid

__all__ = ["Border", "borders_of", "shift_borders", "smooth", "thin"]

TAPER = 0.15
"""Part of a border, at an end that meets other borders, that a shift leaves behind."""


@dataclass(frozen=True)
class Border:
    """A line between two zones in the grid's metres.

    Attributes
    ----------
    points : numpy.ndarray, (n, 2)
        Vertices; a closed border repeats the first.
    left, right : int
        Zones on its two sides.
    fixed : tuple of bool
        Whether the first and the last end meet other borders and must stay.
    """

    points: NDArray[np.float64]
    left: int
    right: int
    fixed: tuple[bool, bool]

    @property
    def closed(self) -> bool:
        """Whether the border is a ring."""
        return bool(np.array_equal(self.points[0], self.points[-1]))


def borders_of(labels: NDArray[np.intp], grid: Grid) -> list[Border]:
    """Return the stepped borders of a padded label raster, in a stable order."""
    edges, sides = border_segments(labels)
    if not len(edges):
        return []
    lines = shapely.linestrings(grid.corners(edges))
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    parts = sorted(shapely.get_parts(merged), key=lambda line: line.bounds)
    sided = {_key(line): side for line, side in zip(lines, sides, strict=True)}
    ends = _junctions(parts)
    return [_border(part, sided, ends) for part in parts]


def _key(line: shapely.LineString) -> tuple[tuple[float, ...], ...]:
    first, last = shapely.get_coordinates(line)[[0, -1]]
    return tuple(np.round(first, 3)), tuple(np.round(last, 3))


def _junctions(parts: list[shapely.LineString]) -> set[tuple[float, ...]]:
    ends = np.concatenate([shapely.get_coordinates(p)[[0, -1]] for p in parts])
    points, counts = np.unique(np.round(ends, 3), axis=0, return_counts=True)
    return {tuple(p) for p in points[counts > 2]}


def _border(
    part: shapely.LineString,
    sided: dict[tuple[tuple[float, ...], ...], NDArray[np.intp]],
    junctions: set[tuple[float, ...]],
) -> Border:
    points = shapely.get_coordinates(part)
    key = _key(shapely.LineString(points[:2]))
    left, right = sided[key] if key in sided else sided[key[::-1]][::-1]
    fixed = tuple(tuple(np.round(end, 3)) in junctions for end in points[[0, -1]])
    return Border(points, int(left), int(right), (fixed[0], fixed[1]))


def smooth(border: Border, cells: float) -> Border:
    """Return a border without steps; its ends stay where they are."""
    points = border.points
    if len(points) < 4:
        return border
    if border.closed:
        ring = gaussian_filter1d(points[:-1], cells, axis=0, mode="wrap")
        return replace(border, points=np.vstack([ring, ring[:1]]))
    reach = min(len(points) - 1, int(4 * cells))
    head = 2 * points[0] - points[reach:0:-1]
    tail = 2 * points[-1] - points[-2 : -2 - reach : -1]
    long = gaussian_filter1d(np.vstack([head, points, tail]), cells, axis=0)
    out = long[reach : reach + len(points)]
    out[[0, -1]] = points[[0, -1]]
    return replace(border, points=out)


def thin(border: Border, tolerance_m: float) -> Border:
    """Return a border without the vertices that change it by less than a tolerance."""
    line = shapely.simplify(shapely.LineString(border.points), tolerance_m)
    return replace(border, points=shapely.get_coordinates(line))


def shift_borders(
    borders: list[Border], lack: NDArray[np.float64], county: shapely.Geometry
) -> list[Border]:
    """
    Return the borders moved sideways so that every zone gains what it lacks.

    Each border moves by one distance over its length in the county, less near the ends
    that meet other borders. The distances are the smallest, in the least-squares sense,
    that transfer `lack` square metres to each zone, to first order; NaN leaves a zone
    free.
    """
    lengths = np.array([_movable_length(b, county) for b in borders])
    transfer = np.zeros((lack.size, len(borders)))
    for column, border in enumerate(borders):
        transfer[border.left, column] -= lengths[column]
        transfer[border.right, column] += lengths[column]
    bound = np.isfinite(lack)  # a free zone may gain or lose anything
    distance = np.linalg.lstsq(transfer[bound], lack[bound], rcond=None)[0]
    return [_moved(b, d) for b, d in zip(borders, distance, strict=True)]


def _tapers(border: Border) -> NDArray[np.float64]:
    """Return per vertex how much of a shift it takes: 0 at a junction, else up to 1."""
    step = np.hypot(*np.diff(border.points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(step)])
    place = along / max(along[-1], 1e-9)
    start = np.clip(place / TAPER, 0, 1) if border.fixed[0] else 1.0
    end = np.clip((1 - place) / TAPER, 0, 1) if border.fixed[1] else 1.0
    return np.asarray(np.broadcast_to(start * end, place.shape))


def _movable_length(border: Border, county: shapely.Geometry) -> float:
    middle = (border.points[1:] + border.points[:-1]) / 2
    step = np.hypot(*np.diff(border.points, axis=0).T)
    taper = _tapers(border)
    inside = shapely.contains_xy(county, *middle.T)
    return float((step * (taper[1:] + taper[:-1]) / 2)[inside].sum())


def _moved(border: Border, distance: float) -> Border:
    """Move a border to its left by a distance in metres, ends tapered."""
    points = border.points
    if border.closed:
        around = np.vstack([points[-2:-1], points, points[1:2]])
        tangent = around[2:] - around[:-2]
    else:
        tangent = np.gradient(points, axis=0)
    length = np.maximum(np.hypot(*tangent.T), 1e-9)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]]) / length[:, None]
    return replace(border, points=points + distance * _tapers(border)[:, None] * normal)
