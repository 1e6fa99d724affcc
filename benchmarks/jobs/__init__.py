"""Jobs for `peers.py`: one module per job, each with a list `JOBS`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def largest_difference(a: Any, b: Any) -> float:
    """Return the largest relative difference of two results that are numbers."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(b), np.finfo(float).tiny)))


@dataclass(frozen=True)
class Job:
    """One task, done by us and by others on the same data.

    `make` returns the data; every contender takes it and returns its result. The first
    of `ours` is what a user calls; ratios are printed against each of `ours`.
    `before` is called ahead of every timed call and not timed. `packages` are those
    whose versions belong under the table.
    """

    name: str
    about: str
    make: Callable[[], Any]
    ours: Mapping[str, Callable[[Any], Any]]
    peers: Mapping[str, Callable[[Any], Any]]
    packages: tuple[str, ...] = ()
    difference: Callable[[Any, Any], float] = field(default=largest_difference)
    before: Callable[[], None] = field(default=lambda: None)

    @property
    def contenders(self) -> dict[str, Callable[[Any], Any]]:
        """All of them by label, ours first."""
        return {**self.ours, **self.peers}


def all_jobs() -> dict[str, Job]:
    """Return every job of every module in this folder by name."""
    found: dict[str, Job] = {}
    for module in pkgutil.iter_modules(__path__):
        for job in _jobs_of(f"{__name__}.{module.name}"):
            if job.name in found:
                msg = f"two jobs are called {job.name!r}"
                raise ValueError(msg)
            found[job.name] = job
    return found


def _jobs_of(module: str) -> list[Job]:
    """Return the jobs of a module; none, and a word on it, if a peer is missing."""
    try:
        return list(importlib.import_module(module).JOBS)
    except ImportError as missing:
        print(f"{module} is left out: {missing}", file=sys.stderr)
        return []
