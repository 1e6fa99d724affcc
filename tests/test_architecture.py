"""The layering, the API and the docstrings, held as tests rather than as wishes."""

import ast
import importlib
import inspect
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from numpydoc.validate import validate

import ecozoning

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "ecozoning"
WINDOW = PACKAGE / "__init__.py"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Imports go down only. Units of one rung do not import each other.
LADDER = [
    {"cli"},
    {"run", "demo", "warm_up"},
    {"report"},
    {"plan", "pattern"},
    {"zoning"},
    {"maps"},
    {
        "uncertainty",
        "redline",
        "network",
        "importance",
        "suitability",
        "sensitivity",
        "change",
        "diagnosis",
        "survey",
        "synthetic",
    },
    {"overlay", "weights"},
    {"raster"},
    {"rulesets", "crs", "io"},
    {"_apply", "_validation"},
    {"_optional", "_threads"},
    {"_kernels"},
    {"units"},
    {"errors"},
]
RUNG = {unit: rung for rung, units in enumerate(LADDER) for unit in units}
MAY_IMPORT_IO = {"cli", "run", "demo", "plan", "pattern", "maps", "io"}
KERNELS_MAY_IMPORT = {
    "__future__",
    "collections",
    "dataclasses",
    "functools",
    "heapq",
    "itertools",
    "llvmlite",
    "math",
    "numba",
    "numpy",
    "scipy",
    "typing",
}
HEAVY = {"dask", "geopandas", "matplotlib", "pandas", "xarray"}
SHOP_WINDOW = "<the package itself>"


def unit_of(parts):
    """Name the rung's unit that a path inside the package belongs to."""
    return parts[0].removesuffix(".py") if parts else SHOP_WINDOW


def absolute_names(node, path):
    """Return the dotted names an import statement asks for, relative ones resolved."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        package = ("ecozoning", *path.relative_to(PACKAGE).parts[:-1])
        base = ".".join([*package[: len(package) - node.level + 1], *base.split(".")])
    return [f"{base.strip('.')}.{alias.name}" for alias in node.names]


def imports_of(path):
    """Return (line, dotted name) of every import, also those inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (node.lineno, name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in absolute_names(node, path)
    ]


def own_imports_of(path):
    """Return (line, unit) of every import of the package's own code."""
    found = []
    for line, name in imports_of(path):
        root, *rest = name.split(".")
        if root == "ecozoning":
            unit = rest[0] if rest and rest[0] in RUNG else SHOP_WINDOW
            found.append((line, unit))
    return found


def label(path):
    return path.relative_to(PACKAGE).as_posix()


def offences(path):
    """Return one sentence per import that goes up, or sideways, or to `io`."""
    unit = unit_of(path.relative_to(PACKAGE).parts)
    for line, target in own_imports_of(path):
        where = f"{label(path)}:{line} imports {target}"
        if target == SHOP_WINDOW:
            if unit != "cli":  # a user of the public API like any other
                yield f"{where}; import from the module that defines the name"
        elif target != unit and RUNG[target] <= RUNG[unit]:
            yield f"{where}, which is not below {unit}"
        elif target == "io" and unit not in MAY_IMPORT_IO:
            yield f"{where}; only {sorted(MAY_IMPORT_IO)} open files"


def test_every_module_has_a_rung():
    units = {unit_of(path.relative_to(PACKAGE).parts) for path in MODULES}
    assert units - {"__init__"} <= set(RUNG)


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path != WINDOW], ids=label
)
def test_imports_go_down_only(path):
    assert list(offences(path)) == []


def test_the_package_itself_imports_nothing_of_its_own():
    assert own_imports_of(WINDOW) == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "_kernels").glob("*.py")), ids=label)
def test_kernels_know_arrays_only(path):
    roots = {name.split(".")[0] for _, name in imports_of(path)}
    assert roots <= KERNELS_MAY_IMPORT | {"ecozoning"}


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_modules_are_short_enough_to_be_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def public_things():
    """Return (dotted name, object) for all that `__all__` makes public."""
    for name in ecozoning.__all__:
        thing = getattr(ecozoning, name)
        if inspect.ismodule(thing):
            members = getattr(thing, "__all__", ())
            yield from (
                (f"{name}.{member}", getattr(thing, member)) for member in members
            )
        else:
            yield name, thing


