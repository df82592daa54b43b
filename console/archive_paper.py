"""What a case file holds: in goes a case of the records, out come its papers in the paper file's order.

A decision stands before the application that it answers, both before what they rest on, then what passed
between the parties, then the record of it all: the order that DA/T 22-2015 gives the papers of one matter.
Each paper's bytes follow from the stored case alone, so the same case gives the same papers.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from console.archive_entry import JSON, Folder, Paper, json_paper
from onething.case_definition import CaseDefinition
from onething.case_state import CaseState, SlotCase
from onething.filing import CaseHeader
from onething.text import Text
from onething.wording import BUNDLE_STATES, SLOT_STATES, TIMELINE
from records.archive import Archive
from records.audit import entries_of
from records.blob import blobs_of, get_blob
from records.case import StoredCase
from records.desk_item import DeskItem, decided_items
from records.material import Holder, StoredMaterial, materials_of
from records.notice import notices_of
from records.receipt import PDF, StoredReceipt, receipts_of
from records.timeline import timeline_of
from records.work_order import work_orders

OWN_ACTIONS: Final = frozenset({"archive_case", "find_cases"})
"""Reads that making and finding case files brings about; left out, or no two files would be the same."""
_UNSAFE: Final = re.compile(r"[^0-9A-Za-z_\[\]-]")
_ENDINGS: Final = {PDF: "pdf", "application/ofd": "ofd", "image/jpeg": "jpg", "image/png": "png"}
"""What the door takes; our own, for the system's table of types differs from machine to machine."""
_INNER: Final = {"seen", "attempts", "poll_at", "light", "reminded", "unavailable_since", "uncertain_since"}
"""What a slot's state keeps for its own working."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A closed case with what its papers are drawn from."""

    stored: StoredCase
    state: CaseState
    definition: CaseDefinition

    def title_of(self, slot: str | None) -> Text:
        """The slot's title; its name where the definition has it no more."""
        name = slot or ""
        found = (one.title for one in self.definition.slots if one.slot == name)
        return next(found, Text(zh=name, en=name))


async def matter_of(archive: Archive, stored: StoredCase) -> Matter:
    """Read state and newest definition; raises CaseErased, ValidationError."""
    header = await get_blob(archive, stored.number, stored.inputs["header"])
    case = CaseHeader.model_validate_json(header).case
    return Matter(stored, CaseState.model_validate(stored.snapshot), case.definition)


async def papers_of(archive: Archive, matter: Matter) -> list[Paper]:
    """Every paper of the case, the catalogue first; raises CaseErased."""
    number = matter.stored.number
    receipts, materials = await receipts_of(archive, number), await materials_of(archive, Holder(case=number))
    papers = [
        *_decisions(matter),
        *_results(matter, await decided_items(archive, number)),
        *_application(matter, await _others(archive, matter, (receipts, materials))),
        *(_material(count, one) for count, one in enumerate(materials, start=1)),
        *await _notices(archive, matter),
        *await _work_orders(archive, matter),
        *_receipts(receipts),
        *await _log(archive, matter),
    ]
    return [_catalogue(matter, papers), *papers]


def _catalogue(matter: Matter, papers: list[Paper]) -> Paper:
    """A page for people: what lies where."""
    stored, title = matter.stored, matter.definition.title
    state = BUNDLE_STATES[matter.state.state]
    lines = [
        f"{title.zh} {title.en}",
        f"办件编号 Case: {stored.number}",
        f"收件日期 Received: {stored.received_on.isoformat()}",
        f"办理结果 Ended as: {state.zh} {state.en}",
    ]
    for folder in list(Folder)[1:]:
        lines += ["", f"{folder.value[0]} {folder.title.en}"]
        held = [paper for paper in papers if paper.folder is folder]
        lines += [f"  {paper.name}  {paper.title.zh}" for paper in held] or ["  无 none"]
    text = "\n".join(lines) + "\n"
    title = Text(zh="卷内目录", en="What this file holds")
    return Paper(Folder.CATALOGUE, "目录.txt", title, "text/plain; charset=utf-8", text.encode())


