"""What is said of values that a factor cannot have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning.errors import NoDataError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["judge_of_values"]


def judge_of_values(
    accepted: Mapping[str, str], *, whole: bool
) -> Callable[[NDArray[np.int64]], None]:
    """
    Return a judge of faults: cells with a result, then refused ones by raster.

    `accepted` says by name of the raster what it may hold. With `whole` the kernel saw
    whole rasters, and no result at all is refused.
    """

    def judge(faults: NDArray[np.int64]) -> None:
        for (name, domain), count in zip(
            accepted.items(), faults[1:].tolist(), strict=True
        ):
            if count:
                msg = (
                    f"`{name}` has {count} values outside {domain}; check the unit, "
                    f"and make cells without data nodata with `{name}.where(...)`."
                )
                raise ParameterError(msg)
        if whole and not faults[0]:
            names = ", ".join(f"`{name}`" for name in accepted)
            msg = f"no cell has a value in all of {names}; see what cut them."
            raise NoDataError(msg)

    return judge
