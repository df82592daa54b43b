"""A stranger's adapter serves an item of a real case: built as a wheel, installed, named in the catalog."""

import json
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from console.filing import at_the_counter
from console.process import Child
from console.supervisor import Stack, children, temporary_settings
from onething.catalog import load_catalog
from runtime.settings import TREE, Settings
from tests.stack.town import Town

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """What an installer would make of the stranger's distribution."""
    (wheel,) = WheelBuilder(str(TREE / "examples" / "stranger-adapter")).build(directory=str(tmp_path))
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    return tmp_path / "site"


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    """The catalog with one agency reached through the shared folder."""
    folder = tmp_path / "catalog"
    shutil.copytree(TREE / "catalog", folder)
    file = folder / "agencies" / "veterans" / "agency.yaml"
    before, _, rest = file.read_text(encoding="utf-8").partition("adapter: http\n")
    contact = rest[rest.index("contact:") :]
    options = f"adapter: file_exchange\noptions: {{folder: {tmp_path / 'shared'}, rehearsal: true}}\n"
    file.write_text(before + options + contact, encoding="utf-8")
    return folder


@pytest.fixture
def town(site: Path, catalog: Path) -> Iterator[Town]:
    def table(settings: Settings, roles: Sequence[str]) -> tuple[Child, ...]:
        known = {"PYTHONPATH": f"{TREE}:{site}"}
        return tuple(replace(child, env={**child.env, **known}) for child in children(settings, roles))

    with temporary_settings() as own:
        settings = own.model_copy(update={"catalog_dir": catalog})
        with Stack(settings, seconds=120, table=table) as stack, at_the_counter(settings) as counter:
            yield Town(stack, counter, load_catalog(catalog))


def test_it_serves_its_item_of_a_case_beside_agencies_over_http(town, tmp_path):
    number = town.file(town.family(veteran=True))
    town.until_ended([number])

    assert town.slot(number, "veterans")["state"] == "granted"
    (sent,) = [json.loads(path.read_bytes()) for path in (tmp_path / "shared" / "out").glob("*.json")]
    assert sent["业务编号"].startswith(f"{number}/veterans/1/")
    assert sent["表单"]["sqrxm"] == "周明远"
    assert len(list((tmp_path / "shared" / "in").glob("*.json"))) == 1
    over_http = {slot["slot"] for slot in town.counter.case(number)["slots"]} - {"veterans"}
    assert town.effects([number]) == len(over_http)
