"""The reducer's tests share one small office."""

import pytest

from tests.onething.office import Office


@pytest.fixture(scope="session")
def office() -> Office:
    return Office()
