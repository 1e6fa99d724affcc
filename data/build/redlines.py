"""Remake the red lines, pattern and protected areas of `data/boundaries`.

Usage: python data/build/redlines.py [--into data/boundaries] [SLUG ...]

They follow, byte for byte, from `plan.toml` (the recipe), the boundary, the modelled
zones, the township seats and the elevation grid of each county: make the zones first.
All are modelled: no official polygons are public.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import ecozoning as ez
from ecozoning.io.layers import write_geojson
from ecozoning.plan.redlines import (
    model_pattern,
    model_protected_areas,
    model_redlines,
)

LAYERS = {
    "redlines": model_redlines,
    "pattern": model_pattern,
    "protected_areas": model_protected_areas,
}


def main() -> None:
    """Write the three layers of every county, or of those named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("slugs", nargs="*")
    parser.add_argument("--into", type=Path, default=Path("data/boundaries"))
    arguments = parser.parse_args()
    for slug in arguments.slugs or list(ez.list_plans()["slug"]):
        plan = ez.load_plan(slug)
        folder = arguments.into / slug
        folder.mkdir(parents=True, exist_ok=True)
        for name, model in LAYERS.items():
            layer = model(plan)
            if layer.empty:
                print(slug, name, "the plan publishes none, no file is written")
                continue
            write_geojson(folder / f"{name}.geojson", layer)
            print(slug, name, f"{layer.geometry.notna().sum()} of {len(layer)} placed")


if __name__ == "__main__":
    main()
