"""Changed inputs: the case points to the newest, the audit tells of it, and nothing earlier is lost."""

import pytest

from onething.errors import NotKnown
from records import audit
from records.audit import AuditEntry
from records.blob import Content, get_blob
from records.case import create_case, erase_case, get_case
from records.case_input import renew_inputs
from records.errors import CaseErased

NUMBER = "20261123-A"
ENTRY = AuditEntry("clerk-7", "clerk", "correction", "correct_case", NUMBER, fields=("name(deceased)",))
CHANGED = {"answers": Content('{"name(deceased)": "张秀瑛"}'.encode(), "application/json")}


async def test_a_case_points_to_its_newest_inputs_and_keeps_the_earlier_ones(archive, filing):
    header = Content(b"{}", "application/json")
    inputs = {**filing().inputs, "header": header}
    before = (await create_case(archive, filing(inputs=inputs))).inputs
    after = await renew_inputs(archive, NUMBER, CHANGED, ENTRY)
    assert after == (await get_case(archive, NUMBER)).inputs
    assert after["header"] == before["header"]
    assert "张秀瑛".encode() in await get_blob(archive, NUMBER, after["answers"])
    assert "张秀英".encode() in await get_blob(archive, NUMBER, before["answers"])
    (told,) = await audit.entries_of(archive, case=NUMBER)
    assert told.action == "correct_case"


async def test_neither_an_unknown_nor_an_erased_case_is_given_inputs(archive, filing, now):
    with pytest.raises(NotKnown):
        await renew_inputs(archive, NUMBER, CHANGED, ENTRY)
    await create_case(archive, filing())
    await erase_case(archive, NUMBER, now, ENTRY)
    with pytest.raises(CaseErased):
        await renew_inputs(archive, NUMBER, CHANGED, ENTRY)
