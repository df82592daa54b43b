"""Service guides: in goes the catalog, out comes what a life event asks of people and what it proves.

One-ID-only (一证通办) is said of an item, or of a whole life event, only where the catalog proves it for
every situation: no paper but the identity card is the family's to bring. One trip (最多跑一次) only where
nobody has to come in person more than once. For given situations the merged form says it exactly.
"""

from dataclasses import dataclass
from typing import Any, Final

from api.office import Office
from forms.certificate import certificate
from forms.chain import working_days
from forms.condition import applies, unsettled
from forms.resolve import Resolution
from forms.situation import check_situations
from onething.definition import Bundle, Slot
from onething.item import NO_FEE, Item, Limit
from onething.item_material import Basis, MaterialSource
from onething.text import Text

_IDENTITY: Final = "id_card"
"""How the names of identity cards begin in the catalog: what one-ID-only leaves to be shown."""
_SOURCES: Final = {
    MaterialSource.SELF: Text(zh="申请人提交", en="brought by the applicant"),
    MaterialSource.SHARED: Text(zh="部门共享，不用提交", en="shared between agencies"),
    MaterialSource.PLEDGE: Text(zh="以告知承诺代替", en="replaced by a pledge"),
    MaterialSource.FORM: Text(zh="填表时一并完成，不用提交", en="part of the form itself"),
    MaterialSource.MANDATE: Text(zh="以登记的授权委托代替，不用提交", en="a mandate on record stands for it"),
    MaterialSource.OUTPUT: Text(zh="由前一事项产生，不用提交", en="comes of an earlier item"),
}


@dataclass(frozen=True, slots=True)
class GuidePaper:
    """One paper of an item: how it comes, whether only sometimes, whether it may follow, on what basis."""

    title: Text
    source: Text
    brought: bool
    sometimes: bool
    may_follow: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class GuideItem:
    """One item of a life event as its agency publishes it."""

    slot: str
    title: Text
    agency: Text
    phone: str
    sometimes: bool
    """Only in some situations."""
    automatic: bool
    promised: Limit
    statutory: Limit | None
    fee: Text
    result: Text
    papers: tuple[GuidePaper, ...]
    basis: tuple[Basis, ...]
    in_person: tuple[Text, ...]
    """Who has to come themselves."""
    one_card: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """A life event as a service guide."""

    bundle: Bundle
    lead: Text
    applicants: tuple[Text, ...]
    may_be_represented: bool
    items: tuple[GuideItem, ...]
    agencies: tuple[Text, ...]
    free: bool
    """Whether no item costs anything."""
    longest: int
    """The longest promise, in working days."""
    one_card: bool
    one_trip: bool

    @property
    def card_items(self) -> int:
        """How many items are proven to need the identity card only."""
        return sum(item.one_card for item in self.items)


@dataclass(frozen=True, slots=True)
class Exact:
    """What one family's situations come to, counted by the reduction certificate."""

    items: tuple[Text, ...]
    papers: tuple[Text, ...]
    figures: dict[str, Any]
    one_card: bool
    one_trip: bool


def guide_of(office: Office, bundle: Bundle, region: str = "") -> Guide:
    """Draw up the guide as the region works the items that are in force today."""
    catalog, on = office.catalog, office.today()
    pairs = [(slot, catalog.item(slot.item, on, region)) for slot in bundle.slots if slot.number == 1]
    items = tuple(_item(office, bundle, slot, item, region) for slot, item in pairs)
    return Guide(
        bundle=bundle,
        lead=catalog.agency(bundle.lead_agency).title,
        applicants=tuple(role.title for role in bundle.roles.values() if role.login),
        may_be_represented="representative" in bundle.roles,
        items=items,
        agencies=tuple({item.agency: catalog.agency(item.agency).title for _, item in pairs}.values()),
        free=all(item.fee == NO_FEE for _, item in pairs),
        longest=max((working_days(item.promised) for item in items), default=0),
        one_card=all(item.one_card for item in items),
        one_trip=sum(bool(item.in_person) for item in items) <= 1,
    )


def guides(office: Office, region: str = "") -> tuple[Guide, ...]:
    """Every life event's guide, in the catalog's order."""
    return tuple(guide_of(office, bundle, region) for bundle in office.catalog.bundles.values())


def exact(office: Office, bundle: Bundle, situations: dict[str, Any], region: str = "") -> Exact | None:
    """What these situations come to before anything else is known; None while a question is open."""
    if check_situations(bundle, situations):
        return None
    form = office.form(bundle, situations, office.today(), region)
    resolution = Resolution(form, {}, {})
    # What an answer may yet call for counts as called for: less is never promised than is asked.
    names = dict.fromkeys(
        paper.material
        for slot in form.slots
        for paper, condition in slot.papers
        if paper.source is MaterialSource.SELF
        and (applies(condition, resolution) or unsettled(condition, resolution))
    )
    brought = [name for name in names if not name.startswith(_IDENTITY)]
    gates = [gate for slot in form.slots for gate in slot.item.gates if gate.in_person]
    return Exact(
        items=tuple(slot.title for slot in form.slots),
        papers=tuple(office.catalog.materials[name].title for name in brought),
        figures=certificate(form, {}, {}).figures(),
        one_card=not brought,
        one_trip=len(gates) <= 1,
    )


def _item(office: Office, bundle: Bundle, slot: Slot, item: Item, region: str) -> GuideItem:
    agency = office.catalog.agency(item.agency)
    present = [
        person
        for gate in item.gates
        if not gate.regions or region.startswith(gate.regions)
        for person in gate.in_person
    ]
    roles = [bundle.roles.get(slot.roles.get(person, person)) for person in present]
    papers = tuple(
        GuidePaper(
            title=office.catalog.materials[paper.material].title,
            source=_SOURCES[paper.source],
            brought=paper.source is MaterialSource.SELF and not paper.material.startswith(_IDENTITY),
            sometimes=paper.when is not True,
            may_follow=paper.may_be_missing and not paper.main,
            basis=paper.basis,
        )
        for paper in item.materials
    )
    return GuideItem(
        slot=slot.slot,
        title=slot.title or item.title,
        agency=agency.title,
        phone=agency.contact.phone,
        sometimes=slot.when is not True,
        automatic=item.automatic,
        promised=item.limits.promised,
        statutory=item.limits.statutory,
        fee=item.fee,
        result=item.result,
        papers=papers,
        basis=item.basis,
        in_person=tuple(role.title for role in roles if role is not None),
        one_card=not any(paper.brought for paper in papers),
    )
