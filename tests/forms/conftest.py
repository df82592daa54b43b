# ruff: noqa: ANN202, ANN003 -- types of strategies and stand-ins read noise
"""Random worlds for the form engine: small catalogs, a family's situations and what registers hold."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from stdnum.cn import ric

from forms.check import check_bundle
from forms.merge import MergedForm, merge
from forms.prefill import known_from_registers, without_login
from forms.resolve import Known
from forms.schema import compile_schema, field_schema
from forms.validate import Validation, validate
from onething.box import boxes
from onething.catalog import Catalog, load_catalog
from onething.concept import Concept, MaterialConcept
from onething.definition import Bundle
from onething.item import Agency, Item

ON = date(2026, 3, 2)
ROOT = Path(__file__).resolve().parents[2]
PERSONS = ["subject", "applicant", "heirs", "payee"]
TEXT = {"zh": "内容", "en": "Words"}
BASIS = {"cite": "民法典", "verified": True}
TESTS = {
    "basis_in_law": True,
    "obtainable_by_sharing": False,
    "shown_by_certificate": False,
    "replaceable_by_pledge": False,
    "issuer_can_issue": True,
}


def _concept(name, schema, roles=("person",), **more):
    options = {str(value): TEXT for value in schema.get("enum", ())}
    return Concept.model_validate(
        {
            "concept": name,
            "title": TEXT,
            "why": TEXT,
            "schema": schema,
            "roles": list(roles),
            "options": options,
        }
        | more
    )


CONCEPTS = {
    concept.concept: concept
    for concept in (
        _concept("id_number", {"type": "string", "format": "citizen-id"}, login=True),
        _concept(
            "name", {"type": "string", "minLength": 1, "maxLength": 20}, register="population", login=True
        ),
        _concept("sex", {"enum": ["male", "female"]}, derive={"by": "sex_of_id", "of": ["id_number"]}),
        _concept("birth", {"type": "string"}, derive={"by": "birth_date_of_id", "of": ["id_number"]}),
        _concept("nation", {"enum": ["CHN"]}, derive={"by": "constant", "value": "CHN"}),
        _concept("phone", {"type": "string", "pattern": "^1[0-9]{10}$"}),
        _concept("note", {"type": "string", "minLength": 1, "maxLength": 30}),
        _concept("town", {"type": "string", "minLength": 1, "maxLength": 30}, register="population"),
        _concept("colour", {"enum": ["red", "green", "blue"]}),
        _concept("waived", {"type": "boolean"}),
        _concept("day", {"type": "string", "format": "date"}),
        _concept("month", {"type": "string"}, derive={"by": "month_of", "of": ["day"]}),
        _concept("amount", {"type": "integer", "minimum": 0, "maximum": 999}),
        _concept("kin", {"enum": ["child", "spouse"]}, ("person", "person"), register="population"),
        _concept("agreed", {"type": "boolean", "const": True}, ("case",), statement=True),
        _concept("number", {"type": "string", "minLength": 3, "maxLength": 9}, ("case",), outcome=True),
    )
}
PERSONAL = [name for name, concept in CONCEPTS.items() if concept.roles[0] == "person"]
TABLES = {
    "colour": {"red": "1", "green": "2", "blue": "3"},
    "sex": {"male": "M", "female": "F"},
    "kin": {"child": "子女", "spouse": "配偶"},
    "yes_no": {"true": "是", "false": "否"},
    "agreed": {"true": 1},
}
TABLE_OF = {"colour": "colour", "sex": "sex", "kin": "kin", "waived": "yes_no", "agreed": "agreed"}
DATES = ["%Y%m%d", "%Y-%m-%d", "%Y年%m月"]


@dataclass(repr=False)
class World:
    """One random catalog, one family."""

    catalog: Catalog
    bundle: Bundle
    situations: dict[str, Any]
    registers: dict[str, Any]
    values: Any
    """Draws a value for a field: what the family would type."""
    heirs: int

    def _repr_pretty_(self, printer, _cycle):
        printer.text(repr(self))

    def __repr__(self) -> str:
        forms = {key: versions[0].form for key, versions in self.catalog.items.items()}
        whens = [(slot.slot, slot.when) for slot in self.bundle.slots]
        return f"World({forms}, {whens}, {self.situations}, heirs={self.heirs}, held={bool(self.registers)})"

    def merged(self, order=None) -> MergedForm:
        bundle = self.bundle
        if order is not None:
            bundle = bundle.model_copy(update={"slots": tuple(bundle.slots[place] for place in order)})
        return merge(self.catalog, bundle, self.situations, ON)

    def known(self, form: MergedForm, answers) -> dict[str, Known]:
        login = {"id_number": number(7), "name": "申请人"}
        return known_from_registers(form, answers, self.registers, login)

    def validate(self, form: MergedForm, answers) -> Validation:
        return validate(form, answers, self.known(form, answers))

    def fill(self, form: MergedForm) -> dict[str, Any]:
        """Answer what is required and nothing else, as a family would, until nothing more is asked."""
        answers: dict[str, Any] = {"heirs": [{} for _ in range(self.heirs)]} if self.heirs else {}
        tried: set[str] = set()
        while True:
            missing = {p.pointer for p in self.validate(form, answers).problems if p.code == "required"}
            if missing <= tried:
                return answers
            # What a register is asked by comes first: it may make the rest needless.
            keys = {pointer.rpartition("/")[0] + "/id_number" for pointer in missing} - tried
            keys -= set(self.known(form, answers))
            for pointer in sorted(keys or missing - tried):
                tried.add(pointer)
                if pointer in missing:
                    self.answer(form, answers, pointer)
                elif self.supplied(form, missing, pointer):
                    tried_key = deepcopy(answers)
                    self.answer(form, tried_key, pointer)
                    if missing & set(self.known(form, tried_key)):
                        answers = tried_key

    def supplied(self, form: MergedForm, missing, key) -> bool:
        """Whether a register asked by this key would be asked for something missing."""
        group, wanted = (
            key.rpartition("/")[0],
            {f.fact.key for f in form.fields.values() if f.concept.register_},
        )
        return any(p.rpartition("/")[0] == group and p.rpartition("/")[2] in wanted for p in missing)

    def answer(self, form: MergedForm, answers, pointer) -> None:
        *way, key = pointer.strip("/").split("/")
        if not way:
            self.heirs = max(1, self.heirs)
            answers[key] = [{} for _ in range(self.heirs)]
            return
        field = next((f for f in form.fields.values() if f.fact.owner == way[0] and f.fact.key == key), None)
        if field is None:
            return
        value = self.values(field, self.heirs)
        if value is not None:
            group = answers.setdefault(way[0], {})
            (group[int(way[1])] if len(way) > 1 else group)[key] = value


def number(seed: int) -> str:
    """A citizen id number with a valid check digit, belonging to nobody."""
    first = f"99000019{70 + seed % 30}01{1 + seed % 28:02d}{seed % 1000:03d}"
    return first + ric.calc_check_digit(f"{first}0")


def candidates(name: str) -> list[Any]:
    """Values that a person might give for a concept."""
    schema = CONCEPTS[name].schema_
    if "enum" in schema:
        return list(schema["enum"])
    known = {
        "id_number": [number(seed) for seed in range(20, 26)],
        "phone": ["13800000001", "13900000002"],
        "waived": [True, False],
        "agreed": [True],
        "day": ["2026-02-28", "1951-12-01", "2025-01-31"],
        "amount": [0, 7, 120, 999],
    }
    return known.get(name, ["甲", "东风路三号", "a long and winding answer"])


def leaves(answers: dict[str, Any]):
    """Yield every answered leaf with the group it stands in."""
    for role, group in answers.items():
        rows = enumerate(group) if isinstance(group, list) else [(None, group)]
        for index, row in rows:
            for key in row:
                yield f"/{role}/{key}" if index is None else f"/{role}/{index}/{key}", row, key


@st.composite
def _binding(draw, name, fact, others):
    """How one box takes a fact: its schema, and its conversions."""
    once: dict[str, Any] = {"fact": fact, "by": draw(st.sampled_from(["family", "family", "system"]))}
    schema: dict[str, Any] = {"title": name}
    if name in TABLE_OF and (name != "waived" or draw(st.booleans())):
        table = TABLES[TABLE_OF[name]]
        codes = list(table.values())
        schema["enum"] = codes if draw(st.booleans()) else codes[:2]
        once["via"] = [{"code_table": TABLE_OF[name]}]
    elif name in {"day", "birth"}:
        style = draw(st.sampled_from([*DATES, "plain", "age"]))
        if style == "age":
            schema |= {"type": "integer", "minimum": 0}
            once |= {"via": [{"age_at": True}], "also": [fact]}
        elif style == "plain":
            schema |= {"type": "string", "format": "date"}
        else:
            schema |= {"type": "string", "maxLength": 10}
            once["via"] = [{"date_format": style}]
    elif name == "amount":
        scaled = draw(st.booleans())
        schema |= {"type": "integer", "maximum": 50000 if scaled else 500}
        once |= {"via": [{"unit": 100}]} if scaled else {}
    elif name in {"note", "town", "name"}:
        step = draw(st.sampled_from(["first", "concat", None, None]))
        schema |= {"type": "string", "maxLength": draw(st.sampled_from([8, 20, 50]))}
        if step == "first":
            once["via"] = [{"first_n": 4}]
        elif step == "concat" and others:
            once |= {"via": [{"concat": "、"}], "also": others[:1]}
    elif name == "waived":
        schema["type"] = "boolean"
    else:
        schema["type"] = "string"
    return schema | {"x-once": once | {"source": "test"}}


@st.composite
def _item(draw, place, brings):
    """An item over the bundle's own role names: plain boxes, a group, an array of heirs, conditions."""
    form: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": {}, "required": []}
    pair = st.tuples(st.sampled_from(["subject", "applicant", "payee"]), st.sampled_from(PERSONAL))
    facts = draw(st.lists(pair, min_size=1, max_size=5, unique=True))
    group: dict[str, Any] = {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": False,
    }
    for index, (role, name) in enumerate(facts):
        if name == "kin" and role == "subject":
            continue
        fact = f"kin({role}, subject)" if name == "kin" else f"{name}({role})"
        target = group if draw(st.integers(0, 3)) == 0 else form
        target["properties"][f"f{index}"] = draw(_binding(name, fact, [f"note({role})"]))
        if draw(st.booleans()):
            target["required"].append(f"f{index}")
    if group["properties"]:
        form["properties"]["g"] = group
        if draw(st.booleans()):
            form["required"].append("g")
    form["properties"]["c"] = {"title": "原因", "const": "死亡", "x-once": {"by": "family", "source": "test"}}
    form["properties"]["o"] = {
        "title": "经办人",
        "type": "string",
        "readOnly": True,
        "x-once": {"by": "officer"},
    }
    form["properties"]["o"]["x-once"]["source"] = "test"
    if draw(st.booleans()):
        form["properties"]["s"] = draw(_binding("agreed", "agreed(filing)", []))
        form["required"].append("s")
    if brings is not None:
        form["properties"]["n"] = {"title": "编号", "type": "string", "maxLength": 9}
        form["properties"]["n"]["x-once"] = {"fact": "number(filing)", "by": "family", "source": "test"}
        form["required"].append("n")
    if draw(st.booleans()):
        form["properties"]["rows"] = draw(_rows())
        if draw(st.booleans()):
            form["required"].append("rows")
    _conditions(draw, form)
    return _dressed(draw, place, form)


