"""The benchmark's arithmetic; its requests run in `make bench` alone."""

from types import SimpleNamespace

from tests.benchmarks.figures import Target, percentile, row


def answers(*milliseconds):
    return [SimpleNamespace(seconds=each / 1000, text="page") for each in milliseconds]


def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed():
    values = list(range(20, 0, -1))
    assert [percentile(values, percent) for percent in (50, 95, 100)] == [10, 19, 20]
    assert percentile([7], 95) == 7


def test_a_row_holds_times_and_their_ratios_to_the_bare_view_at_the_same_percentile():
    cells = row("case page", answers(*[20] * 10, *[60] * 10), answers(*[5] * 10, *[10] * 10)).split()
    assert cells[2:7] == ["(20)", "20.0", "60.0", "4.0", "6.0"]


def test_a_target_that_is_missed_is_marked():
    page, bare = answers(30, 30), answers(10, 10)
    assert row("page", page, bare, Target(50, 2)).split()[-3] == "!"
    assert "!" not in row("page", page, bare, Target(50, 3))
