"""Potentials of a circuit: which solver, how much memory, how exact."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ecozoning.errors import ConvergenceError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Floats = NDArray[np.float64]
    Nodes = NDArray[np.intp]
    Sparse = csr_array[Any, Any]
    Injection = tuple[Nodes, Floats]

__all__ = ["CircuitRun", "check_memory", "potentials", "potentials_between"]

SMALL: Final = 20_000
"""Nodes up to which one factor for all sources is the faster."""
SMALL_PAIRS: Final = 2_000
"""Nodes up to which a factor for each pair is."""
ROUNDS: Final = 500
GIB: Final = 1024**3


@dataclass(frozen=True)
class CircuitRun:
    """How currents are computed; nothing here changes what they are.

    Attributes
    ----------
    solver : {"auto", "multigrid", "direct"}
        Conjugate gradients under smoothed aggregation, prepared once and used for all
        pairs, or sparse factors (SuperLU), faster on small circuits. ``"auto"`` takes a
        factor up to 20 000 nodes where one serves all sources, and up to 2 000 where
        each pair needs its own.
    tolerance : float
        Of the multigrid solver: root of the squares of currents that are out of
        balance, relative to what is put in. Above 0, below 1.
    memory_limit_gib : float
        What more than this is estimated for is refused before it starts.
    progress : callable or None
        Called with the number of finished potentials and of all.
    state : mutable mapping or None
        Where finished potentials are kept, so that a run that was broken off goes on
        where it was when it is called again with the same mapping: a `dict`, or an
        open `shelve` to outlive the process. Holds a vector of float64 for each
        source, or each pair; a mapping of another circuit is refused.

    Examples
    --------
    >>> CircuitRun(solver="direct").tolerance
    1e-07
    """

    solver: Literal["auto", "multigrid", "direct"] = "auto"
    tolerance: float = 1e-7
    memory_limit_gib: float = 8.0
    progress: Callable[[int, int], None] | None = None
    state: MutableMapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.solver not in ("auto", "multigrid", "direct"):
            msg = (
                f"`solver` is {self.solver!r}, but 'auto', 'multigrid' or 'direct' is "
                "needed."
            )
            raise ParameterError(msg)
        if not 0 < self.tolerance < 1:
            msg = f"`tolerance` is {self.tolerance}, but a number between 0 and 1 is."
            raise ParameterError(msg.replace(" is.", " is needed, such as 1e-7."))
        if not self.memory_limit_gib > 0:
            msg = (
                f"`memory_limit_gib` is {self.memory_limit_gib}, but more than 0 is "
                "needed, such as 8."
            )
            raise ParameterError(msg)

    def is_direct(self, nodes: int, *, small: int = SMALL) -> bool:
        """Whether a circuit of so many nodes is solved by a factor."""
        return self.solver == "direct" or (self.solver == "auto" and nodes <= small)


def check_memory(run: CircuitRun, *, nodes: int, links: int, kept: int) -> None:
    """Refuse a circuit whose estimated memory is beyond the limit.

    `links` are entries of the Laplacian to a node, `kept` the potentials held at once.
    """
    if run.is_direct(nodes):
        # The fill of SuperLU on grids: 0.6 entries a link and doubling, 12 bytes each,
        # and as much again while it works.
        bytes_per_node = 40.0 * links + 15.0 * links * np.log2(max(nodes, 2))
    else:
        bytes_per_node = 90.0 * links + 170.0 * _workers()
    need = nodes * (bytes_per_node + 8.0 * kept + 60.0) / GIB
    if need > run.memory_limit_gib:
        msg = (
            f"`resistance` has {nodes} cells that can be crossed; its circuit needs "
            f"about {need:.1f} GiB, and the limit is {run.memory_limit_gib:g} GiB. "
            f"Raise it with `run=CircuitRun(memory_limit_gib={np.ceil(need):.0f})`, or "
            "use larger cells: `resistance.coarsen(x=2, y=2, boundary='trim').mean()`."
        )
        raise ParameterError(msg)


def _workers() -> int:
    return max(1, min(4, os.cpu_count() or 1))


def potentials(
    matrix: Sparse, injections: Sequence[Injection], run: CircuitRun
) -> Iterator[Floats]:
    """
    Yield the potentials of a grounded circuit for each set of currents put into it.

    `matrix` is symmetric positive definite; an injection is nodes and amperes.
    """
    if run.is_direct(matrix.shape[0]):
        solve = _factor(matrix)
        for injection in injections:
            yield solve(_right_side(matrix.shape[0], injection))
        return
    from ecozoning._kernels.multigrid import hierarchy

    over = hierarchy(matrix)
    rights = [
        lambda one=one: (_right_side(matrix.shape[0], one), None) for one in injections
    ]
    yield from _by_blocks(over, rights, run)


def potentials_between(
    laplacian: Sparse,
    grounds: Nodes,
    pairs: Sequence[tuple[Nodes, Nodes]],
    run: CircuitRun,
) -> Iterator[Floats]:
    """
    Yield the potentials between two sets of nodes, 0 on the first and 1 on the second.

    `grounds` is a node of each connected part: with a leak there the Laplacian can be
    inverted, which leads to the answers without being in them.
    """
    size = laplacian.shape[0]
    if run.is_direct(size, small=SMALL_PAIRS):
        for low, high in pairs:
            yield _between_by_factor(laplacian, low, high)
        return
    from scipy.sparse import coo_array

    from ecozoning._kernels.multigrid import hierarchy

    leaks = laplacian.diagonal()[grounds]
    leaky = laplacian + coo_array((leaks, (grounds, grounds)), shape=(size, size))
    leaky = leaky.tocsr()
    leaky.sort_indices()
    over = hierarchy(leaky, laplacian)
    rights = [lambda pair=pair: _pulled(laplacian, *pair) for pair in pairs]
    for values, (_, high) in zip(_by_blocks(over, rights, run), pairs, strict=True):
        values[high] = 1.0
        yield values


def _pulled(laplacian: Sparse, low: Nodes, high: Nodes) -> tuple[Floats, Nodes]:
    """Return the currents that nodes at 1 push into the rest, and what is held."""
    raised = np.zeros(laplacian.shape[0])
    raised[high] = 1.0
    return -(laplacian @ raised), np.concatenate([low, high])


def _between_by_factor(laplacian: Sparse, low: Nodes, high: Nodes) -> Floats:
    pushed, held = _pulled(laplacian, low, high)
    values = np.zeros(laplacian.shape[0])
    values[high] = 1.0
    free = np.ones(values.size, bool)
    free[held] = False
    # What no branch ties to the two sets has no equation.
    free &= _reached(laplacian, held)
    free_nodes = np.flatnonzero(free)
    if free_nodes.size:
        inner = laplacian[free_nodes][:, free_nodes]
        values[free_nodes] = _factor(inner)(pushed[free_nodes])
    return values


def _reached(laplacian: Sparse, held: Nodes) -> NDArray[np.bool_]:
    from scipy.sparse.csgraph import connected_components

    _, part = connected_components(laplacian, directed=False)
    return np.isin(part, part[held])


def _factor(matrix: Sparse) -> Callable[[Floats], Floats]:
    from scipy.sparse.linalg import splu

    solve: Callable[[Floats], Floats] = splu(
        matrix.tocsc(),
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    ).solve
    return solve


def _right_side(size: int, injection: Injection) -> Floats:
    values = np.zeros(size)
    np.add.at(values, *injection)
    return values


def _by_blocks(
    over: Any,  # noqa: ANN401 -- a hierarchy, whose module needs compiled kernels
    rights: Sequence[Callable[[], tuple[Floats, Nodes | None]]],
    run: CircuitRun,
) -> Iterator[Floats]:
    """Yield answers in order; blocks of right-hand sides go to threads."""
    from ecozoning._kernels.smoothing import WIDTH

    blocks = [rights[k : k + WIDTH] for k in range(0, len(rights), WIDTH)]
    workers = min(_workers(), max(len(blocks), 1))
    with ThreadPoolExecutor(workers) as pool:
        for k in range(0, len(blocks), workers):
            batch = blocks[k : k + workers]
            for answers in pool.map(lambda block: _block(over, block, run), batch):
                yield from answers


def _block(
    over: Any,  # noqa: ANN401 -- as above
    rights: Sequence[Callable[[], tuple[Floats, Nodes | None]]],
    run: CircuitRun,
) -> list[Floats]:
    from ecozoning._kernels.multigrid import solve_block
    from ecozoning._kernels.smoothing import WIDTH

    given = [right() for right in rights]
    b = np.zeros((given[0][0].size, WIDTH))
    for column, (values, _) in enumerate(given):
        b[:, column] = values
    fixed = [held for _, held in given if held is not None]
    x, rounds, left = solve_block(
        over, b, fixed=fixed, tolerance=run.tolerance, most=ROUNDS
    )
    if not left <= run.tolerance:
        msg = (
            f"after {rounds} rounds {left:.1e} of the current is out of balance, and "
            f"{run.tolerance:g} was asked for; use `run=CircuitRun(solver='direct')`, "
            "or a larger `tolerance`, or bring extremes of `resistance` together."
        )
        raise ConvergenceError(msg)
    return [np.ascontiguousarray(x[:, column]) for column in range(len(given))]
