"""A coarse look at a drawn sheet: colours cover the map as the areas say.

The county line is packaged; the zones are **synthetic** strips of it.
"""

import itertools
import json

import geopandas as gpd
import numpy as np
import pytest
from PIL import Image
from shapely import box

from ecozoning.io import boundary_dir
from ecozoning.maps import save_sheet, zoning_sheet
from ecozoning.maps.style import GROUND, PALETTE, UNZONED

EDGES = {"shanggao": (0, 0.25, 0.5, 1), "shanshan": (0, 0.5, 0.62, 1)}


def county_of(slug):
    text = (boundary_dir(slug) / "boundary.geojson").read_text(encoding="utf-8")
    return gpd.GeoDataFrame.from_features(json.loads(text)["features"], crs=4490)


def synthetic_zones(county, shares, crs):
    """Return strips from west to east, with their areas in the plane of the sheet."""
    shape = county.geometry.iloc[0]
    west, south, east, north = shape.bounds
    edges = west + np.array(shares) * (east - west)
    strips = [shape & box(a, south, b, north) for a, b in itertools.pairwise(edges)]
    zones = gpd.GeoDataFrame(geometry=strips, crs=4490)
    area = zones.to_crs(crs).area / 1e6
    return zones.assign(
        name=[f"合成分区{i + 1}" for i in range(len(zones))],
        area_km2=area,
        share_percent=area / area.sum() * 100,
        geometry_kind="modelled",
    )


def map_pixels(sheet, path):
    """Return the pixels inside the frame of the map as rows of RGB."""
    save_sheet(sheet, path, dpi=120)
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    height, width = pixels.shape[:2]
    left, low, right, high = sheet.axes[0].get_position().extents
    rows = slice(round((1 - high) * height), round((1 - low) * height))
    return pixels[rows, round(left * width) : round(right * width)].reshape(-1, 3)


def count(pixels, colour):
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((pixels == rgb).all(axis=1).sum())


@pytest.mark.parametrize(("slug", "crs"), [("shanggao", 4547), ("shanshan", 4539)])
def test_each_zone_covers_its_share_of_the_map(slug, crs, tmp_path):
    county = county_of(slug)
    zones = synthetic_zones(county, EDGES[slug], crs)
    sheet = zoning_sheet(zones, county, title="合成分区图", source="合成", note="")
    pixels = map_pixels(sheet, tmp_path / "sheet.png")
    counted = np.array([count(pixels, colour) for colour in PALETTE[:3]])
    shares = counted / counted.sum() * 100
    np.testing.assert_allclose(shares, zones["share_percent"], atol=2)


@pytest.mark.parametrize(("slug", "crs"), [("shanggao", 4547), ("shanshan", 4539)])
def test_county_covers_its_share_of_the_frame(slug, crs, tmp_path):
    """Area of the county over area of the frame, both in metres of the plane."""
    county = county_of(slug)
    empty = gpd.GeoDataFrame({"name": []}, geometry=[], crs=4490)
    sheet = zoning_sheet(empty, county, title="县域图", source="天地图", note="")
    pixels = map_pixels(sheet, tmp_path / "sheet.png")
    axes = sheet.axes[0]
    frame = np.diff(axes.get_xlim()) * np.diff(axes.get_ylim())
    expected = county.to_crs(crs).area.sum() / frame[0]
    assert count(pixels, UNZONED) / len(pixels) == pytest.approx(expected, abs=0.02)
    assert count(pixels, GROUND) / len(pixels) == pytest.approx(1 - expected, abs=0.1)


def test_a_hole_in_a_zone_shows_the_land_in_no_zone_and_the_key_says_so(tmp_path):
    county = county_of("shanggao")
    zones = synthetic_zones(county, (0, 1), 4547)
    hole = county.geometry.iloc[0].representative_point().buffer(0.08)
    assert county.geometry.iloc[0].contains(hole)
    holed = zones.set_geometry(zones.difference(hole))
    sheet = zoning_sheet(holed, county, title="合成分区图", source="合成", note="")
    pixels = map_pixels(sheet, tmp_path / "sheet.png")
    seen = [count(pixels, colour) for colour in (UNZONED, PALETTE[0])]
    expected = 1 - holed.to_crs(4547).area.sum() / county.to_crs(4547).area.sum()
    assert seen[0] / sum(seen) == pytest.approx(expected, abs=0.02)
    assert "未划入分区" in [text.get_text() for text in sheet.axes[1].texts]


def test_a_hatched_red_line_is_seen_and_its_zone_still_is(tmp_path):
    """A red line over half of the county: red marks, and most of the tint is left."""
    county = county_of("shanggao")
    zones = synthetic_zones(county, (0, 1), 4547)
    shape = county.geometry.iloc[0]
    west, south, east, north = shape.bounds
    half = shape & box(west, south, (west + east) / 2, north)
    redlines = gpd.GeoDataFrame(
        {"geometry_kind": ["modelled"]}, geometry=[half], crs=4490
    )
    words = {"title": "合成分区图", "source": "合成", "note": ""}
    bare = map_pixels(zoning_sheet(zones, county, **words), tmp_path / "a.png")
    sheet = zoning_sheet(zones, county, redlines=redlines, **words)
    hatched = map_pixels(sheet, tmp_path / "b.png")
    left = count(hatched, PALETTE[0]) / count(bare, PALETTE[0])
    assert 0.55 < left < 0.95
    reddish = (hatched[:, 0].astype(int) - hatched[:, 1] > 60).sum()
    assert reddish > 1000
