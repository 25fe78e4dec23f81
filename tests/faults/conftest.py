"""What takes longest begins first, so that nobody waits for it alone at the end."""

from itertools import chain

import pytest

LONGEST = (
    "test_the_suite_passes_without_a_network",
    "test_every_damaged_start_shows_a_window_loses_nothing_and_ends_well",
    "test_no_kill_at_a_random_moment_loses_the_document",
)


@pytest.hookimpl(trylast=True)  # after all have been shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the longest tests to the front, with another one behind each.

    Tests are dealt out in pairs at first (`--dist load`), and the pairs are to take about as long.
    """
    longest = [item for item in items if item.name.partition("[")[0] in LONGEST]
    others = [item for item in items if item not in longest]
    paired = zip(longest, others, strict=False)
    items[:] = [*chain.from_iterable(paired), *longest[len(others) :], *others[len(longest) :]]
