"""Sealing: in goes a prepared case, out comes the workflow's input, with nothing personal in it."""

from collections.abc import Mapping

from forms.intake import Prepared
from onething.case_definition import CaseInput
from records.archive import Archive
from records.blob import Content
from records.case import NewCase, create_case

JSON = "application/json"


def contents(prepared: Prepared) -> dict[str, Content]:
    """What is sealed with the case, by name: every slot's filing, the receipt's heading, the case itself."""
    sealed = {
        f"payload:{slot}": Content(filing.model_dump_json().encode(), JSON)
        for slot, filing in prepared.filings.items()
    }
    sealed["header"] = Content(prepared.header.model_dump_json().encode(), JSON)
    sealed["case"] = Content(prepared.case.model_dump_json().encode(), JSON)
    return sealed


def started_with(case: CaseInput, inputs: Mapping[str, str]) -> CaseInput:
    """The workflow's input: the case with the blob ids its sealed inputs came to lie under."""
    payloads = {
        name.removeprefix("payload:"): blob for name, blob in inputs.items() if name.startswith("payload:")
    }
    return case.model_copy(update={"payloads": payloads, "header": inputs["header"]})


async def seal(archive: Archive, prepared: Prepared, number: str) -> CaseInput:
    """Store a case under `number` without a door before it: for the benchmark and for stories."""
    case = prepared.case.model_copy(update={"number": number})
    header = prepared.header.model_copy(update={"case": case})
    numbered = Prepared(case, prepared.filings, header)
    created = await create_case(
        archive,
        NewCase(
            number=number,
            bundle=case.definition.bundle,
            origin=case.origin.value,
            filing_mode=case.mode.value,
            submitted_at=case.submitted_at,
            received_on=case.received_on,
            idempotency_key=number,
            body_sha256="0" * 64,
            region=case.region,
            inputs=contents(numbered),
        ),
    )
    return started_with(case, created.inputs)
