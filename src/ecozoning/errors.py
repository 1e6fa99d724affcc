"""Errors and warnings raised by ecozoning.

Every error derives from `EcozoningError`, and also from the builtin that a caller
would expect, so that both ``except EcozoningError`` and ``except ValueError`` work.
"""

__all__ = [
    "AreaBalanceError",
    "CRSMismatchError",
    "ComputationError",
    "ConvergenceError",
    "DisconnectedError",
    "DroppedRowsWarning",
    "EcozoningError",
    "EcozoningWarning",
    "GeographicCRSError",
    "GeometryError",
    "GridMismatchError",
    "InputError",
    "MissingCRSError",
    "MissingDependencyError",
    "NoDataError",
    "OutputError",
    "ParameterError",
    "PlanDataError",
    "ResampledWarning",
    "SchemaError",
    "SmallZonesWarning",
    "UnknownPlanError",
]


class EcozoningError(Exception):
    """Root of every error raised on purpose by ecozoning."""


class InputError(EcozoningError, ValueError):
    """An argument cannot be used as given."""


class MissingCRSError(InputError):
    """A layer has no coordinate reference system."""


class CRSMismatchError(InputError):
    """Layers that must share one coordinate reference system do not."""


class GeographicCRSError(InputError):
    """A length or an area was asked of coordinates in degrees."""


class GridMismatchError(InputError):
    """Rasters that must share one grid differ in shape, origin or cell size."""


class SchemaError(InputError):
    """A table lacks columns, has unexpected ones, or holds rows that break its rules.

    Attributes
    ----------
    missing, unexpected : tuple of str
        Column names.
    bad_rows : tuple of str
        One sentence per bad cell: file, line, column, what is wrong.
    """

    def __init__(
        self,
        message: str,
        *,
        missing: tuple[str, ...] = (),
        unexpected: tuple[str, ...] = (),
        bad_rows: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.missing = missing
        self.unexpected = unexpected
        self.bad_rows = bad_rows


class PlanDataError(SchemaError):
    """A plan folder or a plan file cannot be read as a plan."""


class GeometryError(InputError):
    """Geometries are invalid, empty or of the wrong type.

    Attributes
    ----------
    index : tuple
        Index labels of the offending rows.
    """

    def __init__(self, message: str, *, index: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.index = index


class ParameterError(InputError):
    """A parameter lies outside its domain."""


class AreaBalanceError(InputError):
    """Areas cannot be made to add up to the control area that was given."""


class NoDataError(InputError):
    """Nothing is left after masking, clipping or selecting."""


class UnknownPlanError(InputError, KeyError):
    """No packaged plan has this slug, name or code."""

    def __str__(self) -> str:
        """Return the plain message; `KeyError` would print its repr."""
        return str(self.args[0]) if self.args else ""


class OutputError(EcozoningError, OSError):
    """A result could not be written; the old file, if any, is untouched."""


class ComputationError(EcozoningError, RuntimeError):
    """A computation failed on input that was legal."""


class ConvergenceError(ComputationError):
    """An iteration stopped before it reached its tolerance."""


class DisconnectedError(ComputationError):
    """Sources that no path joins."""


class MissingDependencyError(EcozoningError, ImportError):
    """An optional library is not installed; the message names the extra."""


class EcozoningWarning(UserWarning):
    """Root of every warning issued by ecozoning."""


class DroppedRowsWarning(EcozoningWarning):
    """Rows were left out: how many, and the first five labels."""


class ResampledWarning(EcozoningWarning):
    """A raster was resampled: from, to, method."""


class SmallZonesWarning(EcozoningWarning):
    """Zones hold few cells by their centres: how many, and the first five labels."""