@st.composite
def _rows(draw):
    names = draw(st.lists(st.sampled_from(PERSONAL), min_size=1, max_size=3, unique=True))
    row: dict[str, Any] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    for index, name in enumerate(names):
        fact = "kin(heirs, subject)" if name == "kin" else f"{name}(heirs)"
        row["properties"][f"h{index}"] = draw(_binding(name, fact, ["note(heirs)"]))
        if draw(st.booleans()):
            row["required"].append(f"h{index}")
    once: dict[str, Any] = {"each": "heirs", "by": "family", "source": "test"}
    if draw(st.booleans()):
        once["where"] = {"ne": ["$waived(heirs)", True]}
    return {"title": "继承人", "type": "array", "minItems": 1, "items": row, "x-once": once}


def _conditions(draw, form):
    plain = [name for name in form["properties"] if name.startswith("f")]
    if len(plain) < 2:
        return
    first, second = plain[0], plain[1]
    if second in form["required"]:
        return
    shape = draw(st.sampled_from(["none", "if", "else", "dependent"]))
    test = {"properties": {first: {"enum": ["1", "M", "是", "子女", True]}}, "required": [first]}
    if shape == "if":
        form |= {"if": test, "then": {"required": [second]}}
    elif shape == "else":
        form["allOf"] = [{"if": test, "else": {"required": [second]}}]
    elif shape == "dependent":
        form["dependentRequired"] = {first: [second]}


