"""How many threads there are, and work that is shared out to them."""

from __future__ import annotations

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["one_thread", "share_out", "thread_count"]

_Share = TypeVar("_Share")
_Result = TypeVar("_Result")

_ALONE: ContextVar[bool] = ContextVar("alone", default=False)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Have kernels called from here use this thread only: the caller has others."""
    token = _ALONE.set(True)
    try:
        yield
    finally:
        _ALONE.reset(token)


def thread_count() -> int:
    """Return how many threads kernels use: ECOZONING_THREADS, else the processors."""
    if _ALONE.get():
        return 1
    asked = os.environ.get("ECOZONING_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_out(
    call: Callable[[_Share], _Result], shares: Sequence[_Share], workers: int
) -> list[_Result]:
    """
    Return what a function makes of each share, in their order.

    The calling thread works like the others: started in its place, a thread would take
    longer than a small job, and waiting it would only be in their way.
    """
    todo = iter(enumerate(shares))  # C code from end to end: each share is taken once
    done: dict[int, _Result] = {}

    def work() -> None:
        for place, share in todo:
            done[place] = call(share)

    with ThreadPoolExecutor(max(workers - 1, 1)) as pool:
        others = [pool.submit(work) for _ in range(workers - 1)]
        work()
        for other in others:
            other.result()
    return [done[place] for place in range(len(shares))]
