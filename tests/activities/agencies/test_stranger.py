"""The adapter of another distribution: built as a wheel, found by its entry point, held to the contract."""

import sys
import zipfile
from datetime import UTC, datetime
from importlib import invalidate_caches
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from activities.agencies.contract import CHECKS, Bench
from activities.agencies.registry import adapters, build
from onething.adapter import EventKind, Submission
from onething.errors import CatalogError
from onething.item import Agency, Contact
from onething.text import Text

SOURCE = Path(__file__).resolve().parents[3] / "examples" / "stranger-adapter"
NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)
FILING = Submission(
    key="c1/grave/1/submit", item="veterans/grave", slot="grave", round=1, payload={"xm": "甲"}, at=NOON
)
ANSWER = '{"业务编号": "c1/grave/1/submit", "流水号": "A1", "状态": [["30", "2026-11-03T12:00:00"]]}'.encode()
WORDS = Text(zh="退役军人", en="veterans")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel and put it on the path, as an installer would."""
    built, site = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("site")
    (wheel,) = WheelBuilder(str(SOURCE)).build(directory=str(built))
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    sys.path.insert(0, str(site))
    invalidate_caches()
    yield site
    sys.path.remove(str(site))
    for name in [name for name in sys.modules if name.partition(".")[0] == "file_exchange"]:
        del sys.modules[name]


@pytest.fixture
def adapter(installed, tmp_path):
    del installed
    return veterans({"folder": str(tmp_path), "rehearsal": True})


def veterans(options):
    contact = Contact(phone="12345", address=WORDS, hours=WORDS)
    agency = Agency(
        agency="veterans",
        title=WORDS,
        short=WORDS,
        queue="agency-veterans",
        adapter="file_exchange",
        options=options,
        contact=contact,
    )
    return build([agency])["veterans"]


def test_it_is_found_by_its_entry_point_only_once_installed(installed):
    assert "file_exchange" in adapters().names
    sys.path.remove(str(installed))
    invalidate_caches()
    assert "file_exchange" not in adapters().names
    sys.path.insert(0, str(installed))
    invalidate_caches()


def test_it_imports_nothing_of_ours_but_the_kernel():
    lines = [line for path in SOURCE.rglob("*.py") for line in path.read_text(encoding="utf-8").splitlines()]
    imported = {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))}

    assert imported.isdisjoint({"activities", "api", "forms", "records", "runtime", "simulator", "workflows"})
    assert "onething" in imported


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_it_keeps_the_contract(check, adapter, tmp_path):
    async def effects(key) -> int:
        del key
        return len(list((tmp_path / "in").glob("*.json")))

    await check(Bench(adapter, FILING, effects, callback=ANSWER))


async def test_without_the_rehearsal_it_waits_for_the_agencys_file_and_can_be_taken_back(installed, tmp_path):
    del installed
    agency = veterans({"folder": str(tmp_path)})

    events = await agency.submit(FILING)
    assert [event.kind for event in events] == [EventKind.RECEIVED, EventKind.PENDING]

    await agency.withdraw(FILING.key, "applicant_asked")
    await agency.withdraw(FILING.key, "applicant_asked")
    assert [event.kind for event in await agency.query(FILING.key, NOON)] == [EventKind.RECEIVED]


async def test_it_tells_a_refusal_with_reasons_and_remedies(adapter):
    (refused,) = adapter.parse_callback(ANSWER).events

    assert refused.kind is EventKind.REFUSED
    assert refused.remedies


def test_without_its_folder_it_does_not_start(installed):
    del installed
    with pytest.raises(CatalogError):
        veterans({})
