"""Rewrite the table of layers in `data/README.md` with the sha256 of every file.

Usage: python data/build/checksums.py [--check]

With `--check` nothing is written; the exit code is 1 if the table is out of date.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- checksums -->", "<!-- /checksums -->"
FOLDERS = ("boundaries", "terrain", "landcover", "scene", "rivers")
KINDS = {
    "boundary.geojson": ("county polygon", "Tianditu", "EPSG:4490"),
    "townships.geojson": ("units and seats", "china-division, GeoNames", "EPSG:4490"),
    "zones.geojson": ("zones, modelled", "this project", "EPSG:4490"),
    "redlines.geojson": ("red lines, modelled", "this project", "EPSG:4490"),
    "corridors.geojson": (
        "corridors, modelled or open lines",
        "this project, GSHHG",
        "EPSG:4490",
    ),
    "pattern.geojson": ("pattern, modelled", "this project", "EPSG:4490"),
    "protected_areas.geojson": (
        "protected areas, modelled",
        "this project",
        "EPSG:4490",
    ),
}


SCENE = {
    "L7_ETMs.tif": ("Landsat 7, six bands, 28.5 m", "stars", "EPSG:31985"),
    "olinda_dem_utm25s.tif": (
        "elevation, 90 m, of the same place",
        "stars",
        "EPSG:31985",
    ),
}


def row(path: Path) -> str:
    """Return the table row of one layer."""
    name = path.relative_to(DATA).as_posix()
    if path.parent.name == "terrain":
        what = ("elevation, 30 arc-seconds", "meteva", "EPSG:4326")
    elif path.parent.name == "landcover":
        what = ("IGBP land cover 2019, 0.05°", "MCD12C1", "EPSG:4326")
    elif path.parent.name == "scene":
        what = SCENE[path.name]
    elif path.parent.name == "rivers":
        what = ("river lines", "GSHHG / WDBII", "EPSG:4326")
    else:
        what = KINDS[path.name]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"| `{name}` | {' | '.join(what)} | `{digest}` |"


def table() -> str:
    """Return the whole table."""
    files = [p for f in FOLDERS for p in sorted((DATA / f).rglob("*")) if p.is_file()]
    head = "| file | what | source | CRS | sha256 |\n|---|---|---|---|---|"
    return "\n".join([head, *map(row, files)])


def main() -> int:
    """Write or check the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    readme = DATA / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    new = f"{before}{BEGIN}\n{table()}\n{END}{after}"
    if arguments.check:
        return int(new != text)
    readme.write_text(new, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
