"""Currents, voltages and resistances against the maps of Circuitscape."""

import os
from pathlib import Path

import numpy as np
import pytest
import rioxarray  # noqa: F401 -- writes the CRS
import xarray as xr
from numpy.testing import assert_allclose

from ecozoning.network import CircuitRun, current_flow, driven_current

pytestmark = pytest.mark.reference

ROOT = Path(__file__).resolve().parents[2]
FOLDER = (
    Path(os.environ.get("ECOZONING_REFERENCE", ROOT.parent / "shared" / "reference"))
    / "circuit_toy"
)
SOLVERS = ["direct", "multigrid"]
# Their maps come from an iteration of their own: good to some 1e-6 of a value.
CLOSE = {"rtol": 1e-6, "atol": 1e-6}


def ascii_grid(path, whole=False):
    """Return a raster of ESRI's text format, its nodata NaN, or 0 of whole numbers."""
    if not path.exists():
        pytest.skip(f"{path.name} of the reference maps is not there")
    lines = path.read_text().splitlines()
    values = np.array(" ".join(lines[6:]).split(), dtype=float)
    size = [int(line.split()[1]) for line in lines[:2]]
    values = values.reshape(size[1], size[0])
    if whole:
        values = np.where(values < 1, 0, values).astype("int32")
    else:
        values = np.where(values == -9999, np.nan, values)
    axes = {"y": 10.0 * np.arange(size[1])[::-1], "x": 10.0 * np.arange(size[0])}
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs(4547)


def theirs(path):
    return np.nan_to_num(ascii_grid(path).to_numpy())


def ours(raster):
    return np.nan_to_num(raster.to_numpy())


def given(case):
    folder = FOLDER / case
    points = ascii_grid(folder / "points.asc", whole=True)
    options = {}
    if (folder / "polygons.asc").exists():
        options["short_circuits"] = ascii_grid(folder / "polygons.asc", whole=True)
    return ascii_grid(folder / "cellmap.asc"), points, options


def run_of(solver):
    return CircuitRun(solver=solver, tolerance=1e-10)


CASES = [("pairwise_1", "sgVerify1"), ("pairwise_4", "sgVerify4")]


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("mode", ["pairwise", "network"])
@pytest.mark.parametrize(("case", "name"), CASES)
def test_cumulative_currents_are_those_of_circuitscape(case, name, mode, solver):
    resistance, points, options = given(case)
    flow = current_flow(
        resistance,
        points,
        connectivity=4,
        mode=mode,
        run=run_of(solver),
        **options,
    )
    expected = theirs(FOLDER / case / f"{name}_cum_curmap.asc")
    assert_allclose(ours(flow.current), expected, **CLOSE)
    highest = FOLDER / case / f"{name}_max_curmap.asc"
    if highest.exists():
        assert_allclose(ours(flow.maximum), theirs(highest), **CLOSE)


@pytest.mark.parametrize(("case", "name"), CASES)
def test_resistances_are_those_of_circuitscape(case, name):
    resistance, points, options = given(case)
    flow = current_flow(resistance, points, connectivity=4, **options)
    text = (FOLDER / case / f"{name}_resistances.out").read_text().splitlines()
    ids = [int(float(word)) for word in text[0].split()[1:]]
    rows = np.array([line.split()[1:] for line in text[1:]], dtype=float)
    for row in flow.resistances.itertuples():
        expected = rows[ids.index(row.from_id), ids.index(row.to_id)]
        found = -1 if np.isinf(row.resistance) else row.resistance
        assert found == pytest.approx(expected, abs=1e-6)
    assert set(flow.lost) | set(flow.resistances["from_id"]) | {51, 11} >= set(ids) - {
        int(flow.resistances["to_id"].max())
    }


@pytest.mark.parametrize(("case", "name"), CASES)
def test_maps_of_single_pairs_are_those_of_circuitscape(case, name):
    resistance, points, options = given(case)
    for path in sorted((FOLDER / case).glob(f"{name}_curmap_*.asc")):
        one, two = (int(word) for word in path.stem.split("_")[-2:])
        flow = current_flow(
            resistance, points, connectivity=4, pairs=[(one, two)], **options
        )
        assert_allclose(ours(flow.current), theirs(path), **CLOSE)
        if flow.voltage is not None:  # 4 and 5 are one node
            volts = theirs(path.with_name(path.name.replace("curmap", "voltmap")))
            assert_allclose(ours(flow.voltage), volts, **CLOSE)


@pytest.mark.parametrize("solver", SOLVERS)
def test_driven_currents_are_those_of_circuitscape(solver):
    folder = FOLDER / "advanced_1"
    flow = driven_current(
        ascii_grid(folder / "cellmap5x5.asc"),
        currents=ascii_grid(folder / "sources5x5.asc"),
        grounds=ascii_grid(folder / "grounds5x5.asc"),
        short_circuits=ascii_grid(folder / "polygons5x5.asc", whole=True),
        connectivity=4,
        run=run_of(solver),
    )
    current = theirs(folder / "mgVerify1_curmap.asc")
    voltage = theirs(folder / "mgVerify1_voltmap.asc")
    assert_allclose(ours(flow.current), current, **CLOSE)
    assert_allclose(ours(flow.voltage), voltage, **CLOSE)
