"""Weights from the data themselves: factors that tell units apart weigh more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecozoning.errors import NoDataError, ParameterError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["critic", "entropy"]


def entropy(
    table: pd.DataFrame, *, benefit: Collection[str] | None = None
) -> pd.Series[float]:
    r"""
    Weigh factors by the entropy of their values (熵权法).

    Every factor is brought to 0 to 1, 1 being the best value. With the share
    :math:`p_{ij}` of unit :math:`i` in the sum of factor :math:`j` [1]_,

    .. math::

       e_j = -\frac{1}{\ln m} \sum_i p_{ij} \ln p_{ij}, \qquad
       w_j = \frac{1 - e_j}{\sum_k (1 - e_k)}.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per unit, such as a township or a sampled cell, two at least, and one
        column of finite numbers per factor. Units do not matter.
    benefit : collection of str, optional
        Factors of which more is better; of the others less is better. Without it, all.

    Returns
    -------
    pandas.Series, float64, columns of `table`
        Weights >= 0 that add up to 1.

    Raises
    ------
    ParameterError
        If `table` is no DataFrame, or a factor has one value only or values that are no
        finite numbers.
    SchemaError
        If a label of a column comes twice or one of `benefit` is not there.
    NoDataError
        If there are fewer than two rows, or no column.

    References
    ----------
    .. [1] Zeleny, M. (1982). Multiple Criteria Decision Making. McGraw-Hill, New York.
       With values brought to 0 to 1 first, as is usual in evaluations of land.

    Examples
    --------
    Relief sets one unit of four apart, rain two, so its shares are less even: with
    :math:`e = 0` and :math:`e = 1/2` the weights are 2 to 1.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"relief": [0, 0, 0, 9], "rain": [400, 400, 500, 500]})
    >>> entropy(table).round(4)
    relief    0.6667
    rain      0.3333
    Name: weight, dtype: float64
    """
    scaled = _scaled(table, benefit)
    shares = scaled / scaled.sum(axis=0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    evenness = -(shares * logs).sum(axis=0) / np.log(len(shares))
    return _weights(1 - evenness, table)


def critic(
    table: pd.DataFrame, *, benefit: Collection[str] | None = None
) -> pd.Series[float]:
    r"""
    Weigh factors by contrast and by conflict with the others (CRITIC).

    Of factors brought to 0 to 1, with standard deviation :math:`\sigma_j` and
    correlation :math:`r_{jk}` [1]_,

    .. math::

       C_j = \sigma_j \sum_k (1 - r_{jk}), \qquad w_j = \frac{C_j}{\sum_k C_k}.

    A factor that repeats another has little of its own to say and weighs less.

    Parameters
    ----------
    table : pandas.DataFrame
        As for `entropy`, with two columns at least.
    benefit : collection of str, optional
        Factors of which more is better; of the others less is better. Without it, all.

    Returns
    -------
    pandas.Series, float64, columns of `table`
        Weights >= 0 that add up to 1.

    Raises
    ------
    ParameterError
        If `table` is no DataFrame, if a factor has one value only or values that are no
        finite numbers, or if all factors say the same.
    SchemaError
        If a label of a column comes twice or one of `benefit` is not there.
    NoDataError
        If there are fewer than two rows, or two columns.

    References
    ----------
    .. [1] Diakoulaki, D., Mavrotas, G. and Papayannakis, L. (1995). Determining
       objective weights in multiple criteria problems: the CRITIC method. Computers &
       Operations Research, 22, 763-770. doi:10.1016/0305-0548(94)00059-H

    Examples
    --------
    Two factors are one twice over, the third is independent of them. All vary alike, so
    the conflicts decide: 0 + 1, 0 + 1 and 1 + 1.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"a": [0, 0, 1, 1], "b": [5, 5, 9, 9], "c": [0, 1, 0, 1]})
    >>> critic(table)
    a    0.25
    b    0.25
    c    0.50
    Name: weight, dtype: float64
    """
    scaled = _scaled(table, benefit)
    if scaled.shape[1] < 2:
        msg = "`table` has one factor, but CRITIC compares it with others; add some."
        raise NoDataError(msg)
    conflict = (1 - np.corrcoef(scaled, rowvar=False)).sum(axis=0)
    return _weights(scaled.std(axis=0) * conflict, table)


def _scaled(table: pd.DataFrame, benefit: Collection[str] | None) -> Floats:
    """Return factors brought to 0 to 1, 1 being the best."""
    values = _checked(table)
    better = list(table.columns) if benefit is None else list(benefit)
    unknown = [name for name in better if name not in table.columns]
    if isinstance(benefit, str) or unknown:
        msg = (
            f"`benefit` is {benefit!r}, but names of columns are needed, some of "
            f"{table.columns.tolist()}: `benefit=[...]`."
        )
        raise SchemaError(msg, missing=tuple(map(str, unknown)))
    low, span = values.min(axis=0), np.ptp(values, axis=0)
    flat = [name for name, width in zip(table.columns, span, strict=True) if not width]
    if flat:
        msg = (
            f"`table` has one value only in {flat}, which tells no two units apart; "
            f"leave it out: `table.drop(columns={flat})`."
        )
        raise ParameterError(msg)
    scaled = (values - low) / span
    best: Floats = np.where(table.columns.isin(better), scaled, 1 - scaled)
    return best


def _checked(table: pd.DataFrame) -> Floats:
    """Return the numbers of a table of units and factors."""
    if not isinstance(table, pd.DataFrame):
        msg = (
            f"`table` is a {type(table).__name__}, but a DataFrame with a column per "
            "factor is needed: `pandas.DataFrame(table, columns=names)`."
        )
        raise ParameterError(msg)
    if len(table) < 2 or table.shape[1] < 1:
        msg = (
            f"`table` has {len(table)} rows and {table.shape[1]} columns; at least two "
            "units and a factor are needed."
        )
        raise NoDataError(msg)
    if table.columns.has_duplicates:
        again = table.columns[table.columns.duplicated()].tolist()
        msg = f"`table` has the columns {again} twice; rename one of each."
        raise SchemaError(msg)
    numbers = table.apply(pd.to_numeric, errors="coerce")
    values: Floats = numbers.to_numpy(np.float64)
    bad = [
        name
        for name, column in zip(table.columns, values.T, strict=True)
        if not np.isfinite(column).all()
    ]
    if bad:
        msg = (
            f"`table` has values in {bad} that are missing, infinite or no numbers; "
            f"leave those units out: `table.dropna(subset={bad})`."
        )
        raise ParameterError(msg)
    return values


def _weights(information: Floats, table: pd.DataFrame) -> pd.Series[float]:
    """Return what factors tell as parts of 1."""
    told = np.maximum(information, 0.0)  # below 0 by rounding only
    if told.sum() < 1e-12:
        msg = (
            f"the factors {table.columns.tolist()} of `table` all say the same, so "
            "none can weigh more than another; leave all but one out."
        )
        raise ParameterError(msg)
    return pd.Series(told / told.sum(), index=table.columns, name="weight")