def own_methods(name, thing):
    """Return (dotted name, function) of the public methods that a class defines."""
    for attribute, value in vars(thing).items():
        function = getattr(value, "__func__", value)
        if not attribute.startswith("_") and inspect.isfunction(function):
            yield f"{name}.{attribute}", function


def public_functions():
    """Return (dotted name, function) of what users call: functions, methods of `Plan`.

    The small classes of subpackages are described to a function and then left to it;
    for their methods one line is enough.
    """
    for name, thing in public_things():
        if inspect.isclass(thing):
            yield from own_methods(name, thing) if "." not in name else ()
        elif callable(thing):
            yield name, thing


def public_methods():
    """Return (dotted name, function) of every method of every public class."""
    for name, thing in public_things():
        if inspect.isclass(thing):
            yield from own_methods(name, thing)


def sections_due(function):
    """Return the docstring sections that fit a signature.

    What takes arguments can refuse them, so Parameters and Raises go together.
    """
    signature = inspect.signature(function)
    due = {"Examples"}
    if set(signature.parameters) - {"self", "cls"}:
        due |= {"Parameters", "Raises"}
    if signature.return_annotation not in (None, "None"):
        due.add("Returns")
    return due


@pytest.mark.parametrize(
    ("name", "function"),
    [pytest.param(*pair, id=pair[0]) for pair in public_functions()],
)
def test_public_function_documents_what_it_takes_gives_and_refuses(name, function):
    text = inspect.getdoc(function) or ""
    has = set(re.findall(r"^(\w+)\n-{3,}$", text, flags=re.MULTILINE))
    assert sections_due(function) - has == set()


def checks_left_out():
    """Return the numpydoc checks that pyproject.toml takes away from all."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return set(tomllib.loads(text)["tool"]["numpydoc_validation"]["checks"])


@pytest.mark.parametrize("name", [name for name, _ in public_functions()])
def test_public_docstring_keeps_to_numpydoc(name):
    found = validate(f"ecozoning.{name}")["errors"]
    assert [error for error in found if error[0] not in checks_left_out()] == []


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        pytest.param(*pair, id=pair[0])
        for pair in [*public_things(), *public_methods()]
        if callable(pair[1])
    ],
)
def test_every_public_thing_says_what_it_is(name, thing):
    assert len((inspect.getdoc(thing) or "").split()) >= 3, name


def test_every_listed_name_resolves():
    for name, thing in public_things():
        assert thing is not None, name


def test_the_stub_says_the_same_twice():
    """The imports of the stub decide at run time, its `__all__` for type checkers."""
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    listed = next(
        ast.literal_eval(node.value)
        for node in stub.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and "__all__" in ast.unparse(node).split("=", maxsplit=1)[0]
        and node.value is not None
    )
    assert sorted(set(listed) - {"__version__"}) == sorted(ecozoning.__all__)


def test_import_is_light():
    code = f"import sys, ecozoning; print(sorted({HEAVY!r} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    assert out.stdout.strip() == "[]"


# Written so that these lines do not match themselves.
MACHINE_PATH = re.compile(r"(?<![\w.>)~])/(?:home|root|work|tmp)/\w|[A-Z]:\\+Users\\")
INDEX_ADDRESS = re.compile(
    r"https?://\S*(?:pythonhosted|registry\.npm|/simple(?:/|\b)|pypi\.\w+/(?!project))"
)
NOT_OURS = {"__pycache__", "_build", "generated", "demo", "dist", "node_modules"}
BINARY = {".tif", ".png", ".otf", ".ttf", ".woff2", ".gpkg", ".pdf", ".xlsx", ".whl"}


def repository_files():
    """Return the text files of the repository, without caches and built things."""
    for folder, inner, files in os.walk(ROOT):
        inner[:] = [
            name
            for name in inner
            if name == ".ci" or not (name.startswith(".") or name in NOT_OURS)
        ]
        yield from (
            Path(folder, name) for name in files if Path(name).suffix not in BINARY
        )


@pytest.mark.parametrize(
    "pattern", [MACHINE_PATH, INDEX_ADDRESS], ids=["path", "index"]
)
def test_no_file_names_a_machine_or_a_package_index(pattern):
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in repository_files()
        for match in pattern.finditer(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


PACKAGES = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_hides_a_public_name_of_its_package(package):
    """Importing `raster/slope.py` would put the module where the function stood."""
    modules = {path.stem for path in (PACKAGE / package).iterdir()}
    public = getattr(importlib.import_module(f"ecozoning.{package}"), "__all__", ())
    assert modules & set(public) == set()
