"""Writing: all or nothing, and what stood there stays."""

import errno
import os
from pathlib import Path

import pytest

from ecozoning.errors import EcozoningError, OutputError
from ecozoning.io.atomic import atomic_path, output_folder

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def write(path, error=None, side=""):
    """Write a file, or begin to and fail."""
    with atomic_path(path) as part:
        part.write_text("half" if error else "new", encoding="utf-8")
        if side:
            part.with_name(side).write_text("side", encoding="utf-8")
        if error:
            raise error


def write_nothing(path):
    with atomic_path(path):
        pass


def fail(error):
    def raising(*_args, **_options):
        raise error

    return raising


@pytest.fixture
def old(tmp_path):
    """Return a file that was there before."""
    path = tmp_path / "table.csv"
    path.write_text("old", encoding="utf-8")
    return path


def test_file_appears_under_its_name_and_nothing_else(tmp_path):
    write(tmp_path / "table.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]
    assert (tmp_path / "table.csv").read_text(encoding="utf-8") == "new"


def test_old_file_is_replaced(old):
    write(old)
    assert old.read_text(encoding="utf-8") == "new"


def test_old_file_is_there_until_the_new_one_is_complete(old):
    with atomic_path(old) as part:
        part.write_text("half", encoding="utf-8")
        assert old.read_text(encoding="utf-8") == "old"


def test_name_of_the_temporary_file_keeps_the_suffix(tmp_path):
    with atomic_path(tmp_path / "某县 zones.gpkg") as part:
        part.touch()
        assert part.suffix == ".gpkg"
        assert part.parent.parent == tmp_path  # on the same disk


@pytest.mark.parametrize("error", [ValueError("bad row"), KeyboardInterrupt()])
def test_writer_that_fails_leaves_the_old_file_and_no_other(old, error):
    with pytest.raises(type(error)):
        write(old, error)
    assert old.read_text(encoding="utf-8") == "old"
    assert list(old.parent.iterdir()) == [old]


def test_side_files_of_a_driver_go_as_well(tmp_path):
    with pytest.raises(RuntimeError):
        write(tmp_path / "a.gpkg", RuntimeError(), side="a.gpkg-wal")
    assert list(tmp_path.iterdir()) == []


def test_failure_of_the_disk_is_an_output_error_that_names_the_target(old):
    with pytest.raises(OutputError, match=r"table\.csv' could not be written \(No sp"):
        write(old, FULL)
    assert old.read_text(encoding="utf-8") == "old"
    assert list(old.parent.iterdir()) == [old]


@pytest.mark.parametrize(
    ("where", "call"), [(os, "fsync"), (Path, "replace"), (Path, "chmod")]
)
def test_disk_that_fills_at_the_last_step_leaves_the_old_file(
    old, monkeypatch, where, call
):
    with monkeypatch.context() as patch:
        patch.setattr(where, call, fail(FULL))
        with pytest.raises(OutputError, match="No space left"):
            write(old)
    assert old.read_text(encoding="utf-8") == "old"
    assert list(old.parent.iterdir()) == [old]


def test_bytes_are_on_the_disk_before_the_file_is_renamed(tmp_path, monkeypatch):
    calls = []
    sync, rename = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (calls.append("sync"), sync(fd)))
    monkeypatch.setattr(
        Path, "replace", lambda a, b: (calls.append("rename"), rename(a, b))[1]
    )
    write(tmp_path / "table.csv")
    assert calls == ["sync", "rename"]


def test_missing_folder_is_refused_with_the_mend(tmp_path):
    with pytest.raises(OutputError, match=r"folder .*none' does not exist; create it"):
        write(tmp_path / "none" / "table.csv")
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_a_file_is_refused(old):
    with pytest.raises(OutputError, match=r"folder .*table\.csv' does not exist"):
        write(old / "more.csv")


def test_target_that_is_a_folder_is_refused_and_stays(tmp_path):
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(OutputError, match=r"out\.csv' could not be written"):
        write(tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == [tmp_path / "out.csv"]
    assert (tmp_path / "out.csv").is_dir()


def test_writer_that_wrote_nothing_is_an_error(old):
    with pytest.raises(OutputError, match=r"table\.csv' could not be written"):
        write_nothing(old)
    assert old.read_text(encoding="utf-8") == "old"


def test_output_error_can_be_caught_as_ours_and_as_an_os_error(tmp_path):
    for kind in (EcozoningError, OSError):
        with pytest.raises(kind, match="does not exist"):
            write(tmp_path / "none" / "table.csv")


@pytest.mark.skipif(os.name == "nt", reason="modes of files are those of POSIX")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_new_file_has_the_mode_of_any_new_file(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write(tmp_path / "table.csv")
        assert os.umask(mask) == mask  # and the mask is as it was
    finally:
        os.umask(before)
    assert (tmp_path / "table.csv").stat().st_mode & 0o777 == mode


@pytest.mark.skipif(os.name == "nt", reason="folders are protected in other ways")
def test_folder_that_may_not_be_written_is_refused(tmp_path):
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o555)
    if os.access(shut, os.W_OK):
        pytest.skip("this user may write everywhere")
    with pytest.raises(OutputError, match=r"Permission denied"):
        write(shut / "table.csv")
    with pytest.raises(OutputError, match=r"folder .*shut' cannot be written"):
        output_folder(shut)


# --- folders for results -----------------------------------------------------------


def test_folder_for_results_is_made_with_its_parents(tmp_path):
    made = output_folder(tmp_path / "a" / "b")
    assert made == tmp_path / "a" / "b"
    assert made.is_dir()
    assert list(made.iterdir()) == []


def test_folder_that_is_there_keeps_what_is_in_it(old):
    output_folder(old.parent)
    assert list(old.parent.iterdir()) == [old]


def test_file_in_the_place_of_a_folder_is_refused_with_the_mend(old):
    with pytest.raises(OutputError, match=r"cannot be written \(.*\); choose another"):
        output_folder(old)
    with pytest.raises(OutputError, match="choose another folder"):
        output_folder(old / "below")
    assert old.read_text(encoding="utf-8") == "old"


def test_folder_on_a_full_disk_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.TemporaryFile", fail(FULL))
    with pytest.raises(OutputError, match="No space left"):
        output_folder(tmp_path)


def left_part(folder, name, age_s):
    part = folder / ".part-killed" / name
    part.parent.mkdir()
    part.write_text("half", encoding="utf-8")
    then = part.stat().st_mtime - age_s
    os.utime(part, (then, then))
    return part


def test_the_part_of_a_process_killed_days_ago_goes_with_the_next_write(tmp_path):
    part = left_part(tmp_path, "table.csv", 2 * 86_400)
    write(tmp_path / "table.csv")
    assert not part.parent.exists()


def test_parts_of_other_files_and_of_this_hour_stay(tmp_path):
    part = left_part(tmp_path, "table.csv", 3_600)
    write(tmp_path / "table.csv")
    write(tmp_path / "other.csv")
    assert part.exists()


def test_a_name_with_brackets_sweeps_its_own_part_only(tmp_path):
    part = left_part(tmp_path, "table1.csv", 2 * 86_400)
    write(tmp_path / "table[1].csv")
    assert part.exists()
