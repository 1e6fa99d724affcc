"""Draw docs/images/coverage_faults.png: faults of a synthetic coverage, and their mend.

python docs/draw_coverage.py
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import matplotlib.pyplot as plt
import numpy as np
import shapely
from matplotlib.patches import Patch

import ecozoning as ez
from ecozoning.maps.fonts import drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

IMAGE: Final = Path(__file__).resolve().parent / "images" / "coverage_faults.png"
COLOURS: Final = {
    "overlap": "#d7301f",
    "gap": "#6a51a3",
    "sliver": "#e6ab02",
    "hole": "#9ecae1",
}
WORDS: Final = {
    "overlap": "重叠  overlap",
    "gap": "缝隙  gap",
    "sliver": "碎屑  sliver",
    "hole": "空洞  hole",
}
GAP_M: Final = 60.0
CORNER: Final = np.array([5e5, 3.1e6])
SIDE: Final = 6000.0


def townships() -> gpd.GeoDataFrame:
    """Return twelve synthetic units with wavy borders that tile a square."""
    rng = np.random.default_rng(11)
    frame = shapely.box(*CORNER, *(CORNER + SIDE))
    points = shapely.MultiPoint(CORNER + rng.uniform(0.05, 0.95, (12, 2)) * SIDE)
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    cells = shapely.segmentize(shapely.intersection(cells, frame), 120.0)

    def wave(xy: np.ndarray) -> np.ndarray:
        east, north = ((xy - CORNER) / 260.0).T
        inner = np.sin(np.pi * (xy - CORNER) / SIDE).clip(0).prod(axis=1)
        return xy + 90.0 * inner[:, None] * np.c_[np.sin(north), np.cos(1.3 * east)]

    return gpd.GeoDataFrame(geometry=shapely.transform(cells, wave), crs="EPSG:4547")


def with_faults(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return units as two offices might have drawn them."""
    units = ez.clean_coverage(layer).layer
    inner = units.distance(shapely.Point(*(CORNER + SIDE / 2))).sort_values().index
    units.loc[inner[0], "geometry"] = shapely.affinity.translate(
        units.geometry[inner[0]], 45.0, -30.0
    )
    pond = shapely.Point(units.geometry[inner[5]].representative_point()).buffer(260)
    units.loc[inner[5], "geometry"] = units.geometry[inner[5]] - pond
    west, south = CORNER
    strip = shapely.box(west, south + SIDE, west + SIDE, south + SIDE + 45)
    return gpd.GeoDataFrame(geometry=[*units.geometry, strip], crs=units.crs)


def main() -> None:
    """Find, clean, simplify and draw."""
    units = with_faults(townships())
    faults = ez.check_coverage(units, gap_width_m=GAP_M, sliver_width_m=GAP_M)
    clean = ez.clean_coverage(units, gap_width_m=GAP_M)
    simple = ez.simplify_coverage(clean.layer, 120.0)
    with drawing():
        figure, axes = plt.subplots(1, 3, figsize=(14, 5.6), layout="constrained")
        _panel(axes[0], units, "检查  check_coverage")
        _faults(axes[0], faults)
        _panel(axes[1], clean.layer, "清理  clean_coverage")
        moved = clean.ledger["change_m2"]
        for row, change in moved[moved.abs() > 1].items():
            middle = clean.layer.geometry[row].representative_point()
            axes[1].annotate(
                f"{change / 1e4:+.1f} hm²",
                (middle.x, middle.y),
                ha="center",
                size=8,
                bbox={"fc": "white", "ec": "none", "alpha": 0.8, "pad": 0.6},
            )
        _panel(axes[2], simple.layer, "化简  simplify_coverage, 120 m")
        vertices = simple.ledger[["vertices_before", "vertices_after"]].sum()
        axes[2].set_xlabel(f"{vertices.iloc[0]} → {vertices.iloc[1]} vertices")
        figure.savefig(IMAGE, dpi=110)


def _panel(axis: Axes, units: gpd.GeoDataFrame, title: str) -> None:
    units.plot(ax=axis, color="#f2efe6", edgecolor="#555", lw=0.7)
    axis.set_title(title, fontsize=11)
    axis.set(xlabel="", ylabel="", xticks=[], yticks=[])
    axis.set_frame_on(False)


def _faults(axis: Axes, faults: gpd.GeoDataFrame) -> None:
    for kind, own in faults.groupby("kind"):
        own.plot(ax=axis, color=COLOURS[kind])
    axis.set(xlabel="", ylabel="")
    told = [kind for kind in COLOURS if kind in set(faults["kind"])]
    axis.legend(
        handles=[Patch(color=COLOURS[kind], label=WORDS[kind]) for kind in told],
        loc="lower center",
        bbox_to_anchor=(0.5, -0.1),
        ncols=4,
        frameon=False,
        fontsize=8,
    )


if __name__ == "__main__":
    main()
