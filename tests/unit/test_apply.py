"""The bridge between kernels and arrays, with kernels simple enough to follow."""

import threading

import numpy as np
import pytest

from ecozoning._apply import apply, apply_stack, run_kernel, thread_count
from ecozoning._threads import share_out

da = pytest.importorskip("dask.array")


def double(values, out, first, last):
    """Double a value; count the negative ones."""
    out[first:last] = values[first:last] * 2
    return (int((values[first:last] < 0).sum()),)


def sum_of_three(values, out, first, last):
    """Add the values above and below, where there are any."""
    for row in range(first, last):
        low, high = max(row - 1, 0), min(row + 2, len(values))
        out[row] = values[low:high].sum(axis=0)
    return (0,)


def by_row(values, factor, out, first, last):
    out[first:last] = values[first:last] * factor[first:last, None]
    return (0,)


VALUES = np.arange(42.0).reshape(7, 6) - 3


@pytest.mark.parametrize("threads", [1, 2, 5, 64])
def test_threads_change_nothing(threads):
    out = np.empty_like(VALUES)
    faults = run_kernel(double, [VALUES], out, threads=threads)
    assert (out == VALUES * 2).all()
    assert faults.tolist() == [3]


@pytest.mark.parametrize("workers", [1, 2, 9])
def test_shares_come_back_in_order_whoever_took_them(workers):
    def square(number):
        threading.Event().wait(0.002 * (number % 3))
        return number**2

    assert share_out(square, range(12), workers) == [n**2 for n in range(12)]
    assert share_out(square, [], workers) == []


@pytest.mark.parametrize("bad", range(4))
def test_an_error_in_any_share_is_raised(bad):
    def invert(number):
        threading.Event().wait(0.001)
        return 1 / (number - bad)

    with pytest.raises(ZeroDivisionError):
        share_out(invert, range(4), 2)


def test_many_rows_are_shared_out_in_bands():
    seen = set()

    def kernel(values, out, first, last):
        seen.add((first, last))
        return (last - first,)

    tall = np.zeros((5000, 1000))
    assert run_kernel(kernel, [tall], tall, threads=2).tolist() == [5000]
    ends = sorted(seen)
    assert len(ends) > 2
    assert [b for _, b in ends[:-1]] == [a for a, _ in ends[1:]]


CHUNKS = [(1, 1), (2, 3), (7, 6), (3, 6), (5, 1)]


@pytest.mark.parametrize("chunks", CHUNKS)
def test_a_window_is_the_same_however_the_raster_is_cut(chunks):
    expected = apply(sum_of_three, [VALUES], dtype=float, halo=1)
    lazy = apply(sum_of_three, [da.from_array(VALUES, chunks)], dtype=float, halo=1)
    assert np.array_equal(lazy.compute(), expected)


@pytest.mark.parametrize("chunks", CHUNKS)
def test_a_halo_wider_than_the_chunks_and_the_raster_is_served(chunks):
    def kernel(values, out, first, last):
        out[first:last] = values.shape[0] * 100 + values.shape[1]
        return (0,)

    lazy = apply(kernel, [da.from_array(VALUES, chunks)], dtype=int, halo=9)
    assert set(lazy.compute().ravel().tolist()) == {706}


@pytest.mark.parametrize("chunks", CHUNKS)
def test_parameters_per_row_are_cut_with_the_blocks(chunks):
    factor = np.arange(7.0)
    lazy = da.from_array(VALUES, chunks)
    found = apply(by_row, [lazy], dtype=float, halo=2, rows=[factor]).compute()
    assert np.array_equal(found, VALUES * factor[:, None])


def test_a_lazy_array_stays_lazy_and_keeps_its_chunks():
    import dask

    def refuse(*_, **__):
        raise AssertionError("computed while building the graph")

    lazy = da.from_array(VALUES, (2, 3))
    with dask.config.set(scheduler=refuse):
        found = apply(double, [lazy], dtype=float)
    assert isinstance(found, da.Array)
    assert found.chunks == lazy.chunks


def test_one_lazy_array_makes_the_result_lazy_in_any_order():
    def add(a, b, out, first, last):
        out[first:last] = a[first:last] + b[first:last]
        return (0,)

    lazy = da.from_array(VALUES, (4, 4))
    for arrays in ([VALUES, lazy], [lazy, VALUES]):
        assert np.array_equal(apply(add, arrays, dtype=float).compute(), VALUES * 2)