def _dressed(draw, place, form):
    gates, materials = [], []
    if draw(st.integers(0, 2)) == 0:
        when = draw(
            st.sampled_from([{"eq": ["$waived(subject)", True]}, {"in": ["$colour(applicant)", ["red"]]}])
        )
        gates.append({"gate": "open", "when": when, "text": TEXT, "fix": TEXT, "basis": BASIS})
    if draw(st.booleans()):
        when = draw(
            st.sampled_from([True, {"eq": ["$situation.rich", True]}, {"eq": ["$colour(subject)", "blue"]}])
        )
        materials.append(
            {"material": "paper", "source": "self", "basis": BASIS, "tests": TESTS, "when": when}
        )
    return Item.model_validate({
        "item": f"i{place}", "agency": f"a{place % 4}", "code": f"A{place}", "title": TEXT,
        "legal_type": "benefit", "form_title": TEXT, "form_source": "test", "form": form,
        "roles": dict.fromkeys(PERSONS, "person") | {"filing": "case"}, "code_tables": TABLES,
        "materials": materials, "gates": gates, "reversibility": "free", "basis": [BASIS], "result": TEXT,
        "limits": {"promised": {"amount": draw(st.integers(0, 30)), "unit": "wd", "basis": BASIS}},
        "effects": [{"fact": "number(filing)", "title": TEXT}] if place == 0 else [],
        "valid_from": date(2020, 1, 1),
    })  # fmt: skip


