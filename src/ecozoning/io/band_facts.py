"""What an open raster file says of a band: grid, nodata, units, where its cells lie."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from rasterio.errors import NotGeoreferencedWarning

from ecozoning.errors import InputError, MissingCRSError, ParameterError
from ecozoning.io.plain_tiff import plain_layout
from ecozoning.io.tiff_blocks import block_places, blocks_beyond

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecozoning.io.plain_tiff import PlainLayout

__all__ = [
    "as_stored",
    "checked_layout",
    "chosen_band",
    "floating",
    "grid",
    "metadata",
    "placed",
]

FLAGS: Final = ("flag_values", "flag_meanings")


@contextlib.contextmanager
def placed(path: str) -> Iterator[None]:
    """Refuse a file of which GDAL says that it has no place on the ground."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", NotGeoreferencedWarning)
            yield
    except NotGeoreferencedWarning as error:
        msg = (
            f"{path!r} has no CRS and no place on the ground; a raster with both is "
            "needed: state them in a copy, e.g. with `gdal_translate -a_srs EPSG:4490 "
            "-a_ullr west north east south`."
        )
        raise MissingCRSError(msg) from error


def chosen_band(dataset: Any, band: int | None, path: str) -> int:  # noqa: ANN401
    """Return the number of the band to read, refusing to choose among several."""
    if not dataset.count:
        msg = f"{path!r} holds several rasters; open one of {dataset.subdatasets}."
        raise ParameterError(msg)
    if band is None and dataset.count == 1:
        return 1
    if type(band) is not int or band not in dataset.indexes:
        names = ", ".join(
            f"{number}: {words or dataset.dtypes[number - 1]}"
            for number, words in zip(dataset.indexes, dataset.descriptions, strict=True)
        )
        given = "" if band is None else f"`band` is {band!r}, but "
        msg = f"{given}{path!r} has {dataset.count} band(s); say which with `band=`: "
        raise ParameterError(msg + names + ".")
    return band


def checked_layout(dataset: Any, band: int, path: str, size: int) -> PlainLayout | None:  # noqa: ANN401
    """Return where plain cells lie, insisting on all blocks of a GeoTIFF."""
    if not size or dataset.driver not in {"GTiff", "COG"}:
        return None
    places = block_places(dataset, band)
    beyond = blocks_beyond(places, size)
    if beyond:
        msg = (
            f"{path!r} cannot be read whole, {beyond} blocks lie behind its end; "
            "it was cut short: fetch or make it again."
        )
        raise InputError(msg)
    return plain_layout(dataset, band, places)


def grid(dataset: Any, path: str) -> tuple[Any, Any]:  # noqa: ANN401
    """Return CRS and transform, insisting on a CRS and rows along x."""
    if dataset.crs is None:
        msg = (
            f"{path!r} has no CRS, so nobody can tell where it lies; state it in a "
            "copy, e.g. with `gdal_translate -a_srs EPSG:4490`."
        )
        raise MissingCRSError(msg)
    transform = dataset.transform
    if transform.b or transform.d or transform.a <= 0:
        msg = (
            f"{path!r} is rotated, sheared or mirrored ({tuple(transform)[:6]}), but "
            "rows from west to east are needed; use `gdalwarp` to make it so."
        )
        raise ParameterError(msg)
    return dataset.crs, transform


def metadata(dataset: Any, band: int) -> tuple[str | None, dict[str, Any]]:  # noqa: ANN401
    """Return the name of a band, and what is known of its values."""
    tags = dataset.tags(band)
    words = {
        "long_name": dataset.descriptions[band - 1],
        "units": dataset.units[band - 1],
    }
    attrs: dict[str, Any] = {key: value for key, value in words.items() if value}
    scale, offset = dataset.scales[band - 1], dataset.offsets[band - 1]
    if (scale, offset) != (1.0, 0.0):
        attrs |= {"scale_factor": scale, "add_offset": offset}
    if all(tags.get(flag) for flag in FLAGS):
        numbers = [int(word) for word in tags["flag_values"].split()]
        attrs["flag_values"] = np.array(numbers, dtype=dataset.dtypes[band - 1])
        attrs["flag_meanings"] = tags["flag_meanings"]
    return tags.get("name"), attrs


def as_stored(nodata: float | None, stored: np.dtype[Any]) -> Any:  # noqa: ANN401 -- a scalar of that type
    """Return nodata as cells hold it; None if there is none but NaN, or none can."""
    if nodata is None or nodata != nodata:
        return None
    if stored.kind in "iu":
        info = np.iinfo(stored)
        fits = info.min <= nodata <= info.max
        return stored.type(int(nodata)) if fits and nodata == int(nodata) else None
    with np.errstate(over="ignore"):  # no float32 cell holds the least float64
        return stored.type(nodata)


def floating(stored: np.dtype[Any]) -> np.dtype[Any]:
    """Return the smallest floating type that holds every stored value."""
    return np.result_type(stored, np.float32)
