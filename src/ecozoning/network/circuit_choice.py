"""Options of a circuit, and between which sources currents go."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from ecozoning.errors import DisconnectedError, ParameterError
from ecozoning.network.pair_ids import listed_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecozoning.network.surfaces import SourceCells

    Pair = tuple[int, int]

__all__ = ["asked_pairs", "check_options", "refuse_disconnected"]

MODES: Final = ("pairwise", "network", "one_to_all", "all_to_one")
SHOWN: Final = 5


def check_options(mode: str, connectivity: int, average: str) -> None:
    """Refuse an option that is none."""
    if mode == "advanced":
        msg = (
            "`mode` is 'advanced', whose currents and grounds are rasters; use "
            "`driven_current(resistance, currents=..., grounds=...)`."
        )
        raise ParameterError(msg)
    options: tuple[tuple[str, object, tuple[object, ...]], ...] = (
        ("mode", mode, MODES),
        ("connectivity", connectivity, (4, 8)),
        ("average", average, ("resistance", "conductance")),
    )
    for name, value, known in options:
        if value not in known:
            told = ", ".join(repr(one) for one in known)
            msg = f"`{name}` is {value!r}, but one of {told} is needed."
            raise ParameterError(msg)


def asked_pairs(pairs: Any, mode: str, cells: SourceCells) -> list[Pair]:  # noqa: ANN401 -- see `current_flow`
    """Return the pairs that are asked for, as positions of ids, each once."""
    count = cells.ids.size
    if count < 2:
        msg = (
            f"`sources` has one source with cells that can be crossed, {cells.ids[0]}, "
            "but two are needed for a current to go between; see `select_sources`."
        )
        raise ParameterError(msg)
    if isinstance(pairs, str) or mode in ("one_to_all", "all_to_one"):
        _check_all(pairs, mode)
        return list(combinations(range(count), 2))
    return listed_pairs(pairs, cells)


def _check_all(pairs: Any, mode: str) -> None:  # noqa: ANN401 -- see `current_flow`
    if isinstance(pairs, str) and pairs == "all":
        return
    msg = f"`pairs` is {pairs!r}, but " + (
        "'all', or a table with `from_id` and `to_id` such as the links of "
        "`corridors`, is needed."
        if isinstance(pairs, str)
        else f"in mode {mode!r} all sources take part; leave it out."
    )
    raise ParameterError(msg)


def refuse_disconnected(asked: Sequence[Pair], cells: SourceCells) -> None:
    """Raise, since no current can go at all."""
    told = [(int(cells.ids[i]), int(cells.ids[j])) for i, j in asked[:SHOWN]]
    msg = (
        f"of {len(asked)} pairs of `sources` none is joined by cells that can be "
        f"crossed, such as {told}; give barriers a high resistance instead of an "
        "infinite one, e.g. `resistance.where(resistance < np.inf, 1000)`."
    )
    raise DisconnectedError(msg)
