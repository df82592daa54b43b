"""A family that has filed already: in goes a story, out come its number and the applicant's session."""

from dataclasses import dataclass
from typing import Any

import httpx2

from onething.definition import Scenario
from tests.miniprogram.phone import PICTURE, Phone


@dataclass(frozen=True, slots=True)
class Filed:
    """A filed case, and who applied."""

    number: str
    token: str
    name: str

    @property
    def bearer(self) -> dict[str, str]:
        """What a program of theirs sends along."""
        return {"authorization": f"Bearer {self.token}"}


def file_story(
    address: str, story: Scenario, bundle: str, *, window: bool = False, owed: tuple[str, ...] = ()
) -> Filed:
    """File a story: as its applicant, or at the window for them; papers `owed` are promised for later."""
    number = str(story.answers["applicant"]["id_number"])
    name = str(story.registers["population"][number]["name"])
    with httpx2.Client(base_url=address, timeout=30) as client:
        own = {"id_number": number, "name": name}
        token = client.post("/api/v1/sign-in/development", json=own).raise_for_status().json()["token"]
        if not window:
            client.headers["authorization"] = f"Bearer {token}"
        draft = client.post("/api/v1/drafts", json={"bundle": bundle}).raise_for_status().json()["id"]
        for material in story.materials:
            paper = {"file": ("paper.png", PICTURE)}
            client.post("/api/v1/materials", data={"draft": draft, "material": material}, files=paper)
        asked = {"situations": story.situations, "answers": story.answers, "draft": draft}
        planned: Any = {**asked, "notice_shown": True}
        client.post(f"/api/v1/bundles/{bundle}/plan", json=planned).raise_for_status()
        filing = {**asked, "bundle": bundle, "region": "360900", "pledge": True, "owed": owed}
        if not window:
            filing |= {"origin": "self", "mode": "self"}
        answer = client.post("/api/v1/cases", json=filing, headers={"Idempotency-Key": "one-key"})
        assert answer.status_code == 201, answer.text
        return Filed(answer.json()["number"], token, name)


def hold(phone: Phone, filed: Filed) -> None:
    """Have the applicant's session on the phone."""
    phone.start()
    phone.page.evaluate("token => program.wx.setStorageSync('token', token)", filed.token)
