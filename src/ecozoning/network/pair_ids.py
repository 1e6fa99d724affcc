"""Pairs of sources as a caller lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning.errors import ParameterError

if TYPE_CHECKING:
    from ecozoning.network.surfaces import SourceCells

    Pair = tuple[int, int]

__all__ = ["listed_pairs"]

SHOWN: Final = 5


def listed_pairs(pairs: Any, cells: SourceCells) -> list[Pair]:  # noqa: ANN401 -- a table or rows of two
    """
    Return pairs as ascending positions of ids from 0, each once.

    Those of sources that are `lost` are left out; what cannot be meant is refused.
    """
    position = {int(number): k for k, number in enumerate(cells.ids)}
    found: set[Pair] = set()
    listed = _rows(pairs)
    for one, two in listed:
        strange = [k for k in (one, two) if k not in position and k not in cells.lost]
        if strange:
            msg = (
                f"`pairs` names the id {strange[0]}, which `sources` lacks; it has "
                f"{cells.ids[:SHOWN].tolist()}{' and more' * (cells.ids.size > SHOWN)}."
            )
            raise ParameterError(msg)
        if one in position and two in position:
            first, last = sorted((position[one], position[two]))
            found.add((first, last))
    return sorted(found)


def _rows(pairs: Any) -> list[Pair]:  # noqa: ANN401
    """Return rows of two different whole numbers."""
    import pandas as pd

    if isinstance(pairs, pd.DataFrame):
        missing = sorted({"from_id", "to_id"} - set(pairs.columns))
        if missing:
            msg = (
                f"`pairs` lacks the columns {missing}; rename those that hold the two "
                "ids: `pairs.rename(columns={...})`."
            )
            raise ParameterError(msg)
        pairs = zip(pairs["from_id"], pairs["to_id"], strict=True)
    try:
        rows = [tuple(pair) for pair in pairs]
    except TypeError:
        rows = []
    for row in rows:
        whole = all(isinstance(number, int | np.integer) for number in row)
        if len(row) != 2 or not whole or row[0] == row[1]:
            rows = [row]
            break
    else:
        if rows:
            return [(int(one), int(two)) for one, two in rows]
    told = rows[0] if rows else "none"
    msg = (
        f"`pairs` has {told}, but two different ids of `sources` are needed for each: "
        "a table with `from_id` and `to_id`, such as the links of `corridors`, or "
        "`[(1, 2), (1, 3)]`."
    )
    raise ParameterError(msg)
