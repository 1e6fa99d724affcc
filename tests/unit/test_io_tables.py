"""Text tables and TOML: what is read, what is refused where, what is written."""

import csv

import pytest

from ecozoning.errors import OutputError, PlanDataError
from ecozoning.io.tables import (
    read_csv_rows,
    read_text,
    read_toml,
    write_csv_rows,
    write_text,
)


@pytest.fixture
def make_file(tmp_path):
    def build(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return build


def refuse(path, match, columns=("a", "b")):
    with pytest.raises(PlanDataError, match=match) as caught:
        read_csv_rows(path, columns)
    return caught.value


# --- text --------------------------------------------------------------------------


def test_text_comes_without_the_mark_that_spreadsheets_put_first(make_file):
    assert read_text(make_file("\ufeff上高县\n")) == "上高县\n"


def test_missing_file_is_named_with_its_folder(tmp_path):
    with pytest.raises(PlanDataError, match=r"plan\.toml is missing in '.+'"):
        read_text(tmp_path / "plan.toml")


def test_text_in_another_coding_is_refused_with_the_place_and_the_mend(make_file):
    # The first three bytes are ASCII; the fourth begins a character of GB 18030.
    path = make_file("abc上高县".encode("gb18030"))
    with pytest.raises(
        PlanDataError, match=r"table\.csv is not UTF-8 \(byte 3\); save"
    ):
        read_text(path)


def test_folder_in_the_place_of_a_file_is_refused(tmp_path):
    with pytest.raises(PlanDataError, match=r"cannot be read"):
        read_text(tmp_path)


# --- TOML --------------------------------------------------------------------------


def test_toml_is_read_with_its_chinese(make_file):
    path = make_file('name = "上高县"\nyear = 2020\n', "plan.toml")
    assert read_toml(path) == {"name": "上高县", "year": 2020}


def test_broken_toml_is_refused_with_file_and_line(make_file):
    path = make_file('name = "上高县"\nyear = \n', "plan.toml")
    with pytest.raises(PlanDataError, match=r"plan\.toml is not valid TOML.*line 2"):
        read_toml(path)


# --- CSV ---------------------------------------------------------------------------


def test_rows_come_with_their_line_numbers(make_file):
    path = make_file("a,b\n1,2\n3,4\n")
    assert read_csv_rows(path, ["a", "b"]) == [
        (2, {"a": "1", "b": "2"}),
        (3, {"a": "3", "b": "4"}),
    ]


def test_order_of_the_columns_in_the_file_does_not_matter(make_file):
    assert read_csv_rows(make_file("b,a\n2,1\n"), ["a", "b"]) == [
        (2, {"b": "2", "a": "1"})
    ]


def test_cells_are_stripped_and_quoted_ones_may_hold_commas(make_file):
    rows = read_csv_rows(make_file('a,b\n 1 ,"x, y"\n'), ["a", "b"])
    assert rows == [(2, {"a": "1", "b": "x, y"})]


def test_blank_lines_are_passed_over_and_still_counted(make_file):
    assert read_csv_rows(make_file("a,b\n\n1,2\n"), ["a", "b"])[0][0] == 3


def test_files_of_windows_are_read_alike(make_file):
    path = make_file("\ufeffa,b\r\n1,2\r\n")
    assert read_csv_rows(path, ["a", "b"]) == [(2, {"a": "1", "b": "2"})]


def test_table_without_rows_is_empty(make_file):
    assert read_csv_rows(make_file("a,b\n"), ["a", "b"]) == []


def test_missing_and_unknown_columns_are_refused_by_name(make_file):
    error = refuse(
        make_file("a,c\n"), r"table\.csv, line 1: .*missing: b; unexpected: c"
    )
    assert error.missing == ("b",)
    assert error.unexpected == ("c",)


def test_column_that_stands_twice_is_named(make_file):
    refuse(make_file("a,b,a\n1,2,3\n"), r"line 1: .*(twice|repeated).* a")


def test_empty_file_is_refused_as_one_without_its_columns(make_file):
    refuse(make_file(""), r"line 1: .*missing: a, b")


@pytest.mark.parametrize(("row", "count"), [("1", 1), ("1,2,3", 3)])
def test_row_of_another_length_is_refused_with_its_line(make_file, row, count):
    match = rf"table\.csv, line 3: {count} cells where the header has 2; quote"
    refuse(make_file(f"a,b\n1,2\n{row}\n"), match)


def test_quote_that_is_never_closed_is_refused_with_its_line(make_file):
    refuse(make_file('a,b\n1,2\n"3,4\n'), r"table\.csv, line \d: not valid CSV")


def test_text_after_a_closed_quote_is_refused(make_file):
    refuse(make_file('a,b\n"1"x,2\n'), r"table\.csv, line 2: not valid CSV")


def test_line_number_counts_lines_within_a_cell(make_file):
    match = r"line 4: 1 cells where"
    refuse(make_file('a,b\n"x\ny",2\nz\n'), match)


# --- writing -----------------------------------------------------------------------


def test_written_table_has_the_mark_that_spreadsheets_need(tmp_path):
    path = tmp_path / "out.csv"
    write_csv_rows(path, ["名称", "km2"], [["锦江区", 505.07]])
    assert path.read_bytes() == "\ufeff名称,km2\n锦江区,505.07\n".encode()


def test_written_table_reads_back(tmp_path):
    path = tmp_path / "out.csv"
    write_csv_rows(path, ["a", "b"], [["x, y", 'say "z"'], ["two\nlines", ""]])
    rows = read_csv_rows(path, ["a", "b"])
    assert rows[0][1] == {"a": "x, y", "b": 'say "z"'}
    assert rows[1][1] == {"a": "two\nlines", "b": ""}


def test_missing_values_are_empty_cells(tmp_path):
    # "Empty means the plan does not say": not `nan`, which spreadsheets show as text.
    path = tmp_path / "out.csv"
    write_csv_rows(path, ["a", "b", "c"], [[float("nan"), None, 1.5]])
    with path.open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.reader(lines))[1] == ["", "", "1.5"]


def test_text_is_written_with_unix_line_ends(tmp_path):
    write_text(tmp_path / "a.txt", "一\n二\n")
    assert (tmp_path / "a.txt").read_bytes() == "一\n二\n".encode()


def test_folder_that_is_missing_is_refused_and_not_made(tmp_path):
    with pytest.raises(OutputError, match="does not exist; create it first"):
        write_csv_rows(tmp_path / "none" / "out.csv", ["a"], [])
    assert list(tmp_path.iterdir()) == []