@st.composite
def _worlds(draw):
    later = range(1, draw(st.integers(1, 6)))
    items = [draw(_item(0, None)), *(draw(_item(p, draw(st.sampled_from([None, "number"])))) for p in later)]
    roles = {
        "subject": {"type": "person", "title": TEXT, "subject": True},
        "applicant": {"type": "person", "title": TEXT, "login": True},
        "heirs": {"type": "person", "title": TEXT, "many": True},
        "payee": {"type": "person", "title": TEXT, "same_as": ["applicant", "heirs"]},
        "filing": {"type": "case", "title": TEXT},
    }
    slots = [
        {"slot": f"s{place}", "item": item.key, "roles": {role: role for role in roles},
         "when": draw(st.sampled_from([True, True, {"eq": ["$situation.rich", True]}])) if place else True,
         "after": ["s0"] if "n" in item.form["properties"] else []}
        for place, item in enumerate(items)
    ]  # fmt: skip
    bundle = Bundle.model_validate({
        "bundle": "b", "code": "B", "title": TEXT, "lead_agency": "a0", "basis": [BASIS], "roles": roles,
        "situations": [{"situation": "rich", "question": TEXT, "why": TEXT, "type": "yes_no"}],
        "slots": slots, "pledge": TEXT,
        "sections": [{"section": "all", "title": TEXT, "roles": list(roles)}],
    })  # fmt: skip
    catalog = small_catalog(items, bundle)
    check_bundle(catalog, bundle, ON)
    held = draw(st.booleans())
    person = {
        "name": "登记姓名",
        "town": "登记地址",
        "kin": {number(seed): "child" for seed in range(20, 26)},
    }
    people = {number(seed): person for seed in (7, *range(20, 26))} if held else {}
    picks = draw(st.lists(st.integers(0, 99), min_size=40, max_size=40))

    def values(field, heirs):
        pick = picks.pop(0) if picks else 3
        if field.fact.concept == "same_as":
            targets = ["applicant", "other", *(f"heirs/{index}" for index in range(heirs))]
            return targets[pick % len(targets)]
        validator = compile_schema(field_schema(field))
        fitting = [value for value in candidates(field.fact.concept) if validator.is_valid(value)]
        return fitting[pick % len(fitting)] if fitting else None

    return World(
        catalog,
        bundle,
        {"rich": draw(st.booleans())},
        {"population": people},
        values,
        draw(st.integers(0, 3)),
    )


def small_catalog(items, bundle, concepts=None) -> Catalog:
    """A catalog made in memory."""
    agency = {"title": TEXT, "short": TEXT, "contact": {"phone": "1", "address": TEXT, "hours": TEXT}}
    names = {item.agency for item in items} | {bundle.lead_agency}
    for item in items:
        list(boxes(item.form))
    return Catalog(
        folder=Path("memory"),
        concepts=concepts or CONCEPTS,
        materials={"paper": MaterialConcept(material="paper", title=TEXT)},
        agencies={name: Agency(agency=name, queue=f"agency-{name}", **agency) for name in names},
        items={item.key: (item,) for item in items},
        bundles={bundle.bundle: bundle},
        scenarios={},
        files={},
    )


@pytest.fixture(scope="session")
def worlds():
    """A strategy of random worlds."""
    return _worlds()


@pytest.fixture(scope="session")
def real() -> Catalog:
    """The catalog that is shipped."""
    return load_catalog(ROOT / "catalog")


@pytest.fixture(scope="session")
def story(real):
    """A story of the shipped catalog as filed: its form, what is typed, and what registers supply."""

    def told(name="yichun_nine", **situations):
        scenario = real.scenario("bereavement", name)
        day = date.fromisoformat(scenario.filed_at[:10])
        form = merge(real, real.bundle("bereavement"), scenario.situations | situations, day)
        answers, login = without_login(form, deepcopy(scenario.answers))
        return form, answers, known_from_registers(form, answers, scenario.registers, login)

    return told


@pytest.fixture(scope="session")
def answered():
    """Every answered leaf of a set of answers."""
    return leaves
