"""Weights from comparisons in pairs: the analytic hierarchy process (AHP)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from ecozoning.errors import ParameterError, SchemaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Comparison", "ahp"]

RANDOM_INDEX: Final = (
    0.00, 0.00, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49,
    1.51, 1.48, 1.56, 1.57, 1.59,
)  # fmt: skip
"""Consistency index of random matrices of 1 to 15 factors, Saaty (1980). The dip at 12
is in the source; later simulations have 1.54 there."""
MOST_INCONSISTENT: Final = 0.1
"""Saaty (1980): up to here judgements are consistent enough."""
ROUNDED: Final = 0.03
"""How far a product of opposites may be from 1: 0.17 for 1/6 makes 1.02."""


@dataclass(frozen=True)
class Comparison:
    """What comparisons in pairs come to; the answer of `ahp`.

    Attributes
    ----------
    weights : pandas.Series, float64
        One per factor, > 0; they add up to 1.
    principal_eigenvalue : float
        As large as the number of factors if all comparisons agree, else larger.
    consistency_ratio : float
        0 to 0.1: how far the eigenvalue is from that, over what chance would do.
    """

    weights: pd.Series[float]
    principal_eigenvalue: float
    consistency_ratio: float


def ahp(matrix: pd.DataFrame) -> Comparison:
    r"""
    Weigh factors by comparisons in pairs (层次分析法).

    The weights are the principal eigenvector of the matrix [1]_. Whether the
    comparisons agree is told by

    .. math::

       CI = \frac{\lambda_{max} - n}{n - 1}, \qquad CR = \frac{CI}{RI_n},

    with the index :math:`RI_n` of random matrices. Above 0.1 there is no result: a
    comparison has to be thought over, and the message names the three that agree least.

    Parameters
    ----------
    matrix : pandas.DataFrame
        One row and one column per factor, the same labels in the same order, at most
        15. A cell says how many times as important the factor of its row is as that of
        its column, > 0, as a rule 1/9 to 9. Opposites are reciprocal within 3 %, so
        0.33 may stand for 1/3; their geometric mean is taken.

    Returns
    -------
    Comparison
        Weights, eigenvalue and consistency ratio.

    Raises
    ------
    SchemaError
        If `matrix` is no square table with one set of labels.
    ParameterError
        If it has more than 15 factors, cells that are no numbers above 0, a diagonal
        other than 1, opposites that are not reciprocal, or a consistency ratio above
        0.1.

    References
    ----------
    .. [1] Saaty, T. L. (1980). The Analytic Hierarchy Process. McGraw-Hill, New York.

    Examples
    --------
    Slope is twice as important as soil and four times as important as rain, soil twice
    as important as rain: 4 : 2 : 1, without contradiction.

    >>> import pandas as pd
    >>> names = ["slope", "soil", "rain"]
    >>> said = [[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]]
    >>> found = ahp(pd.DataFrame(said, names, names))
    >>> found.weights.round(4)
    slope    0.5714
    soil     0.2857
    rain     0.1429
    Name: weight, dtype: float64
    >>> round(found.consistency_ratio, 9)
    0.0
    """
    ratios = _reciprocal(_checked(matrix), matrix.index)
    values, vectors = np.linalg.eig(ratios)
    largest = int(np.argmax(values.real))
    vector = np.abs(vectors[:, largest].real)
    eigenvalue = float(values[largest].real)
    ratio = _consistency_ratio(eigenvalue, len(ratios))
    if ratio > MOST_INCONSISTENT:
        raise ParameterError(_inconsistent(ratios, matrix.index.tolist(), ratio))
    weights = pd.Series(vector / vector.sum(), index=matrix.index, name="weight")
    return Comparison(weights, eigenvalue, ratio)


def _checked(matrix: pd.DataFrame) -> Floats:
    """Return the cells of a square table of numbers above 0."""
    if not isinstance(matrix, pd.DataFrame):
        msg = (
            f"`matrix` is a {type(matrix).__name__}, but a DataFrame with the names of "
            "the factors is needed: `pandas.DataFrame(matrix, names, names)`."
        )
        raise ParameterError(msg)
    if (
        matrix.empty
        or not matrix.index.equals(matrix.columns)
        or matrix.index.has_duplicates
    ):
        msg = (
            f"`matrix` has the rows {matrix.index.tolist()} and the columns "
            f"{matrix.columns.tolist()}, but each factor must be one row and one "
            "column, in one order: `matrix.loc[names, names]`."
        )
        raise SchemaError(msg)
    if len(matrix) > len(RANDOM_INDEX):
        msg = (
            f"`matrix` compares {len(matrix)} factors, but {len(RANDOM_INDEX)} are the "
            "most whose consistency can be judged; group them and weigh the groups."
        )
        raise ParameterError(msg)
    numbers = matrix.apply(pd.to_numeric, errors="coerce")
    cells: Floats = numbers.to_numpy(np.float64)
    if not (np.isfinite(cells) & (cells > 0)).all():
        row, column = np.argwhere(~(np.isfinite(cells) & (cells > 0)))[0]
        msg = (
            f"`matrix` has {matrix.iloc[row, column]!r} for {matrix.index[row]!r} over "
            f"{matrix.index[column]!r}, but numbers above 0 are needed, e.g. 1/3."
        )
        raise ParameterError(msg)
    return cells


def _reciprocal(cells: Floats, names: pd.Index) -> Floats:
    """Make opposites reciprocal, insisting that they nearly are."""
    off = np.abs(cells * cells.T - 1)
    if off.max() > ROUNDED:
        row, column = divmod(int(np.argmax(off)), len(off))
        a, b = names[row], names[column]
        there, back = cells[row, column], cells[column, row]
        msg = (
            f"`matrix` has {there:g} for {a!r} over {b!r} and {back:g} for {b!r} over "
            f"{a!r}, but the one must be 1 over the other; set "
            f"`matrix.loc[{b!r}, {a!r}] = {1 / there:.4g}`."
        )
        raise ParameterError(msg)
    ratios: Floats = np.sqrt(cells / cells.T)
    return ratios


def _consistency_ratio(eigenvalue: float, factors: int) -> float:
    """Return the consistency ratio; one factor or two cannot contradict each other."""
    random = RANDOM_INDEX[factors - 1]
    if random == 0:
        return 0.0
    index = (eigenvalue - factors) / (factors - 1)
    return max(index, 0.0) / random  # below 0 by rounding only


def _inconsistent(ratios: Floats, names: list[object], ratio: float) -> str:
    """Return a message about the three comparisons that agree least."""
    log = np.log(ratios)
    triples = permutations(range(len(names)), 3)
    i, j, k = max(
        triples, key=lambda t: log[t[0], t[1]] + log[t[1], t[2]] - log[t[0], t[2]]
    )
    a, b, c = names[i], names[j], names[k]
    return (
        f"`matrix` has a consistency ratio of {ratio:.3f}, but at most "
        f"{MOST_INCONSISTENT} is needed. Its comparisons agree least here: {a!r} is "
        f"{ratios[i, j]:.3g} times {b!r} and {b!r} {ratios[j, k]:.3g} times {c!r}, so "
        f"{a!r} would be {ratios[i, j] * ratios[j, k]:.3g} times {c!r}, but "
        f"`matrix.loc[{a!r}, {c!r}]` is {ratios[i, k]:.3g}; think these three over."
    )
