"""Remake the modelled zones of `data/boundaries`, byte for byte.

Usage: python data/build/zones.py [--into data/boundaries] [SLUG ...]

The zones follow from `plan.toml` (the recipe), the boundary, the township seats and the
elevation grid of each county. They are modelled: no official polygons are public.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import ecozoning as ez
from ecozoning.io.layers import write_geojson
from ecozoning.plan.recipe import model_zones


def main() -> None:
    """Write zones.geojson of every county that has zones."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("slugs", nargs="*")
    parser.add_argument("--into", type=Path, default=Path("data/boundaries"))
    arguments = parser.parse_args()
    for slug in arguments.slugs or ["guyang", "jinping", "shanggao", "shanshan"]:
        plan = ez.load_plan(slug)
        folder = arguments.into / slug
        folder.mkdir(parents=True, exist_ok=True)
        write_geojson(folder / "zones.geojson", model_zones(plan))


if __name__ == "__main__":
    main()
