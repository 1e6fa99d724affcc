"""Where the packaged plans and layers are, in a wheel as in a source tree."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ecozoning.errors import PlanDataError, UnknownPlanError

__all__ = ["boundary_dir", "data_dir", "plan_dir", "plan_slugs"]

ENVIRONMENT_VARIABLE: Final = "ECOZONING_DATA"
PACKAGE: Final = Path(__file__).resolve().parents[1]
WHEEL_DATA: Final = PACKAGE / "_packaged"
SOURCE_DATA: Final = PACKAGE.parents[1] / "data"
MARKER: Final = Path("plans", "vocabulary.toml")
"""What every data folder has; a folder `data` of another project does not."""


def data_dir() -> Path:
    """
    Return the folder that holds the packaged plans and layers.

    The folder named by the environment variable ``ECOZONING_DATA`` comes first, then
    the copy inside an installed package, then `data/` of the source tree.

    Returns
    -------
    pathlib.Path
        Absolute path of a folder with `plans/` and `boundaries/`.

    Raises
    ------
    PlanDataError
        If the variable names another kind of folder, or if no folder is found.

    Examples
    --------
    >>> (data_dir() / "plans" / "shanggao").is_dir()
    True
    """
    chosen = os.environ.get(ENVIRONMENT_VARIABLE)
    if chosen:
        return _checked(Path(chosen))
    for folder in (WHEEL_DATA, SOURCE_DATA):
        if (folder / MARKER).is_file():
            return folder
    msg = (
        f"the packaged data are neither in {WHEEL_DATA} nor in {SOURCE_DATA}; install "
        f"the package again with `pip install --force-reinstall ecozoning`, or set "
        f"the environment variable {ENVIRONMENT_VARIABLE} to a copy of its `data` "
        f"folder."
    )
    raise PlanDataError(msg)


def _checked(folder: Path) -> Path:
    if (folder / MARKER).is_file():
        return folder.resolve()
    msg = (
        f"the environment variable {ENVIRONMENT_VARIABLE} is {str(folder)!r}, but a "
        f"data folder with the file {MARKER.as_posix()!r} is needed; correct the "
        f"variable, or unset it to use the packaged data."
    )
    raise PlanDataError(msg)


def plan_slugs() -> list[str]:
    """
    List the slugs of the packaged plans.

    Returns
    -------
    list of str
        Names of the folders of `plans/` that hold a `plan.toml`, sorted.

    Raises
    ------
    PlanDataError
        If the packaged data are not found.

    Examples
    --------
    >>> plan_slugs()
    ['guyang', 'jinping', 'mulei', 'shanggao', 'shanshan']
    """
    return sorted(file.parent.name for file in data_dir().glob("plans/*/plan.toml"))


def plan_dir(slug: str) -> Path:
    """
    Return the folder with the text files of one packaged plan.

    Parameters
    ----------
    slug : str
        One of `plan_slugs`, for instance ``"shanggao"``.

    Returns
    -------
    pathlib.Path
        Absolute path of the folder with `plan.toml`, `figures.csv` and the rest.

    Raises
    ------
    UnknownPlanError
        If there is no packaged plan of this slug.
    PlanDataError
        If the packaged data are not found.

    Examples
    --------
    >>> plan_dir("mulei").name
    'mulei'
    """
    slugs = plan_slugs()
    if slug not in slugs:
        msg = (
            f"`slug` is {slug!r}, but no packaged plan has it; use one of "
            f"{', '.join(slugs)}, or `ecozoning.load_plan`, which knows names and "
            f"codes too."
        )
        raise UnknownPlanError(msg)
    return data_dir() / "plans" / slug


def boundary_dir(slug: str) -> Path:
    """
    Return the folder with the layers of one packaged county.

    Parameters
    ----------
    slug : str
        One of `plan_slugs`, for instance ``"shanggao"``.

    Returns
    -------
    pathlib.Path
        Absolute path of the folder with `boundary.geojson` and the rest.

    Raises
    ------
    UnknownPlanError
        If there is no packaged plan of this slug.
    PlanDataError
        If the county has no folder of layers, or the packaged data are not found.

    Examples
    --------
    >>> boundary_dir("mulei").parent.name
    'boundaries'
    """
    folder = data_dir() / "boundaries" / plan_dir(slug).name
    if not folder.is_dir():
        msg = (
            f"plan {slug!r} has no folder of layers at {folder}; make it with the "
            f"scripts of `data/build`, or set {ENVIRONMENT_VARIABLE} to a complete "
            f"copy of the `data` folder."
        )
        raise PlanDataError(msg)
    return folder
