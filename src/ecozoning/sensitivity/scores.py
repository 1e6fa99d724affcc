"""Factors scored by tables, and results by the product of their scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning.errors import ParameterError
from ecozoning.raster.steps import class_step, interval_step, run_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.raster.steps import Step
    from ecozoning.rulesets.model import Table

__all__ = ["Scored", "look_up"]

MOST_PRODUCTS: Final = 254


@dataclass(frozen=True, eq=False)
class Scored:
    """A factor raster and the table of its scores, which decides what the raster is.

    A table of intervals takes quantities in its unit; a table of categories takes
    classes, which `codes` or the flags of the raster name.
    """

    name: str
    raster: xr.DataArray
    table: Table
    codes: Mapping[int, str] | None = None

    def step(self, matrix: NDArray[Any]) -> Step:
        """Return the step of a matrix (row of the table, state before)."""
        name, table = self.name, self.table
        if table.kind == "intervals":
            if self.codes is not None:
                msg = (
                    f"`{name}` is looked up in intervals of {table.unit} (table "
                    f"{table.id!r}), so it has no codes; leave `{name}_codes` out."
                )
                raise ParameterError(msg)
            return interval_step(name, self.raster, table, matrix)
        if table.kind == "categories":
            keys = {str(row.key): i for i, row in enumerate(table.rows)}
            names = {row.name: i for i, row in enumerate(table.rows)}
            rows = {word: matrix[i].tolist() for word, i in (keys | names).items()}
            argument = f"{name}_codes"
            return class_step(name, self.raster, self.codes, rows, argument=argument)
        msg = f"table {table.id!r} is {table.kind!r} and gives `{name}` no score."
        raise ParameterError(msg)


def look_up(
    factors: Sequence[Scored],
    value: Callable[[int], float],
    *,
    dtype: str,
    nothing: float,
) -> Any:  # noqa: ANN401 -- a NumPy or a Dask array
    """Return `value` of the product of the scores of each cell, in one pass over all.

    The states of the chain are the products that occur, so no float decides.
    """
    products, steps = np.ones(1, np.int64), []
    for factor in factors:
        found = np.outer(factor.table.scores().astype(np.int64), products)
        products = np.unique(found)
        if products.size > MOST_PRODUCTS:
            msg = (
                f"the scores of `{factor.name}` and those before have {products.size} "
                f"different products, but {MOST_PRODUCTS} are the most; take fewer "
                "factors or scores."
            )
            raise ParameterError(msg)
        steps.append(factor.step(1 + np.searchsorted(products, found)))
    values = np.full(256, nothing, dtype)
    values[1 : 1 + products.size] = [value(int(product)) for product in products]
    return run_steps(steps, values)