def _decisions(matter: Matter) -> Iterator[Paper]:
    """What each agency told and decided, slot by slot, as the case's state has it."""
    for count, slot in enumerate(matter.state.slots.values(), start=1):
        title, state = matter.title_of(slot.slot), SLOT_STATES[slot.state]
        named = Text(zh=f"{title.zh}：{state.zh}", en=f"{title.en}: {state.en}")
        told = {"title": title.model_dump(), "outcome": state.model_dump(), **_slot(slot)}
        yield json_paper(Folder.DECISION, f"{count:02d}_{_safe(slot.slot)}.json", named, told)


def _results(matter: Matter, items: tuple[DeskItem, ...]) -> Iterator[Paper]:
    """What agencies' desks gave out with their decisions, in the order of decision."""
    given = [(item.slot, paper) for item in items for act in item.acts for paper in act.papers if paper.given]
    for count, (slot, paper) in enumerate(given, start=1):
        title = matter.title_of(slot)
        before = sum(other == slot for other, _ in given[:count])
        named = Text(zh=f"{title.zh}：结果文件 {before}", en=f"{title.en}: result file {before}")
        name = f"{count:03d}_{_safe(slot)}.{_ENDINGS.get(paper.mime, 'bin')}"
        yield Paper(Folder.RESULT, name, named, paper.mime, blob_id=paper.blob_id)


def _slot(slot: SlotCase) -> dict[str, Any]:
    return slot.model_dump(mode="json", exclude=_INNER)


def _application(matter: Matter, others: list[tuple[str, str, Text]]) -> Iterator[Paper]:
    """What was filled in and what each agency was sent, byte for byte as sealed; other versions after it."""
    inputs = matter.stored.inputs
    named: dict[str, tuple[str, Text]] = {}
    if "answers" in inputs:
        named[inputs["answers"]] = ("answers", Text(zh="一表填报内容", en="The merged form as filled in"))
    named[inputs["header"]] = ("header", Text(zh="办件概要", en="The case's heading"))
    for name, blob_id in inputs.items():
        slot = name.partition(":")[2]
        if name.startswith("payload:"):
            title = matter.title_of(slot)
            named[blob_id] = (_safe(slot), Text(zh=f"{title.zh}申请表", en=f"Filing: {title.en}"))
    named |= {blob_id: (word, title) for blob_id, word, title in others}
    for count, (blob_id, (word, title)) in enumerate(named.items(), start=1):
        yield Paper(Folder.APPLICATION, f"{count:03d}_{word}.json", title, blob_id=blob_id)


async def _others(
    archive: Archive,
    matter: Matter,
    known: tuple[tuple[StoredReceipt, ...], tuple[StoredMaterial, ...]],
) -> list[tuple[str, str, Text]]:
    """Answers and filings of the case that nothing points to: of other rounds, or never taken over."""
    number, (receipts, materials) = matter.stored.number, known
    named = set(matter.stored.inputs.values()) | {one.json_blob for one in receipts}
    named |= {one.blob_id for one in materials}
    found = []
    for blob in await blobs_of(archive, number):
        if blob.mime == JSON and blob.blob_id not in named:
            other = _other(matter, json.loads(await get_blob(archive, number, blob.blob_id)))
            if other is not None:
                found.append((blob.blob_id, *other))
    return found


def _other(matter: Matter, document: Any) -> tuple[str, Text] | None:
    """Name and title of an answers document or a filing; None for the door's own notes."""
    if not isinstance(document, dict):
        return None
    if {"slot", "payload"} <= document.keys():
        slot = str(document["slot"])
        title = matter.title_of(slot)
        return f"{_safe(slot)}_other_round", Text(
            zh=f"{title.zh}申请表（其他轮次或未采用）", en=f"Filing: {title.en}, of another round or unused"
        )
    if {"situations", "answers"} <= document.keys():
        return "answers_other_version", Text(
            zh="一表填报内容（其他版本）", en="The merged form in another version"
        )
    return None


def _material(count: int, one: StoredMaterial) -> Paper:
    name = f"{count:03d}_{_safe(one.material)}.{_ENDINGS.get(one.mime, 'bin')}"
    title = Text(zh=" ".join(one.name.split()), en=one.material)
    return Paper(Folder.MATERIAL, name, title, one.mime, blob_id=one.blob_id)


