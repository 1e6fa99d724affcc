"""Graphs of patches: best paths, what they lose without a patch, who lies between.

A graph is in rows: links of node i are `nodes[starts[i]:starts[i + 1]]` with lengths in
`lengths`, both ways. Of equal paths the one that is found first is kept; nodes that are
equally far are taken by number.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["betweenness_counts", "flows_and_losses", "spare_links"]


@njit(nogil=True, cache=True, error_model="numpy")
def spare_links(lengths: Floats) -> Flags:
    """
    Return which links of a full matrix no best path needs, whichever node is taken out.

    Those for which two other nodes each give a path that is no longer, over two links
    that are shorter. Infinite is no link.
    """
    n = len(lengths)
    spare = np.zeros((n, n), np.bool_)
    for one in range(n):
        order = np.argsort(lengths[one])
        mine = lengths[one][order]
        for two in range(one + 1, n):
            length = lengths[one, two]
            theirs = lengths[two]
            found = 0
            for place in range(n):
                if mine[place] >= length or found == 2:
                    break
                via = order[place]
                if via in (one, two):
                    continue
                other = theirs[via]
                if other < length and mine[place] + other <= length:
                    found += 1
            spare[one, two] = spare[two, one] = found == 2
    return spare


@njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _worth(length: float, decays: bool) -> float:
    """Return what a path is worth: exp(-length), or 1 / (1 + length)."""
    return np.exp(-length) if decays else 1.0 / (1.0 + length)


@njit(nogil=True, cache=True, error_model="numpy")
def flows_and_losses(
    starts: Ints,
    nodes: Ints,
    lengths: Floats,
    weights: Floats,
    sources: Ints,
    decays: bool,
) -> tuple[Floats, Floats]:
    """
    Return what flows from each source, and what is lost without each node.

    The flow from i to j is the product of their weights and the worth of the best path.
    Flows are (sources,), to all other nodes. Losses are (nodes,): over all paths from
    `sources` between two others, how much less they are worth when the node is gone.
    """
    n = weights.size
    flows, losses = np.zeros(sources.size), np.zeros(n)
    best, parents, order = np.empty(n), np.empty(n, np.int64), np.empty(n, np.int64)
    places, sizes = np.full(n, -1), np.empty(n, np.int64)
    detours = np.full(n, np.inf)
    for k in range(sources.size):
        source = sources[k]
        reached = _best_paths(starts, nodes, lengths, source, best, parents, order)
        flow = 0.0
        for place in range(1, reached):
            node = order[place]
            flow += weights[node] * _worth(best[node], decays)
        flows[k] = weights[source] * flow
        _by_branch(parents, order[:reached], places, sizes)
        for place in range(1, reached):
            gone = order[place]
            if sizes[gone] > 1:
                branch = order[place + 1 : place + sizes[gone]]
                _detours(starts, nodes, lengths, gone, branch, best, places, detours)
                for node in branch:
                    less = _worth(best[node], decays) - _worth(detours[node], decays)
                    losses[gone] += weights[source] * weights[node] * less
                    detours[node] = np.inf
        places[order[:reached]] = -1
    return flows, losses


@njit(nogil=True, cache=True, error_model="numpy")
def _best_paths(
    starts: Ints,
    nodes: Ints,
    lengths: Floats,
    source: int,
    best: Floats,
    parents: Ints,
    order: Ints,
) -> int:
    """Fill the shortest paths from a node by Dijkstra; return how many it reaches."""
    best[:] = np.inf
    parents[:] = -1
    best[source] = 0.0
    heap = [(0.0, source)]
    done = np.zeros(best.size, np.bool_)
    reached = 0
    while heap:
        length, node = heappop(heap)
        if done[node]:
            continue
        done[node] = True
        order[reached] = node
        reached += 1
        for link in range(starts[node], starts[node + 1]):
            other = nodes[link]
            longer = length + lengths[link]
            if longer < best[other]:
                best[other] = longer
                parents[other] = node
                heappush(heap, (longer, other))
    return reached


@njit(nogil=True, cache=True, error_model="numpy")
def _by_branch(parents: Ints, order: Ints, places: Ints, sizes: Ints) -> None:
    """Order nodes so that what hangs on a node follows it, and fill places and sizes.

    `order` has parents before children, and has them still when it is done.
    """
    for node in order:
        sizes[node] = 1
    for place in range(order.size - 1, 0, -1):
        node = order[place]
        sizes[parents[node]] += sizes[node]
    free = np.empty(places.size, np.int64)  # the next place among the children
    places[order[0]] = 0
    free[order[0]] = 1
    for node in order[1:].copy():
        parent = parents[node]
        places[node] = free[parent]
        free[parent] += sizes[node]
        free[node] = places[node] + 1
    for node in order.copy():
        order[places[node]] = node


@njit(nogil=True, cache=True, error_model="numpy")
def _detours(
    starts: Ints,
    nodes: Ints,
    lengths: Floats,
    gone: int,
    branch: Ints,
    best: Floats,
    places: Ints,
    detours: Floats,
) -> None:
    """Fill the shortest paths to what hung on a node that is gone, inf for none.

    All others keep their paths; `places` of what is not reached are below 0.
    """
    first, last = places[gone], places[gone] + branch.size
    heap = [(np.inf, np.int64(-1))]
    for node in branch:
        for link in range(starts[node], starts[node + 1]):
            other = nodes[link]
            if not first <= places[other] <= last:
                detours[node] = min(detours[node], best[other] + lengths[link])
        if detours[node] < np.inf:
            heappush(heap, (detours[node], node))
    while heap:
        length, node = heappop(heap)
        if node < 0:
            break
        if length > detours[node]:
            continue
        for link in range(starts[node], starts[node + 1]):
            other = nodes[link]
            longer = length + lengths[link]
            if first < places[other] <= last and longer < detours[other]:
                detours[other] = longer
                heappush(heap, (longer, other))


@njit(nogil=True, cache=True, error_model="numpy")
def betweenness_counts(
    starts: Ints, nodes: Ints, lengths: Floats, sources: Ints
) -> Floats:
    """
    Return how many shortest paths from `sources` pass each node, by Brandes.

    Paths of one length share a pair of ends evenly. Both directions count.
    """
    n = starts.size - 1
    counts = np.zeros(n)
    best, order = np.empty(n), np.empty(n, np.int64)
    ways, shares = np.empty(n), np.empty(n)
    for source in sources:
        reached = _all_paths(starts, nodes, lengths, source, best, order, ways)
        places = np.full(n, n, np.int64)
        for place in range(reached):
            places[order[place]] = place
        shares[:] = 0.0
        for place in range(reached - 1, 0, -1):
            node = order[place]
            for link in range(starts[node], starts[node + 1]):
                other = nodes[link]
                before = places[other] < place
                if before and best[other] + lengths[link] == best[node]:
                    shares[other] += ways[other] / ways[node] * (1.0 + shares[node])
            counts[node] += shares[node]
    return counts


@njit(nogil=True, cache=True, error_model="numpy")
def _all_paths(
    starts: Ints,
    nodes: Ints,
    lengths: Floats,
    source: int,
    best: Floats,
    order: Ints,
    ways: Floats,
) -> int:
    """Fill lengths and numbers of shortest paths from a node."""
    best[:] = np.inf
    ways[:] = 0.0
    best[source], ways[source] = 0.0, 1.0
    done = np.zeros(best.size, np.bool_)
    heap = [(0.0, source)]
    reached = 0
    while heap:
        length, node = heappop(heap)
        if done[node]:
            continue
        done[node] = True
        order[reached] = node
        reached += 1
        for link in range(starts[node], starts[node + 1]):
            other = nodes[link]
            longer = length + lengths[link]
            if longer < best[other]:
                best[other], ways[other] = longer, ways[node]
                heappush(heap, (longer, other))
            elif longer == best[other] and not done[other]:
                ways[other] += ways[node]
    return reached
