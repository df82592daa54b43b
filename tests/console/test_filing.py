"""The clerk's day over HTTP: which requests a story becomes, and what a refusal tells."""

import json

import httpx2
import pytest

from console.filing import Counter, FilingRefused, at_the_counter
from onething.catalog import load_catalog
from runtime.settings import TREE, load

BUNDLE = "bereavement"
NUMBER = "360900-A-20261123-000001-0"


@pytest.fixture(scope="module")
def story():
    return load_catalog(TREE / "catalog").scenario(BUNDLE, "smooth_employee")


class Door:
    """Answers as the API and the stand-in agencies would, and keeps what it was asked."""

    def __init__(self, **answers: httpx2.Response) -> None:
        self.asked: list[httpx2.Request] = []
        self.answers = {
            "drafts": httpx2.Response(201, json={"id": "d1"}),
            "cases": httpx2.Response(201, json={"number": NUMBER, "new": True}),
            "ledger": httpx2.Response(200, json={"effects": 0}),
            **answers,
        }
        transport = httpx2.MockTransport(self.answer)
        self.counter = Counter(
            httpx2.Client(base_url="http://door", transport=transport),
            httpx2.Client(base_url="http://agencies", transport=transport),
        )

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        known = self.answers.get(request.url.path.rpartition("/")[2])
        return known or httpx2.Response(200, json={})

    def body(self, path: str) -> dict[str, object]:
        (found,) = [request for request in self.asked if request.url.path == path]
        told: dict[str, object] = json.loads(found.content)
        return told


def test_a_story_is_drafted_shown_its_notice_given_its_papers_and_submitted(story):
    door = Door()
    assert door.counter.file(BUNDLE, story, key="k1") == NUMBER
    assert [request.url.path for request in door.asked] == [
        "/api/v1/drafts",
        f"/api/v1/bundles/{BUNDLE}/plan",
        *["/api/v1/materials"] * len(story.materials),
        "/api/v1/cases",
    ]
    assert door.body(f"/api/v1/bundles/{BUNDLE}/plan")["notice_shown"] is True
    assert door.body("/api/v1/cases") == {
        "bundle": BUNDLE,
        "region": story.region,
        "situations": story.situations,
        "answers": story.answers,
        "draft": "d1",
        "pledge": True,
    }
    assert door.asked[-1].headers["idempotency-key"] == "k1"
    papers = [request.content for request in door.asked if request.url.path == "/api/v1/materials"]
    for name, sent in zip(story.materials, papers, strict=True):
        assert name.encode() in sent
        assert b"\x89PNG" in sent


def test_two_filings_without_a_key_of_their_own_never_share_one(story):
    door = Door()
    for _ in range(2):
        door.counter.file(BUNDLE, story)
    keys = {request.headers["idempotency-key"] for request in door.asked if "cases" in request.url.path}
    assert len(keys) == 2


def test_a_refusal_keeps_the_doors_own_words(story):
    told = {"title": "有 1 处需要改正", "errors": [{"pointer": "/deceased/id_number"}]}
    door = Door(cases=httpx2.Response(422, json=told))
    with pytest.raises(FilingRefused) as refused:
        door.counter.file(BUNDLE, story)
    assert (refused.value.status, refused.value.told) == (422, told)
    assert "deceased" not in str(refused.value)


def test_a_case_its_receipt_and_its_ledger_are_read_by_number():
    door = Door(**{"receipt.pdf": httpx2.Response(200, content=b"%PDF")})
    assert door.counter.case(NUMBER) == {}
    assert door.counter.receipt(NUMBER, "pdf") == b"%PDF"
    assert door.counter.ledger(NUMBER) == {"effects": 0}
    assert [str(request.url) for request in door.asked] == [
        f"http://door/api/v1/cases/{NUMBER}",
        f"http://door/api/v1/cases/{NUMBER}/receipt.pdf",
        f"http://agencies/ledger?prefix={NUMBER}",
    ]


def test_a_receipt_that_is_not_there_yet_is_a_refusal():
    door = Door(**{"receipt.json": httpx2.Response(404, json={"title": "还没有回执"})})
    with pytest.raises(FilingRefused):
        door.counter.receipt(NUMBER, "json")


def test_a_story_that_the_agencies_do_not_know_stops_the_filing():
    door = Door(nowhere=httpx2.Response(404, json={}))
    with pytest.raises(httpx2.HTTPStatusError):
        door.counter.set_story(BUNDLE, "nowhere")
    assert door.asked[0].method == "PUT"


def test_the_counter_stands_where_the_settings_say(tmp_path):
    settings = load(home=tmp_path, api_port=9100, simulator_url="http://agencies.example:9110")
    with at_the_counter(settings) as counter:
        assert str(counter.api.base_url).startswith("http://127.0.0.1:9100")
        assert str(counter.agencies.base_url).startswith("http://agencies.example:9110")
