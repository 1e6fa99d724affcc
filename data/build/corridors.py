"""Remake the rivers and corridors of `data/boundaries`, byte for byte.

Usage: python data/build/corridors.py [--into data/boundaries] [SLUG ...]

They follow from `plan.toml` (the recipe), the boundary, the township seats, the open
river lines and the elevation grid of each county. None is drawn by hand.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import ecozoning as ez
from ecozoning.io.layers import write_geojson
from ecozoning.plan.corridors import model_corridors


def main() -> None:
    """Write corridors.geojson of every county, or of those named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("slugs", nargs="*")
    parser.add_argument("--into", type=Path, default=Path("data/boundaries"))
    arguments = parser.parse_args()
    for slug in arguments.slugs or list(ez.list_plans()["slug"]):
        layer = model_corridors(ez.load_plan(slug))
        folder = arguments.into / slug
        folder.mkdir(parents=True, exist_ok=True)
        write_geojson(folder / "corridors.geojson", layer)
        print(slug, f"{layer.geometry.notna().sum()} of {len(layer)} placed")


if __name__ == "__main__":
    main()
