"""Whoever agreed in WeChat is written to there, by the code of their own phone; other channels stay."""

import pytest

from api.identity.errors import IdentityRefused
from api.identity.provider import Identity
from api.lookup import ID_TYPE
from onething.text import Text
from records.audit import entries_of
from records.lookup import fingerprint_subject
from records.notice_choice import NoticeChoice, choice_of

PLACE = "/api/v1/own/notices/wechat"
SECRET = "whsec_" + "c2VjcmV0" * 6


class WeChat:
    """Knows one phone."""

    name = "wechat"
    title = Text(zh="微信", en="WeChat")
    staff = False

    async def complete(self, kept, answered, back):
        del kept, back
        if answered["code"] != "good":
            raise IdentityRefused(provider=self.name, why="code")
        return Identity(self.name, "wx-app:openid-1")


@pytest.fixture
def settings(settings):
    told = {"notify_url": "https://sender.example/in", "notify_secret": SECRET}
    return settings.model_copy(update={"identity": "development,wechat", **told})


@pytest.fixture
def app(app):
    app.state.identity_providers = {"wechat": WeChat()}
    return app


@pytest.fixture
def chosen(office, story):
    """A function that gives what the applicant has chosen."""
    party = fingerprint_subject(office.archive.ring, ID_TYPE, story.answers["applicant"]["id_number"])

    async def read() -> NoticeChoice | None:
        return await choice_of(office.archive, party)

    return read


async def templates(citizen):
    answer = await citizen.get(f"{PLACE}?bundle=bereavement")
    assert answer.status_code == 200, answer.text
    return answer.json()["templates"]


async def test_the_messages_to_ask_about_are_named(citizen):
    assert await templates(citizen) == ["case_progress"]


@pytest.mark.parametrize("changed", [{"notify_url": None}, {"identity": "development"}])
async def test_where_no_message_would_go_out_nobody_is_asked(citizen, office, changed):
    object.__setattr__(office, "settings", office.settings.model_copy(update=changed))
    assert await templates(citizen) == []


async def test_whoever_agreed_is_written_to_and_hears_as_before_too(citizen, chosen, office):
    sms = {"channels": ["sms"], "sms": "13970500334", "locale": "en", "night": True}
    assert (await citizen.browser.put("/api/v1/own/notices", json=sms)).status_code == 200
    answer = await citizen.browser.put(PLACE, json={"code": "good"})
    assert (answer.status_code, answer.content) == (204, b"")
    choice = await chosen()
    assert (choice.channels, choice.locale, choice.night) == (("wechat", "sms"), "en", True)
    assert choice.contact == {"wechat": "openid-1", "sms": "13970500334"}
    assert "openid-1" not in str(await entries_of(office.archive))


async def test_whoever_chose_nothing_before_hears_in_the_programs_language(citizen, chosen):
    await citizen.browser.put(PLACE, json={"code": "good", "locale": "en"})
    choice = await chosen()
    assert (choice.channels, choice.locale, choice.night) == (("wechat",), "en", False)


async def test_a_code_that_wechat_does_not_know_changes_nothing(citizen, chosen):
    answer = await citizen.browser.put(PLACE, json={"code": "forged"})
    assert (answer.status_code, answer.json()["code"]) == (401, "identity_refused")
    assert await chosen() is None


async def test_without_wechat_there_is_nothing_to_agree_to(citizen, app, chosen):
    app.state.identity_providers = {}
    assert (await citizen.browser.put(PLACE, json={"code": "good"})).status_code == 404
    assert await chosen() is None