def test_a_parameter_may_wait_to_be_computed_with_the_blocks():
    from dask import delayed

    def times(values, out, first, last, factor):
        out[first:last] = values[first:last] * factor
        return (0,)

    lazy, factor = da.from_array(VALUES, (2, 3)), delayed(float)("2.5")
    found = apply(times, [lazy], dtype=float, parameters=(factor,))
    assert np.array_equal(found.compute(), VALUES * 2.5)


def test_blocks_are_computed_in_the_thread_of_dask():
    names = set()

    def kernel(values, out, first, last):
        names.add(threading.current_thread().name)
        out[first:last] = values[first:last]
        return (0,)

    lazy = da.from_array(VALUES, (7, 6))
    apply(kernel, [lazy], dtype=float).compute(scheduler="synchronous")
    assert names == {threading.main_thread().name}


@pytest.mark.parametrize("lazy", [False, True])
def test_the_judge_sees_the_faults(lazy):
    def judge(faults):
        if faults[0]:
            raise ValueError(f"{faults[0]} below zero")

    values = da.from_array(VALUES, (7, 6)) if lazy else VALUES
    with pytest.raises(ValueError, match="3 below zero"):
        np.asarray(apply(double, [values], dtype=float, judge=judge))


@pytest.mark.parametrize("kind", [">i2", ">f4", "float16", "int64", "uint32", "int8"])
def test_types_that_compiled_code_does_not_take_are_widened(kind):
    seen = []

    def kernel(values, out, first, last):
        seen.append(values.dtype)
        out[first:last] = values[first:last]
        return (0,)

    values = np.array([[1, 2], [3, 4]], dtype=kind)
    assert np.array_equal(apply(kernel, [values], dtype=float), [[1, 2], [3, 4]])
    assert all(k.isnative and k.name in {"int16", "float32", "float64"} for k in seen)


def test_the_environment_says_how_many_threads(monkeypatch):
    monkeypatch.setenv("ECOZONING_THREADS", "3")
    assert thread_count() == 3


@pytest.mark.parametrize("words", ["", "0", "many", "-2"])
def test_an_environment_that_says_nothing_useful_is_passed_over(monkeypatch, words):
    monkeypatch.setenv("ECOZONING_THREADS", words)
    assert thread_count() >= 1


# --- stacks --------------------------------------------------------------------------


def extent(stack, out, first, last):
    """Write the sum and the number of layers; count the negative values."""
    out[0, first:last] = stack[:, first:last].sum(axis=0)
    out[1, first:last] = len(stack)
    return (int((stack[:, first:last] < 0).sum()),)


def times_series(stack, series, out, first, last, factor):
    out[0, first:last] = factor * (stack * series)[:, first:last].sum(axis=0)
    return (0,)


STACK = np.arange(4 * 7 * 6.0).reshape(4, 7, 6) - 2


@pytest.mark.parametrize("chunks", [(1, 1, 1), (4, 2, 3), (3, 7, 5), None])
def test_layers_of_a_stack_are_gathered_however_it_is_cut(chunks):
    stack = STACK if chunks is None else da.from_array(STACK, chunks)
    found = apply_stack(extent, [stack], layers=2)
    assert np.array_equal(np.asarray(found), [STACK.sum(axis=0), np.full((7, 6), 4)])
    assert found.dtype == "float32"
    assert chunks is None or found.chunks == ((2,), *stack.chunks[1:])


@pytest.mark.parametrize("lazy", [False, True])
def test_one_series_serves_every_block_of_a_stack(lazy):
    series = np.array([1.0, 0, 2, 0]).reshape(4, 1, 1)
    stack = da.from_array(STACK, (4, 1, 6)) if lazy else STACK
    found = apply_stack(times_series, [stack, series], layers=1, parameters=(3.0,))
    assert np.array_equal(np.asarray(found)[0], 3 * (STACK[0] + 2 * STACK[2]))


def test_rows_of_a_stack_are_shared_out_to_threads(monkeypatch):
    monkeypatch.setenv("ECOZONING_THREADS", "3")
    seen = set()

    def kernel(stack, out, first, last):
        seen.add((first, last))
        return extent(stack, out, first, last)

    found = apply_stack(kernel, [STACK], layers=2)
    assert sorted(seen) == [(0, 3), (3, 6), (6, 7)]
    assert np.array_equal(found[0], STACK.sum(axis=0))


@pytest.mark.parametrize("lazy", [False, True])
def test_the_judge_sees_the_faults_of_a_stack(lazy):
    def judge(faults):
        if faults[0]:
            raise ValueError(f"{faults[0]} below zero")

    stack = da.from_array(STACK, (2, 7, 6)) if lazy else STACK
    with pytest.raises(ValueError, match="2 below zero"):
        np.asarray(apply_stack(extent, [stack], layers=2, judge=judge))
