"""Libraries that only some functions need; a missing one names the pip command."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from ecozoning.errors import MissingDependencyError

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["import_optional"]


def import_optional(module: str, *, extra: str) -> ModuleType:
    """
    Import a library that is not among the core dependencies.

    Parameters
    ----------
    module : str
        Dotted name of the module, for instance ``"dask.array"``.
    extra : str
        Extra of `ecozoning` that installs it, for instance ``"dask"``.

    Returns
    -------
    types.ModuleType
        The imported module itself, also for a dotted name.

    Raises
    ------
    MissingDependencyError
        If the import fails; the message has the pip command and the cause.

    Examples
    --------
    >>> import_optional("json", extra="report").loads("[1, 2]")
    [1, 2]
    """
    try:
        return importlib.import_module(module)
    except ImportError as cause:
        msg = (
            f"`{module}` is needed here and cannot be imported ({cause}); install it "
            f'with `pip install "ecozoning[{extra}]"`.'
        )
        raise MissingDependencyError(msg) from cause
