from pathlib import Path

import pytest

from ecozoning._optional import import_optional
from ecozoning.errors import MissingDependencyError, PlanDataError, UnknownPlanError
from ecozoning.io import boundary_dir, data_dir, packaged, plan_dir, plan_slugs

COUNTIES = ["guyang", "jinping", "mulei", "shanggao", "shanshan"]


@pytest.fixture
def make_data(tmp_path):
    """Return a builder of data folders with a vocabulary and empty plans."""

    def build(name, *slugs):
        folder = tmp_path / name
        for slug in slugs:
            (folder / "plans" / slug).mkdir(parents=True)
            (folder / "plans" / slug / "plan.toml").touch()
        (folder / "plans").mkdir(parents=True, exist_ok=True)
        (folder / "plans" / "vocabulary.toml").touch()
        return folder.resolve()

    return build


@pytest.fixture
def nothing_packaged(monkeypatch, tmp_path):
    monkeypatch.setattr(packaged, "WHEEL_DATA", tmp_path / "wheel")
    monkeypatch.setattr(packaged, "SOURCE_DATA", tmp_path / "source")


def test_source_tree_uses_the_data_folder_at_its_root():
    assert data_dir() == Path(__file__).resolve().parents[2] / "data"


@pytest.mark.usefixtures("nothing_packaged")
def test_installed_copy_comes_before_a_folder_data_that_lies_near(make_data):
    make_data("source")
    wheel = make_data("wheel")
    assert data_dir() == wheel


@pytest.mark.usefixtures("nothing_packaged")
def test_missing_data_are_an_error_that_names_both_places_and_the_variable():
    with pytest.raises(
        PlanDataError, match=r"(?s)wheel.*source.*pip install .*ECOZONING_DATA"
    ):
        data_dir()


@pytest.mark.usefixtures("nothing_packaged")
def test_folder_without_vocabulary_is_not_taken_for_the_data(make_data):
    (make_data("source") / "plans" / "vocabulary.toml").unlink()
    with pytest.raises(PlanDataError, match="packaged data are neither"):
        data_dir()


def test_variable_comes_first(make_data, monkeypatch):
    mine = make_data("mine")
    monkeypatch.setenv("ECOZONING_DATA", str(mine))
    assert data_dir() == mine


def test_variable_may_be_a_relative_path(make_data, monkeypatch):
    mine = make_data("mine")
    monkeypatch.chdir(mine.parent)
    monkeypatch.setenv("ECOZONING_DATA", "mine")
    assert data_dir() == mine


def test_empty_variable_is_as_none(monkeypatch):
    monkeypatch.setenv("ECOZONING_DATA", "")
    assert data_dir().name == "data"


def test_variable_that_names_another_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ECOZONING_DATA", str(tmp_path))
    with pytest.raises(PlanDataError, match=r"ECOZONING_DATA.*vocabulary.*unset it"):
        data_dir()


def test_slugs_are_the_folders_that_hold_a_plan(make_data, monkeypatch):
    mine = make_data("mine", "b_county", "a_county")
    (mine / "plans" / "half_done").mkdir()
    monkeypatch.setenv("ECOZONING_DATA", str(mine))
    assert plan_slugs() == ["a_county", "b_county"]


def test_five_counties_are_packaged():
    assert plan_slugs() == COUNTIES


@pytest.mark.parametrize("slug", COUNTIES)
def test_every_packaged_plan_has_layers_and_tables(slug):
    assert (plan_dir(slug) / "figures.csv").is_file()
    assert (boundary_dir(slug) / "boundary.geojson").is_file()


@pytest.mark.parametrize("slug", ["atlantis", "", "..", "../plans/shanggao"])
@pytest.mark.parametrize("function", [plan_dir, boundary_dir])
def test_unknown_slug_is_refused_with_the_known_ones(function, slug):
    with pytest.raises(
        UnknownPlanError, match=r"`slug` is .*guyang, jinping.*load_plan"
    ):
        function(slug)


def test_plan_without_layers_is_refused_with_the_way_to_make_them(
    make_data, monkeypatch
):
    monkeypatch.setenv("ECOZONING_DATA", str(make_data("mine", "new_county")))
    with pytest.raises(PlanDataError, match=r"'new_county' has no folder.*data/build"):
        boundary_dir("new_county")


def test_optional_library_that_is_there_is_imported():
    assert import_optional("xml.dom", extra="report").__name__ == "xml.dom"


def test_missing_optional_library_names_the_extra_and_the_cause():
    with pytest.raises(
        MissingDependencyError,
        match=r'`no_such_library` is needed.*No module.*"ecozoning\[dask\]"',
    ):
        import_optional("no_such_library", extra="dask")


def test_missing_optional_library_is_an_import_error_too():
    with pytest.raises(ImportError, match="no_such_library"):
        import_optional("no_such_library.part", extra="dask")
