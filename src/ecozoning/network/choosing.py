"""Sources chosen by how much connectivity the network loses without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecozoning._validation import check_polygons
from ecozoning.errors import NoDataError, ParameterError, SchemaError
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.rulesets import Ruleset

__all__ = ["important_sources"]


def important_sources(
    sources: gpd.GeoDataFrame,
    importance: pd.DataFrame | pd.Series[float],
    *,
    least_dpc: float | None = None,
    top: int | None = None,
    ruleset: str | Ruleset = "ecological_network",
) -> gpd.GeoDataFrame:
    """
    Return the sources that matter most for connectivity, with their dPC.

    Parameters
    ----------
    sources : geopandas.GeoDataFrame
        With `source_id`, as from `select_sources`.
    importance : pandas.DataFrame or pandas.Series
        The dPC in percent, one number for each source: a table with columns `source_id`
        and `dPC`, as `Connectivity.patches`, or a series by source.
    least_dpc : float, optional
        Sources with at least this dPC stay. Without it and without `top`, those stay
        that the ruleset calls sources: dPC above 3, of one published study.
    top : int, optional
        How many of the highest dPC stay; of equal ones that with the lower id.
    ruleset : str or Ruleset
        With a table ``patch_importance`` of dPC, whose highest level is a source.

    Returns
    -------
    geopandas.GeoDataFrame
        Rows of `sources` in their order, with their ids and index, and a column `dPC`.

    Raises
    ------
    SchemaError
        If a column is missing, or a source has no dPC, two of them, or none that is
        a number of 0 to 100.
    ParameterError
        If both `least_dpc` and `top` are given, or one is out of its range.
    NoDataError
        If no source is left.

    See Also
    --------
    ecozoning.network.connectivity : Where dPC come from.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import box
    >>> squares = [box(0, 0, 9, 9), box(20, 0, 29, 9), box(40, 0, 49, 9)]
    >>> layer = gpd.GeoDataFrame({"source_id": [1, 2, 3]}, geometry=squares, crs=4547)
    >>> dpc = pd.Series([60.0, 2.0, 38.0], index=[1, 2, 3])
    >>> important_sources(layer, dpc)["source_id"].tolist()
    [1, 3]
    """
    frame = check_polygons(sources, name="sources", columns=("source_id",))
    dpc = _by_source(importance, frame["source_id"])
    if least_dpc is not None and top is not None:
        msg = "`least_dpc` and `top` were both given; give one of them."
        raise ParameterError(msg)
    if top is not None:
        kept = _highest(dpc, frame["source_id"].to_numpy(), top)
    elif least_dpc is not None:
        kept = dpc >= _checked_percent(least_dpc)
    else:
        table = load_ruleset(ruleset)["patch_importance"]
        kept = table.lookup(dpc) == max(table.scores())
    if not kept.any():
        msg = (
            f"no source is left: the highest dPC is {dpc.max():.3g} %; lower "
            "`least_dpc`, or give `top`."
        )
        raise NoDataError(msg)
    made: gpd.GeoDataFrame = frame.assign(dPC=dpc)[kept]
    return made


def _by_source(importance: Any, ids: pd.Series[int]) -> NDArray[np.float64]:  # noqa: ANN401 -- checked here
    """Return dPC in the order of sources."""
    if isinstance(importance, pd.DataFrame):
        missing = tuple({"source_id", "dPC"} - set(importance.columns))
        if missing:
            msg = f"`importance` lacks the column {missing[0]!r}."
            raise SchemaError(msg, missing=missing)
        importance = importance.set_index("source_id")["dPC"]
    if not isinstance(importance, pd.Series) or importance.index.has_duplicates:
        msg = "`importance` should have one dPC for each `source_id`, as a table."
        raise SchemaError(msg)
    found = importance.reindex(ids).to_numpy(dtype=float, na_value=np.nan)
    good = (found >= 0) & (found <= 100)  # NaN fails as well
    if not good.all():
        lost = ids.to_numpy()[~good][:5].tolist()
        msg = (
            f"`importance` has no dPC of 0 to 100 for the sources {lost}; compute it "
            "for these sources by `ecozoning.network.connectivity`."
        )
        raise SchemaError(msg)
    return np.asarray(found)


def _highest(
    dpc: NDArray[np.float64], ids: NDArray[Any], top: int
) -> NDArray[np.bool_]:
    if isinstance(top, bool) or not isinstance(top, int | np.integer) or top < 1:
        msg = f"`top` is {top!r}; give how many sources stay, 1 or more."
        raise ParameterError(msg)
    kept = np.zeros(dpc.size, dtype=bool)
    kept[np.lexsort((ids, -dpc))[:top]] = True
    return kept


def _checked_percent(value: float) -> float:
    if not 0 <= value <= 100:
        msg = f"`least_dpc` is {value!r}; give percent, 0 to 100."
        raise ParameterError(msg)
    return value
