"""The command line: parse, call, print."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

__all__ = ["main"]

DONE, DATA_WRONG, CALL_WRONG, INTERRUPTED = 0, 1, 2, 130

LAYERS = ("redlines", "corridors", "pattern")
OVER = f"{','.join(LAYERS)} (default), some of these, or none for the zones alone"
SHEET = "where the map goes: .png, .pdf or .svg"
PACK = "where the GeoPackage goes"
FOLDER = "where the files go (default demo)"
EPILOG = """\
examples:
  ecozoning plans                          the five packaged county plans
  ecozoning stats 上高县                    area of each zone, published and computed
  ecozoning audit guyang                   what the plan gets wrong
  ecozoning fidelity jinping               published figures against the geometry
  ecozoning map 固阳 -o guyang.png          the zoning map, A4 (png, pdf or svg)
  ecozoning export mulei -o mulei.gpkg     all layers and tables
  ecozoning demo -o demo/                  all of it for every county

exit codes: 0 done; 1 the data is wrong (findings, refusals, a file that cannot be
written); 2 the call is wrong.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after ``ecozoning``; those of the process by default.

    Returns
    -------
    int
        0 done, 1 the data is wrong (findings, refusals), 2 the call is wrong.

    Examples
    --------
    >>> main(["stats", "atlantis"])
    2
    """
    _speak_plainly()
    options = _parser().parse_args(arguments)
    from ecozoning.errors import EcozoningError, ParameterError, UnknownPlanError

    try:
        code = int(options.run(options))
        sys.stdout.flush()  # a reader that has gone shows here, not at the exit
    except BrokenPipeError:  # such as `head`, which has seen enough
        _silence()
        return DONE
    except (ParameterError, UnknownPlanError) as error:
        return _refuse(error, CALL_WRONG, debug=options.debug)
    except (EcozoningError, OSError) as error:  # a disk that is full, for instance
        return _refuse(error, DATA_WRONG, debug=options.debug)
    except KeyboardInterrupt:
        print("ecozoning: stopped.", file=sys.stderr)
        return INTERRUPTED
    return code


def _speak_plainly() -> None:
    """Let a console that cannot show a character show another one instead."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _silence() -> None:
    """Keep the interpreter from writing to an output that has gone, at its exit."""
    with contextlib.suppress(io.UnsupportedOperation):  # an output without a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse(error: Exception, code: int, *, debug: bool) -> int:
    if debug:
        raise error
    if type(error) is OSError:  # of the output itself; ours are derived
        _silence()
    print(f"ecozoning: {error}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ecozoning",
        description="County ecological restoration plans of China: zones, area "
        "statistics, audits\nand maps. Geometry of zones is modelled, not official.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _command(commands, "plans", _plans, "list the packaged plans", tables=True)
    _command(commands, "stats", _stats, "areas of a county's zones", county=True)
    _command(commands, "audit", _audit, "what a plan gets wrong", county=True)
    _command(commands, "fidelity", _fidelity, "how well geometry fits", county=True)
    sheet = _command(commands, "map", _map, "draw the zoning map", county=True)
    sheet.add_argument(
        "-o", "--output", required=True, type=Path, metavar="FILE", help=SHEET
    )
    sheet.add_argument("--dpi", type=int, default=200, help="for PNG (default 200)")
    # One word, so that the county may follow it; `plot` knows which names there are.
    sheet.add_argument(
        "--layers",
        type=lambda names: () if names == "none" else names.split(","),
        metavar="LAYERS",
        help=OVER,
    )
    pack = _command(commands, "export", _export, "write a GeoPackage", county=True)
    pack.add_argument(
        "-o", "--output", required=True, type=Path, metavar="FILE.gpkg", help=PACK
    )
    demo = _command(commands, "demo", _demo, "tables, maps and files of every county")
    demo.add_argument(
        "-o", "--output", type=Path, default=Path("demo"), metavar="DIR", help=FOLDER
    )
    _command(commands, "warm-up", _warm_up, "compile the raster kernels once")
    return parser


class _Version(argparse.Action):
    """Print the version, which is looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from ecozoning import __version__

        print(f"ecozoning {__version__}")
        parser.exit()


def _command(
    commands: Any,  # noqa: ANN401 -- argparse has no public name for it
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    *,
    county: bool = False,
    tables: bool = False,
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:] + "."
    )
    command.set_defaults(run=run)
    if county:
        command.add_argument(
            "county", metavar="COUNTY", help="slug, Chinese name or code"
        )
    if tables or name in ("stats", "audit", "fidelity"):
        command.add_argument(
            "--format",
            choices=("text", "csv", "json"),
            default="text",
            help="how the table is printed (default text)",
        )
    command.add_argument(
        "--language", choices=("zh", "en"), default="zh", help="of texts (default zh)"
    )
    command.add_argument("--debug", action="store_true", help="show a traceback")
    return command


def _show(table: pd.DataFrame, options: argparse.Namespace, **text: Any) -> None:  # noqa: ANN401 -- passed on
    from ecozoning import report

    if options.format == "csv":
        sys.stdout.write(report.as_csv(table))
    elif options.format == "json":
        sys.stdout.write(report.as_json(table))
    else:
        text.setdefault("width", _width())
        sys.stdout.write(report.as_text(table, language=options.language, **text))


def _width() -> int | None:
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _warm_up(options: argparse.Namespace) -> int:
    from ecozoning.warm_up import warm_up

    for name in warm_up():
        print(name, flush=True)
    return DONE


def _plans(options: argparse.Namespace) -> int:
    from ecozoning import list_plans

    table = list_plans()
    _show(table.rename(columns={"area_km2": "published_area_km2"}), options)
    return DONE


def _stats(options: argparse.Namespace) -> int:
    from ecozoning import load_plan
    from ecozoning.report import area_report, no_zones

    plan = load_plan(options.county)
    if options.format != "text":  # machines add up themselves
        _show(plan.zone_statistics(), options)
    elif len(plan.zones):
        table = area_report(plan, options.language)
        _show(table, options, title=plan.title, total=len(table) > len(plan.zones))
    if not len(plan.zones):
        print(f"{plan.name}: {no_zones(plan, options.language)}", file=sys.stderr)
    return DONE


def _audit(options: argparse.Namespace) -> int:
    from ecozoning import load_plan, report

    plan = load_plan(options.county)
    found = plan.audit()
    if options.format == "text":
        table = report.finding_report(found, options.language)
        _show(table, options, title=plan.title)
        counts = report.finding_counts(found, options.language)
        print("  ".join(f"{name} {n}" for name, n in counts.items()))
    else:
        _show(found, options)
    return DATA_WRONG if len(found) else DONE


def _fidelity(options: argparse.Namespace) -> int:
    from ecozoning import load_plan, report

    plan = load_plan(options.county)
    table = plan.fidelity()
    if options.format != "text":
        _show(table, options)
        return DONE
    shown = report.fidelity_report(table, options.language)
    _show(shown, options, title=plan.title)
    print(report.fidelity_line(table, options.language))
    return DONE


def _map(options: argparse.Namespace) -> int:
    from ecozoning import load_plan
    from ecozoning.maps import save_sheet

    plan = load_plan(options.county)
    drawn = plan.plot(layers=options.layers, language=options.language)
    save_sheet(drawn, options.output, dpi=options.dpi)
    print(options.output)
    return DONE


def _export(options: argparse.Namespace) -> int:
    from ecozoning import load_plan

    load_plan(options.county).to_gpkg(options.output)
    print(options.output)
    return DONE


def _demo(options: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from ecozoning.demo import STEPS, demo_text, run_demo
    from ecozoning.io.packaged import plan_slugs

    slugs = plan_slugs()
    columns = (TextColumn("{task.description:<22}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(slugs) * len(STEPS))

        def advance(county: str, step: str) -> None:
            bar.update(task, advance=1, description=f"{county}: {step}")

        results = list(
            run_demo(slugs, options.output, language=options.language, progress=advance)
        )
    print(demo_text(results, language=options.language, width=_width()))
    print(f"{options.output}/")
    return DONE
