"""Time ecozoning against its peers on one machine in one run.

    python benchmarks/peers.py                        every job
    python benchmarks/peers.py --job ellipsoidal_area --repeat 9
    python benchmarks/peers.py --markdown docs/benchmarks.md

All contenders of a job get the same data in one process. After one call each that is
not counted they take turns, so that a machine that slows down slows down all of them.
Medians are printed. Peak memory is measured in a process per contender.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import math
import os
import platform
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]

from jobs import Job, all_jobs  # noqa: E402  the path has to be set first


@dataclass(frozen=True)
class Result:
    """What one contender needed."""

    label: str
    seconds: float
    cpu_seconds: float
    memory_mib: float | None
    difference: float


# --- measuring ---------------------------------------------------------------------


def run(job: Job, repeat: int) -> list[Result]:
    """Return one result per contender, ours first."""
    data = job.make()
    answers = {label: call(data) for label, call in job.contenders.items()}
    reference = answers[next(iter(job.peers))]
    gaps = {label: job.difference(got, reference) for label, got in answers.items()}
    times: dict[str, list[tuple[float, float]]] = {label: [] for label in answers}
    for _ in range(repeat):
        for label, call in job.contenders.items():
            job.before()
            times[label].append(timed(call, data))
    return [
        Result(
            label=label,
            seconds=median(wall for wall, _ in times[label]),
            cpu_seconds=median(cpu for _, cpu in times[label]),
            memory_mib=memory_in_own_process(job, label),
            difference=gaps[label],
        )
        for label in answers
    ]


def timed(call: Any, data: Any) -> tuple[float, float]:
    """Return wall and processor seconds of one call, of programs it starts too."""
    gc.collect()
    wall, cpu = time.perf_counter(), processor_seconds()
    call(data)
    return time.perf_counter() - wall, processor_seconds() - cpu


def processor_seconds() -> float:
    """Return what this process and those that it has waited for have used."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + others.ru_utime + others.ru_stime


def memory_in_own_process(job: Job, label: str) -> float | None:
    """Return the peak of memory above the data, from a process that does only this."""
    done = subprocess.run(
        [sys.executable, __file__, "--measure", job.name, label],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def peak_memory(job: Job, label: str) -> float | None:
    """Return the peak of memory above the data in MiB, where the system tells it."""
    data = job.make()
    reset = Path("/proc/self/clear_refs")
    if not reset.exists():
        return None
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)  # what making the data has left over would hide what the call takes
    reset.write_text("5", encoding="ascii")  # forgets the peak of making the data
    before = status_kib("VmRSS")
    job.contenders[label](data)
    return (status_kib("VmHWM") - before) / 1024


def status_kib(key: str) -> int:
    """Return one line of the process status."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(rf"^{key}:\s+(\d+)", status, flags=re.M)[1])


# --- printing ----------------------------------------------------------------------


def rows(job: Job, results: list[Result], *, absolute: bool) -> list[list[str]]:
    """Return header and rows: ratios of time and processor time to each of ours."""
    ours = results[: len(job.ours)]
    header = ["", *(["s", "CPU s"] if absolute else [])]
    header += [f"{word} / {mine.label}" for mine in ours for word in ("time", "CPU")]
    header += ["memory, MiB", "largest difference"]
    table = [header]
    for result in results:
        row = [result.label]
        if absolute:
            row += [f"{result.seconds:.3f}", f"{result.cpu_seconds:.3f}"]
        for mine in ours:
            row += [
                f"{result.seconds / mine.seconds:.2f}",
                f"{result.cpu_seconds / mine.cpu_seconds:.2f}",
            ]
        memory = result.memory_mib
        row.append("not known" if memory is None else f"{memory:.0f}")
        row.append(difference_text(job, result))
        table.append(row)
    return table


def difference_text(job: Job, result: Result) -> str:
    """Return the difference, or that it is the reference, or a yardstick only."""
    if result.label == next(iter(job.peers)):
        return "reference"
    return "—" if math.isnan(result.difference) else f"{result.difference:.0e}"


def aligned(table: list[list[str]], bar: str = "  ") -> list[str]:
    """Return lines whose columns stand under each other, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = []
    for row in table:
        first, *rest = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]
        lines.append(bar.join(cells))
    return lines


def markdown(table: list[list[str]]) -> list[str]:
    """Return the same as a Markdown table."""
    head, *body = (f"| {line} |" for line in aligned(table, " | "))
    rule = "| --- |" + " ---: |" * (len(table[0]) - 1)
    return [head, rule, *body]


def surroundings(job: Job) -> str:
    """Return one line on what it ran on; ratios hold for such a machine."""
    packages = ", ".join(f"{name} {version(name)}" for name in job.packages)
    return (
        f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()}), "
        f"Python {platform.python_version()}, {packages}"
    )


def write_block(path: Path, name: str, lines: list[str]) -> None:
    """Replace what stands between the two markers of a job in a Markdown file."""
    start, end = f"<!-- peers: {name} -->", "<!-- peers: end -->"
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", flags=re.S)
    if not pattern.search(text):
        sys.exit(f"{path} has no place for {name}; add two lines, {start} and {end}")
    block = "\n".join([start, "", *lines, "", end])
    path.write_text(pattern.sub(lambda _: block, text), encoding="utf-8")


# --- command line ------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument(
        "--job", action="append", metavar="NAME", help="only this job; may be repeated"
    )
    words.add_argument(
        "--repeat", type=int, default=5, metavar="N", help="counted calls (default 5)"
    )
    words.add_argument(
        "--markdown", type=Path, metavar="FILE", help="put the ratios into this file"
    )
    words.add_argument("--list", action="store_true", help="name the jobs and stop")
    words.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    return words


def main() -> None:
    words = parser()
    options = words.parse_args()
    jobs = all_jobs()
    if options.measure:
        name, label = options.measure
        print(json.dumps(peak_memory(jobs[name], label)))
        return
    unknown = set(options.job or ()) - set(jobs)
    if unknown or options.repeat < 1:
        words.error(f"--repeat is at least 1; jobs are {', '.join(jobs)}")
    for name in options.job or jobs:
        report(jobs[name], options)


def report(job: Job, options: argparse.Namespace) -> None:
    """Run one job, or only name it, and print what came out."""
    print(f"{job.name}: {job.about}")
    if options.list:
        return
    results = run(job, options.repeat)
    print("\n".join(aligned(rows(job, results, absolute=True))))
    print(f"{surroundings(job)}; medians of {options.repeat}\n", flush=True)
    if options.markdown:
        table = markdown(rows(job, results, absolute=False))
        note = f"{surroundings(job)}; medians of {options.repeat} calls in turns."
        write_block(options.markdown, job.name, [job.about, "", *table, "", note])


if __name__ == "__main__":
    main()