async def _notices(archive: Archive, matter: Matter) -> list[Paper]:
    """Each notice of what lacked, then everything that anybody was told."""
    papers = []
    for notice in matter.state.notices:
        asked = [matter.state.slots[name] for name in notice.slots if name in matter.state.slots]
        corrections = {
            slot.slot: slot.correction.model_dump(mode="json")
            for slot in asked
            if slot.correction is not None and slot.correction.notice == notice.number
        }
        told = {**notice.model_dump(mode="json"), "supplementary": notice.supplementary}
        title = Text(zh=f"一次性告知书（第 {notice.number} 号）", en=f"Notice no. {notice.number}")
        name = f"{notice.number:02d}_notice.json"
        papers.append(json_paper(Folder.NOTICE, name, title, {**told, "corrections": corrections}))
    sent = [
        {
            "key": one.key,
            "kind": one.kind,
            "recipient": one.recipient,
            "slot": one.slot,
            "channel": one.channel,
            "state": one.state,
            "queued_at": one.queued_at.isoformat(),
            "sent_at": one.sent_at.isoformat() if one.sent_at else None,
            "content": one.content,
        }
        for one in await notices_of(archive, matter.stored.number)
    ]
    if sent:
        title = Text(zh="通知和提醒记录", en="Who was told what, when")
        papers.append(json_paper(Folder.NOTICE, "99_told.json", title, sent))
    return papers


async def _work_orders(archive: Archive, matter: Matter) -> list[Paper]:
    """Those of the case's state, with their results, then those opened after its workflow had ended."""
    number = matter.stored.number
    own = {f"{number}/{order.order}": order.model_dump(mode="json") for order in matter.state.work_orders}
    late = [
        {
            "order": order.id,
            "kind": order.kind,
            "slot": order.slot,
            "owner": order.owner,
            "due": order.due_on.isoformat() if order.due_on else None,
            "reason": order.reason,
            "opened_at": order.opened_at.isoformat(),
            "closed_at": order.closed_at.isoformat() if order.closed_at else None,
            "result": order.result,
        }
        for order in await work_orders(archive, case=number)
        if order.id not in own
    ]
    orders = [*own.values(), *late]
    title = Text(zh="工单及办理结果", en="Work-orders and their results")
    return [json_paper(Folder.WORK_ORDER, "01_work_orders.json", title, orders)] if orders else []


def _receipts(receipts: tuple[StoredReceipt, ...]) -> Iterator[Paper]:
    for one in receipts:
        title = Text(zh=f"回执（第 {one.revision} 版）", en=f"Receipt, revision {one.revision}")
        name = f"{one.revision:03d}_receipt"
        yield Paper(Folder.RECEIPT, f"{name}.json", title, blob_id=one.json_blob)
        if one.pdf_blob is not None:
            yield Paper(Folder.RECEIPT, f"{name}.pdf", title, PDF, blob_id=one.pdf_blob)


async def _log(archive: Archive, matter: Matter) -> list[Paper]:
    """The story, who read and changed what, the last state, and the rules that it all went by."""
    number = matter.stored.number
    story = [
        {
            "seq": line.seq,
            "at": line.at.isoformat(),
            "kind": line.kind,
            "text": TIMELINE[line.kind].model_dump() if line.kind in TIMELINE else None,
            "slot": line.slot,
            "params": line.params,
        }
        for line in await timeline_of(archive, number)
    ]
    audited = [
        {
            "at": entry.at.isoformat() if entry.at else None,
            "actor": entry.actor,
            "role": entry.role,
            "purpose": entry.purpose,
            "action": entry.action,
            "fields": list(entry.fields),
        }
        for entry in await entries_of(archive, case=number)
        if entry.action not in OWN_ACTIONS
    ]
    papers = [
        json_paper(Folder.LOG, "01_timeline.json", Text(zh="办理过程", en="The case's story"), story),
        json_paper(
            Folder.LOG, "02_audit.json", Text(zh="查阅和操作记录", en="Who read and changed what"), audited
        ),
        json_paper(
            Folder.LOG,
            "03_state.json",
            Text(zh="办结时状态", en="The state at its end"),
            matter.stored.snapshot,
        ),
    ]
    if "case" in matter.stored.inputs:
        title = Text(zh="收件时的办理规则", en="The rules it was filed under")
        papers.append(Paper(Folder.LOG, "04_rules.json", title, blob_id=matter.stored.inputs["case"]))
    return papers


def _safe(word: str) -> str:
    """A word of the catalog as part of a file's name."""
    return _UNSAFE.sub("-", word)[:64]
