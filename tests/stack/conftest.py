"""One real stack for the whole folder: Temporal, stand-in agencies, worker and API, on free ports."""

from collections.abc import Iterator

import pytest

from console.filing import at_the_counter
from console.supervisor import Stack
from onething.catalog import load_catalog
from tests.stack.town import Town


@pytest.fixture(scope="session")
def built_town() -> Iterator[Town]:
    with Stack(seconds=120) as stack, at_the_counter(stack.settings) as counter:
        yield Town(stack, counter, load_catalog(stack.settings.catalog_dir))


@pytest.fixture
def town(built_town: Town) -> Iterator[Town]:
    """The town with everything running and every agency at its default, however the last test ended."""
    built_town.stack.wait_healthy(seconds=60)
    built_town.play_everywhere()
    yield built_town
    built_town.wake()


@pytest.fixture
def environment(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The shell of somebody who runs the commands on this stack."""
    for name, value in town.stack.settings.environment().items():
        monkeypatch.setenv(name, value)
    return town
