"""Draw docs/images/snapping_shanggao.png: zones of 上高 before and after `snap`.

    python docs/draw_snapping.py

The units are modelled; see docs/snapping.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import matplotlib.pyplot as plt
from matplotlib.patches import Patch

import ecozoning as ez
from ecozoning.maps.fonts import drawing

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes

IMAGE: Final = Path(__file__).resolve().parent / "images" / "snapping_shanggao.png"
COLOURS: Final = {"zone1": "#9ecae1", "zone2": "#fdd0a2", "zone3": "#a1d99b"}
CRS: Final = "EPSG:4547"


def main() -> None:
    """Snap and draw."""
    plan = ez.load_plan("shanggao")
    units, villages = plan.modelled_units().units, plan.modelled_units().villages
    lists = plan.unit_lists()
    snapped = ez.zoning.snap(
        plan.zones,
        units,
        unit_id="name",
        villages=villages,
        split=lists.split,
        fixed=lists.fixed,
    )
    with drawing():
        figure, axes = plt.subplots(1, 2, figsize=(13, 5.6), layout="constrained")
        for axis, zones, title in (
            (
                axes[0],
                plan.zones,
                "建模分区与建模乡镇  as modelled",
            ),
            (
                axes[1],
                snapped.zones,
                "按名单归并  snapped by lists",
            ),
        ):
            _panel(axis, zones, units, title)
        split = snapped.units.dropna(subset="village").to_crs(CRS)
        split.plot(ax=axes[1], facecolor="none", edgecolor="#444", lw=0.5, hatch="///")
        _outlines(axes[1], snapped.zones)
        divided = units["name"].isin(lists.split)
        _labels(axes[0], units)
        _labels(axes[1], units[divided])
        _legend(axes[0], plan.zones)
        axes[1].legend(
            handles=[Patch(fc="none", ec="#444", hatch="///", label="分村划分  split")],
            loc="lower right",
            frameon=False,
        )
        figure.savefig(IMAGE, dpi=110)


def _panel(axis: Axes, zones: gpd.GeoDataFrame, units: Any, title: str) -> None:  # noqa: ANN401
    flat = zones.to_crs(CRS)
    flat.plot(ax=axis, color=[COLOURS[zone] for zone in flat["zone_id"]])
    units.to_crs(CRS).boundary.plot(ax=axis, color="#666", lw=0.5)
    _outlines(axis, zones)
    axis.set_title(title, fontsize=11)
    axis.set_axis_off()


def _outlines(axis: Axes, zones: gpd.GeoDataFrame) -> None:
    zones.to_crs(CRS).boundary.plot(ax=axis, color="#222", lw=1.6)


def _labels(axis: Axes, units: gpd.GeoDataFrame) -> None:
    places = units.to_crs(CRS).representative_point()
    for name, place in zip(units["name"], places, strict=True):
        axis.annotate(
            name,
            (place.x, place.y),
            ha="center",
            va="center",
            fontsize=7.5,
            bbox={"fc": "white", "ec": "none", "alpha": 0.8, "pad": 0.6},
        )


def _legend(axis: Axes, zones: gpd.GeoDataFrame) -> None:
    handles = [
        Patch(fc=COLOURS[zone], label=name)
        for zone, name in zip(zones["zone_id"], zones["short_name"], strict=True)
    ]
    axis.legend(handles=handles, loc="lower right", frameon=False)


if __name__ == "__main__":
    main()
