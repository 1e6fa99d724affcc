"""Writing so that a failure leaves the old file, or none."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ecozoning.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["atomic_path", "output_folder"]

PREFIX: Final = ".part-"
LEFT_FOR_S: Final = 86_400
"""Seconds after which nobody is still writing: what a killed process left may go."""


def output_folder(path: Path) -> Path:
    """Create a folder for results and prove that it can be written to."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        msg = (
            f"folder {str(path)!r} cannot be written ({error.strerror or error}); "
            "choose another folder or free it."
        )
        raise OutputError(msg) from error
    return path


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """
    Give a temporary path beside `path`, and rename it there when all went well.

    The suffix is kept, because writers choose the format by it. An `OSError` on the
    way becomes an `OutputError` that names the target; any other error passes through.
    In both cases the temporary file goes, and what stood at `path` stays. A process
    that is killed leaves its part; the first write of that file a day later removes it.
    """
    if not path.parent.is_dir():
        msg = f"folder {str(path.parent)!r} does not exist; create it first."
        raise OutputError(msg)
    _sweep(path)
    try:
        # A folder of its own also holds the side files that some drivers leave.
        with tempfile.TemporaryDirectory(prefix=PREFIX, dir=path.parent) as folder:
            part = Path(folder) / path.name
            yield part
            _settle(part)
            part.replace(path)
    except OutputError:
        raise
    except OSError as error:
        msg = f"{str(path)!r} could not be written ({error.strerror or error})."
        raise OutputError(msg) from error


def _sweep(path: Path) -> None:
    """Remove the parts of this file that processes killed long ago have left."""
    for part in path.parent.glob(f"{PREFIX}*/{glob.escape(path.name)}"):
        with contextlib.suppress(OSError):  # another process may sweep as well
            if time.time() - part.stat().st_mtime > LEFT_FOR_S:
                shutil.rmtree(part.parent)


def _settle(part: Path) -> None:
    """Give the mode of any new file, and push the bytes to the disk before renaming."""
    mask = os.umask(0)
    os.umask(mask)
    part.chmod(0o666 & ~mask)
    with part.open("rb+") as handle:
        os.fsync(handle.fileno())
