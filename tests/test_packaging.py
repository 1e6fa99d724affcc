"""The wheel, installed with its dependencies where nothing else is."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
UV = shutil.which("uv", path=str(Path(sys.executable).parent))
NO_INDEX = (  # what uv and pip say when there is no index to ask
    "connection refused",
    "dns error",
    "error sending request",
    "name resolution",
    "network was disabled",
    "new connection",
    "timed out",
)
SCRIPT = """
import json, pathlib
import ecozoning as ez
from ecozoning.io import data_dir
plan = ez.load_plan("shanggao")
print(json.dumps({"figures": len(plan.figures), "data": str(data_dir())}))
"""

pytestmark = [pytest.mark.slow, pytest.mark.network]


def run(*command, cwd):
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from the sdist, so that both are complete."""
    folder = tmp_path_factory.mktemp("dist")
    built = run(
        sys.executable, "-m", "build", "--no-isolation", "-o", folder, ROOT, cwd=folder
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


def installer(python):
    if UV:
        return [UV, "pip", "install", "--python", python]
    return [python, "-m", "pip", "install"]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Return a fresh environment that holds the wheel and its dependencies."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    made = run(sys.executable, "-m", "venv", folder, cwd=wheel.parent)
    assert made.returncode == 0, made.stderr
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    done = run(
        *installer(scripts / "python"),
        "-c",
        ROOT / "constraints.txt",
        wheel,
        cwd=wheel.parent,
    )
    if done.returncode and any(word in done.stderr.lower() for word in NO_INDEX):
        pytest.skip(f"no package index is reachable: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr
    return scripts


def test_wheel_carries_the_data_but_not_the_scripts_that_build_them(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    plans = {name for name in names if name.endswith("/plan.toml")}
    assert len(plans) == 5
    assert all(name.startswith("ecozoning/_packaged/plans/") for name in plans)
    assert not any("/build/" in name or "__pycache__" in name for name in names)
    assert "ecozoning/py.typed" in names
    assert "ecozoning/__init__.pyi" in names


def test_installed_wheel_loads_a_plan_from_its_own_data(installed, tmp_path):
    done = run(installed / "python", "-I", "-c", SCRIPT, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["figures"] > 100
    assert Path(answer["data"]).is_relative_to(installed.parent.resolve())


def test_installed_command_lists_the_five_plans(installed, tmp_path):
    done = run(installed / "ecozoning", "plans", "--format", "csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for slug in ("guyang", "jinping", "mulei", "shanggao", "shanshan"):
        assert slug in done.stdout
