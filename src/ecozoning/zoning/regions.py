"""Regions by max-p and SKATER, of `spopt`, one connected piece of land at a time."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

from ecozoning._optional import import_optional
from ecozoning.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]

__all__ = [
    "components_of",
    "linked_pieces",
    "max_p_regions",
    "refuse_zone_count",
    "skater_regions",
]

SEED = 0
"""Of the search of max-p, which starts at random: the same units, the same zones."""
LEAST_APART = 1e-9
"""How unlike equal units are: at 0, `spopt` would take neighbours for no neighbours."""


def components_of(left: Ints, right: Ints, count: int) -> Ints:
    """Return per unit its connected piece, numbered in the order of first units."""
    links = coo_array((np.ones(len(left)), (left, right)), shape=(count, count))
    pieces = connected_components(links, directed=False)[1]
    return np.asarray(pd.factorize(pieces)[0], dtype=np.intp)


def max_p_regions(
    traits: Floats, areas: Floats, left: Ints, right: Ints, *, least_area: float
) -> Ints:
    """Return per unit its region, as many regions as an area allows.

    A piece of land smaller than twice that area is one region.
    """
    region = import_optional("spopt.region", extra="regions")
    labels = np.empty(len(areas), dtype=np.intp)
    taken = 0
    for own, frame, weights in _pieces(traits, areas, left, right):
        found = np.zeros(len(own), dtype=np.intp)
        if len(own) > 1 and areas[own].sum() >= 2 * least_area:
            model = region.MaxPHeuristic(
                frame, weights, _names(traits), "area", least_area, top_n=2
            )
            _solve_seeded(model)
            found = np.unique(model.labels_, return_inverse=True)[1]
        labels[own] = found + taken
        taken += int(found.max()) + 1
    return labels


def skater_regions(
    traits: Floats, areas: Floats, left: Ints, right: Ints, *, n_zones: int
) -> Ints:
    """Return per unit its region: a spanning tree of likeness cut in so many parts.

    Each piece of land gets one region, and of the rest what its number of units is
    due, by the largest remainder.
    """
    region = import_optional("spopt.region", extra="regions")
    labels = np.empty(len(areas), dtype=np.intp)
    taken = 0
    pieces = list(_pieces(traits, areas, left, right))
    shares = _shares(np.array([len(own) for own, _, _ in pieces]), n_zones)
    for (own, frame, weights), share in zip(pieces, shares.tolist(), strict=True):
        found = np.zeros(len(own), dtype=np.intp)
        if share > 1:
            model = region.Skater(
                frame,
                weights,
                _names(traits),
                n_clusters=share,
                spanning_forest_kwds={"dissimilarity": _apart},
            )
            model.solve()
            found = np.unique(model.labels_, return_inverse=True)[1]
        labels[own] = found + taken
        taken += int(found.max()) + 1
    return labels


def _pieces(
    traits: Floats, areas: Floats, left: Ints, right: Ints
) -> Iterator[tuple[Ints, Any, Any]]:
    """Yield units, their attributes and their neighbours per connected piece."""
    import geopandas as gpd

    weights = import_optional("libpysal.weights", extra="regions")
    component = components_of(left, right, len(areas))
    for piece in range(component.max() + 1):
        own = np.flatnonzero(component == piece)
        frame = gpd.GeoDataFrame(
            {"area": areas[own]}
            | dict(zip(_names(traits), traits[own].T, strict=True)),
            geometry=np.full(len(own), None),
        )
        near: dict[int, list[int]] = {unit: [] for unit in range(len(own))}
        inside = component[left] == piece
        pairs = np.searchsorted(own, np.column_stack([left[inside], right[inside]]))
        for a, b in pairs.tolist():
            near[a].append(b)
            near[b].append(a)
        yield own, frame, weights.W(near, silence_warnings=True)


def _apart(a: Floats, b: Floats | None) -> Floats:
    """Return the sum of the differences in attributes, for each pair."""
    return np.asarray(cdist(a, a if b is None else b, "cityblock") + LEAST_APART)


def _names(traits: Floats) -> list[str]:
    return [f"trait_{number}" for number in range(traits.shape[1])]


def linked_pieces(
    polygons: Geometries, left: Ints, right: Ints, classes: Ints
) -> tuple[Ints, Ints]:
    """Return neighbours, and a link from each piece of a class to the next of it.

    Pieces are taken by their first units; each is linked to the nearest unit of the
    class in the pieces before it.
    """
    component = components_of(left, right, len(polygons))
    links = []
    for one in np.unique(classes):
        members = np.flatnonzero(classes == one)
        pieces, places = np.unique(component[members], return_index=True)
        for piece in pieces[np.argsort(places)][1:]:
            own = members[component[members] == piece]
            before = members[component[members] < piece]
            tree = shapely.STRtree(polygons[before])
            (mine, theirs), apart = tree.query_nearest(
                polygons[own], return_distance=True
            )
            best = np.lexsort((theirs, mine, apart))[0]
            links.append((own[mine[best]], before[theirs[best]]))
    more = np.sort(np.array(links, dtype=np.intp).reshape(-1, 2), axis=1)
    return np.append(left, more[:, 0]), np.append(right, more[:, 1])


def refuse_zone_count(n_zones: int, least: int, most: int) -> None:
    """Refuse a number of zones that units cannot make."""
    msg = (
        f"`n_zones` is {n_zones}, but {least} to {most} are possible: land that "
        "touches no other that it may join is a zone at least; use "
        "`islands='nearest'` to link it to the nearest."
    )
    raise ParameterError(msg)


def _shares(sizes: Ints, n_zones: int) -> Ints:
    """Return how many of all regions each piece of so many units gets."""
    if not len(sizes) <= n_zones <= sizes.sum():
        refuse_zone_count(n_zones, len(sizes), int(sizes.sum()))
    shares = np.ones(len(sizes), dtype=np.intp)
    room = sizes - 1
    due = room * (n_zones - len(sizes)) / max(room.sum(), 1)
    shares += np.floor(due).astype(np.intp)
    missing = n_zones - int(shares.sum())
    shares[np.argsort(np.floor(due) - due, kind="stable")[:missing]] += 1
    return shares


def _solve_seeded(model: Any) -> None:  # noqa: ANN401 -- spopt has no types
    """Solve a model that draws from the global generator, and leave that as it was."""
    state = np.random.get_state()  # noqa: NPY002 -- what spopt draws from
    np.random.seed(SEED)  # noqa: NPY002
    try:
        with warnings.catch_warnings():
            # Of words of pandas that spopt uses and that pandas is about to retire.
            warnings.simplefilter("ignore", DeprecationWarning)
            model.solve()
    finally:
        np.random.set_state(state)  # noqa: NPY002
