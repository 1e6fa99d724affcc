"""The scripts of `data/build` remake the layers of `data` byte for byte."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BOUNDARIES = ROOT / "data" / "boundaries"
COUNTIES = ["guyang", "jinping", "mulei", "shanggao", "shanshan"]
SOURCES = Path(
    os.environ.get("ECOZONING_SOURCES") or ROOT.parent / "shared" / "data"
).resolve()

pytestmark = pytest.mark.slow


def build(script, *arguments, cwd):
    """Run a script of `data/build` in another folder, as a fresh process."""
    paths = [str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, ROOT / "data" / "build" / script, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def same(made, packaged):
    """Say whether two files are equal, without printing megabytes if not."""
    return made.read_bytes() == packaged.read_bytes()


@pytest.mark.parametrize("slug", ["guyang", "jinping", "shanggao", "shanshan"])
def test_zones_are_remade_from_recipe_and_layers(slug, tmp_path):
    build("zones.py", slug, "--into", tmp_path, cwd=tmp_path)
    assert same(tmp_path / slug / "zones.geojson", BOUNDARIES / slug / "zones.geojson")


@pytest.mark.parametrize(
    ("script", "layers"),
    [
        ("redlines.py", ["pattern", "protected_areas", "redlines"]),
        ("corridors.py", ["corridors"]),
    ],
)
def test_layers_over_the_zones_are_remade_from_their_recipes(script, layers, tmp_path):
    build(script, "--into", tmp_path, cwd=tmp_path)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.glob("*/*"))
    packaged = [
        Path(slug) / f"{layer}.geojson"
        for slug in COUNTIES
        for layer in layers
        if (BOUNDARIES / slug / f"{layer}.geojson").is_file()
    ]
    assert made == packaged
    assert [path for path in made if not same(tmp_path / path, BOUNDARIES / path)] == []


def test_zones_of_all_counties_that_have_them_are_made_without_being_named(tmp_path):
    # Every county with a layer of zones is one that the script makes by itself.
    text = (ROOT / "data" / "build" / "zones.py").read_text(encoding="utf-8")
    for path in BOUNDARIES.glob("*/zones.geojson"):
        assert f'"{path.parent.name}"' in text


@pytest.mark.skipif(
    not (SOURCES / "boundaries" / "counties_tianditu.geojson").is_file(),
    reason="the sources are not there; ECOZONING_SOURCES names their folder",
)
def test_boundaries_and_seats_are_remade_from_their_sources(tmp_path):
    build("boundaries.py", SOURCES, "--into", tmp_path, cwd=tmp_path)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.glob("*/*"))
    layers = ("boundary.geojson", "townships.geojson")
    assert made == [Path(slug) / layer for slug in COUNTIES for layer in layers]
    assert [path for path in made if not same(tmp_path / path, BOUNDARIES / path)] == []


def test_checksums_in_the_readme_are_those_of_the_files(tmp_path):
    build("checksums.py", "--check", cwd=tmp_path)
