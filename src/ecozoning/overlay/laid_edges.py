"""Polygons laid out as edges for `_kernels.shared_areas`, and pairs that overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely
from shapely import GeometryType

from ecozoning._apply import run_kernel
from ecozoning._kernels.ellipsoid import E2, SEMI_MAJOR_M
from ecozoning.overlay.areas import Rings, rings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "LaidEdges",
    "Pairs",
    "laid_edges",
    "overlapping",
    "own_plate_areas",
    "rounding",
]

BINNED_EDGES: Final = 64
EDGES_PER_BIN: Final = 4
BLOCK_ROWS: Final = 100_000
BANDS: Final = 32
NODES: Final = 5
_AT: Final = (1 - np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)) / 2
_SOLVE: Final = np.linalg.inv(np.vander(_AT, increasing=True))


class LaidEdges(NamedTuple):
    """The edges of polygons, see `_kernels.shared_areas`."""

    edges: Floats
    ends: Ints
    boxes: Floats
    slots: Ints
    starts: Ints
    members: Ints


class Pairs(NamedTuple):
    """Pairs of polygons that share land, by left, then right; areas of the plane."""

    left: NDArray[np.intp]
    right: NDArray[np.intp]
    area: Floats


def laid_edges(geometries: NDArray[np.object_]) -> LaidEdges:
    """Lay out valid polygons."""
    from ecozoning._kernels.ring_edges import ring_edges

    rings = _rings(geometries)
    turned = np.ascontiguousarray(rings.vertices[:, ::-1])
    edges = np.empty((max(len(turned) - len(rings.owner), 0), 5))
    ends = np.zeros((len(geometries), 2), dtype=np.int64)
    boxes = np.tile([np.inf, -np.inf, np.inf, -np.inf], (len(geometries), 1))
    owner = rings.owner.astype(np.int64)
    order = np.argsort(owner, kind="stable")
    count = ring_edges(
        turned, rings.starts, owner, rings.is_hole, order, edges, ends, boxes
    )
    return _binned(edges[:count], ends, boxes)


def _rings(geometries: NDArray[np.object_]) -> Rings:
    """Return rings as `rings_of` does, without making a geometry of each."""
    from ecozoning._kernels.ring_starts import ring_starts

    several = np.flatnonzero(
        shapely.get_type_id(geometries) != GeometryType.POLYGON
    )  # taking parts copies them
    parts, owner = shapely.get_parts(geometries[several], return_index=True)
    if several.size < len(geometries):
        plain = np.delete(np.arange(len(geometries)), several)
        parts = np.concatenate([geometries[plain], parts])
        owner = np.concatenate([plain, several[owner]])
    sizes = shapely.get_num_coordinates(parts)
    begins = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    counts = shapely.get_num_interior_rings(parts).astype(np.int64) + 1
    starts = np.zeros(counts.sum() + 1, dtype=np.int64)
    vertices = shapely.get_coordinates(parts)
    if not ring_starts(vertices, begins, counts, starts):
        return rings_of(geometries)
    is_hole = np.ones(counts.sum(), dtype=bool)
    is_hole[np.cumsum(counts) - counts] = False
    return Rings(vertices, starts, np.repeat(owner, counts), is_hole)


def _binned(edges: Floats, ends: Ints, boxes: Floats) -> LaidEdges:
    """Return edges with those of polygons of many edges sorted into bins along x."""
    from ecozoning._kernels.shared_areas import bin_members, bin_sizes

    count = ends[:, 1] - ends[:, 0]
    bins = np.where(count > BINNED_EDGES, count // EDGES_PER_BIN, 0)
    slots = np.concatenate([[0], np.cumsum(bins)]).astype(np.int64)
    sizes = np.zeros(slots[-1], dtype=np.int64)
    bin_sizes(edges, ends, boxes, slots, sizes)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    members = np.empty(starts[-1], dtype=np.int64)
    bin_members(edges, ends, boxes, slots, starts[:-1].copy(), members)
    return LaidEdges(edges, ends, boxes, slots, starts, members)


def overlapping(
    a: NDArray[np.object_],
    b: NDArray[np.object_],
    *,
    radians: float | None = None,
    once: bool = False,
) -> Pairs:
    """
    Return the pairs of polygons that share more than what rounding can make.

    Areas are those of the plane of the coordinates or, with `radians` in their unit, of
    the ellipsoid, in m2. `once` is for a layer against itself: left < right.
    """
    tree, right_edges = shapely.STRtree(b), laid_edges(b)
    found = [
        _overlapping(a, first, tree, right_edges, radians, once)
        for first in range(0, len(a), BLOCK_ROWS)
    ]
    return Pairs(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _overlapping(
    a: NDArray[np.object_],
    first: int,
    tree: shapely.STRtree,
    right_edges: LaidEdges,
    radians: float | None,
    once: bool,
) -> Pairs:
    block = a[first : first + BLOCK_ROWS]
    left, right = tree.query(block)
    if once:
        left, right = (side[left + first < right] for side in (left, right))
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    edges = laid_edges(block)
    pairs = np.column_stack([left, right])
    boxes = _common_boxes(edges.boxes[left], right_edges.boxes[right])
    strips, density = np.zeros((1, NODES)), np.ones(1)
    if radians is not None:
        strips = strip_polynomials(boxes[:, 2], boxes[:, 3], radians)
        density = strips[:, 0]
    area = _areas_of(edges, right_edges, pairs, strips, plane=radians is None)
    real = area > density * _rounding_in(boxes)
    return Pairs(left[real] + first, right[real], area[real])


def _areas_of(
    a: LaidEdges, b: LaidEdges, pairs: Ints, strips: Floats, *, plane: bool
) -> Floats:
    from ecozoning._kernels.shared_areas import shared_areas

    area = np.zeros(len(pairs))
    if len(pairs):
        ends = np.unique(np.linspace(0, len(pairs), BANDS + 1).astype(int)).tolist()
        inputs: tuple[Any, ...] = (tuple(a), tuple(b), pairs, strips)
        run_kernel(shared_areas, inputs, area, (plane,), ends=ends)
    return area


def _common_boxes(one: Floats, other: Floats) -> Floats:
    """Return the boxes that pairs of boxes share: west, east, south, north."""
    low = np.maximum(one[:, ::2], other[:, ::2])
    high = np.minimum(one[:, 1::2], other[:, 1::2])
    return np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=1)


def _rounding_in(boxes: Floats) -> Floats:
    """Return the area by which polygons that only touch may overlap by rounding."""
    digit = np.spacing(np.abs(boxes).max(axis=1, initial=0.0))
    around = boxes[:, 1] - boxes[:, 0] + boxes[:, 3] - boxes[:, 2]
    rounded: Floats = 2 * digit * np.maximum(around, 0.0)
    return rounded


def rounding(geometries: NDArray[np.object_]) -> Floats:
    """Return the area that the last digit of coordinates makes along each border."""
    digit = np.spacing(np.abs(shapely.bounds(geometries)).max(axis=1, initial=0.0))
    around: Floats = 4 * digit * shapely.length(geometries)
    return around


def strip_polynomials(south: Floats, north: Floats, radians: float) -> Floats:
    """
    Return the land of a meridian strip of unit width by its height u above `south`.

    Coefficients of u, u^2, ..., u^5 in m2, from the density of land, a^2 (1 - e^2)
    cos(lat) / (1 - e^2 sin^2(lat))^2, at the Chebyshev nodes between both parallels;
    3e-14 of the area off for boxes of one degree, 3e-9 for ten.
    """
    high = np.maximum(north - south, 1e-12)
    lat = (south[:, None] + high[:, None] * _AT) * radians
    land = SEMI_MAJOR_M**2 * (1 - E2) * np.cos(lat) / (1 - E2 * np.sin(lat) ** 2) ** 2
    power = np.arange(1, NODES + 1)
    terms: Floats = (land * radians**2) @ _SOLVE.T / power
    terms /= high[:, None] ** (power - 1)
    return np.ascontiguousarray(terms)


def own_plate_areas(geometries: NDArray[np.object_], radians: float) -> Floats:
    """Return areas on the ellipsoid, m2, of polygons with edges straight in degrees."""
    from ecozoning._kernels.shared_areas import own_areas

    laid = laid_edges(geometries)
    strips = strip_polynomials(laid.boxes[:, 2], laid.boxes[:, 3], radians)
    areas = np.zeros(len(geometries))
    if len(geometries):
        run_kernel(own_areas, (laid.edges, laid.ends, laid.boxes, strips), areas)
    return areas
