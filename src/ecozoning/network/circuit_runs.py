"""Which currents go in and out in each run of a circuit, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning.errors import ParameterError
from ecozoning.network.circuit_solver import potentials, potentials_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from ecozoning.network.circuit_graph import Graph
    from ecozoning.network.circuit_solver import CircuitRun

    Floats = NDArray[np.float64]
    Nodes = NDArray[np.intp]
    Sets = list[Nodes]
    Pair = tuple[int, int]
    Plan = Callable[[Floats], list[Floats]]

__all__ = ["Network", "Totals", "network_of", "run_merged", "run_pairs"]


@dataclass(frozen=True)
class Network:
    """The parts of a circuit that hold sources.

    Attributes
    ----------
    nodes : (n,) intp
        Numbers in the whole circuit.
    laplacian : (n, n) csr_array of float64
        Of these nodes.
    sets : list of (m,) intp
        Nodes of each source, as positions in `nodes`.
    part_of : (n,) int32
        Connected part of each node.
    """

    nodes: Nodes
    laplacian: Any
    sets: Sets
    part_of: NDArray[np.int32]

    def joined(self, one: int, two: int) -> bool:
        """Whether some part holds nodes of both sources."""
        here, there = self.part_of[self.sets[one]], self.part_of[self.sets[two]]
        return bool(np.intersect1d(here, there).size)

    def same_node(self, one: int, two: int) -> bool:
        """Whether two sources share a node, so that nothing lies between them."""
        return bool(np.intersect1d(self.sets[one], self.sets[two]).size)

    def fingerprint(self, mode: str) -> str:
        """Return what tells this network from others."""
        told = sha256(mode.encode())
        for array in (self.laplacian.indptr, self.laplacian.indices):
            told.update(array.tobytes())
        told.update(self.laplacian.data.tobytes())
        for one in self.sets:
            told.update(one.astype(np.int64).tobytes())
        return told.hexdigest()


@dataclass
class Totals:
    """Currents of all runs so far, in nodes of the network.

    Attributes
    ----------
    network : Network
        What the nodes are of.
    current, maximum : (n,) float64
        Amperes: their sum over runs, and the greatest.
    potential : (n,) float64 or None
        Of the last run.
    runs : int
        How many.
    """

    network: Network
    current: Floats = field(init=False)
    maximum: Floats = field(init=False)
    potential: Floats | None = None
    runs: int = 0

    def __post_init__(self) -> None:
        """Begin at nothing."""
        self.current = np.zeros(self.network.nodes.size)
        self.maximum = np.zeros(self.network.nodes.size)

    def add(
        self, potential: Floats, put_in: Floats, *, ends: Nodes | None = None
    ) -> None:
        """
        Add a run: its potentials, and the currents that enter or leave, >= 0.

        `ends` are the nodes of two sources between which one ampere goes; each source
        is taken as one node, through which that ampere goes.
        """
        from ecozoning._kernels.circuit import node_currents

        matrix = self.network.laplacian
        node_currents(matrix.indptr, matrix.indices, matrix.data, potential, put_in)
        if ends is not None:
            put_in[ends] = 1.0
        self.current += put_in
        np.maximum(self.maximum, put_in, out=self.maximum)
        self.potential = potential
        self.runs += 1


def network_of(graph: Graph, sets: Sets) -> Network:
    """Return the parts of a circuit that hold nodes of at least two sources."""
    homes = [np.unique(graph.part_of[one]) for one in sets]
    parts, count = np.unique(np.concatenate(homes), return_counts=True)
    shared = parts[count > 1]
    nodes = np.flatnonzero(np.isin(graph.part_of, shared))
    position = np.full(graph.part_of.size, -1, np.intp)
    position[nodes] = np.arange(nodes.size)
    inner = [position[one][position[one] >= 0] for one in sets]
    return Network(nodes, graph.laplacian(nodes), inner, graph.part_of[nodes])


def run_pairs(
    network: Network, pairs: Sequence[Pair], run: CircuitRun, names: Sequence[str]
) -> tuple[Totals, dict[Pair, float]]:
    """Send an ampere between the sources of each pair, the others being plain land."""
    work = [pair for pair in pairs if not network.same_node(*pair)]
    resistances = dict.fromkeys(pairs, 0.0)
    totals = Totals(network)
    grounds = np.unique(network.part_of, return_index=True)[1]

    def solve(which: Sequence[int]) -> Iterator[Floats]:
        sets = [(network.sets[work[k][0]], network.sets[work[k][1]]) for k in which]
        return potentials_between(network.laplacian, grounds, sets, run)

    keys = [f"{names[one]}-{names[two]}" for one, two in work]
    found = kept(solve, keys, network.fingerprint("pairs"), run)
    for pair, unit in zip(work, found, strict=True):
        pushed = network.laplacian @ unit
        ampere = float(pushed[network.sets[pair[1]]].sum())
        resistances[pair] = 1.0 / ampere
        ends = np.concatenate([network.sets[k] for k in pair])
        totals.add(unit / ampere, np.zeros(unit.size), ends=ends)
    return totals, resistances


def run_merged(
    network: Network,
    pairs: Sequence[Pair],
    plan: Plan,
    run: CircuitRun,
    names: Sequence[str],
) -> tuple[Totals, dict[Pair, float]]:
    """
    Put currents into sources that are one node each, and take them out at others.

    Potentials of one ampere from each source to the ground of its part are found once,
    and every run is a sum of them. The plan makes the amperes of all sources in each
    run from the potential of each source (columns) under an ampere into each (rows).
    """
    node = np.array([one[0] if one.size else -1 for one in network.sets])
    inside = np.flatnonzero(node >= 0)
    grounds = np.unique(network.part_of[node[inside]], return_index=True)[1]
    free = np.setdiff1d(np.arange(network.nodes.size), node[inside[grounds]])
    position = np.full(network.nodes.size, -1, np.intp)
    position[free] = np.arange(free.size)
    away = inside[position[node[inside]] >= 0]  # neither a ground nor on one

    def solve(which: Sequence[int]) -> Iterator[Floats]:
        inner = network.laplacian[free][:, free].tocsr()
        inner.sort_indices()
        one = np.ones(1)
        rights = [(position[node[away[k]]][None], one) for k in which]
        return potentials(inner, rights, run)

    keys = [names[k] for k in away]
    found = list(kept(solve, keys, network.fingerprint("merged"), run))
    response = np.zeros((node.size, node.size))
    for source, values in zip(away, found, strict=True):
        response[source, away] = values[position[node[away]]]
    totals = Totals(network)
    for amperes in plan(response):
        volts = np.zeros(network.nodes.size)
        for source, values in zip(away, found, strict=True):
            if amperes[source]:
                volts[free] += amperes[source] * values
        volts -= volts[node[np.argmin(amperes)]]  # 0 where current leaves
        put_in = np.zeros(volts.size)
        np.add.at(put_in, node[inside], amperes[inside])
        totals.add(volts, np.abs(put_in))
    return totals, {pair: _between(network, response, *pair) for pair in pairs}


def _between(network: Network, response: Floats, one: int, two: int) -> float:
    """Return the effective resistance between two sources."""
    if network.same_node(one, two):
        return 0.0
    return float(response[one, one] + response[two, two] - 2 * response[one, two])


def kept(
    solve: Callable[[Sequence[int]], Iterator[Floats]],
    keys: Sequence[str],
    fingerprint: str,
    run: CircuitRun,
) -> Iterator[Floats]:
    """Yield potentials in order: those in the state of a run, and the rest solved."""
    state = run.state
    if state is not None and state.setdefault("circuit", fingerprint) != fingerprint:
        msg = (
            "`state` is of another circuit: other resistance, sources or mode; hand in "
            "an empty one, `CircuitRun(state={})`."
        )
        raise ParameterError(msg)
    known = [state is not None and f"potential {key}" in state for key in keys]
    rest = [k for k, is_known in enumerate(known) if not is_known]
    fresh = solve(rest) if rest else iter(())
    for done, (key, is_known) in enumerate(zip(keys, known, strict=True), start=1):
        if is_known and state is not None:
            values: Floats = state[f"potential {key}"]
        else:
            values = next(fresh)
            if state is not None:
                state[f"potential {key}"] = values
        if run.progress is not None:
            run.progress(done, len(keys))
        yield values
