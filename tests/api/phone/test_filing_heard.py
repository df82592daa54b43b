"""Whoever files for themselves hears of it by the number they gave, unless they chose otherwise."""

import re

import pytest

from records.notice_choice import choices_for

SECRET = "whsec_" + "c2VjcmV0" * 6


@pytest.fixture
def sender():
    return "https://sender.example/in"


@pytest.fixture
def settings(settings, sender):
    return settings.model_copy(update={"notify_url": sender, "notify_secret": SECRET if sender else None})


def plain(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


async def test_who_chose_nothing_is_written_to_at_the_number_of_the_filing_and_is_told_so_first(
    signed_in, story, office
):
    number = story.answers["applicant"]["phone"]
    masked = f"{number[:3]}****{number[-4:]}"
    before = await signed_in.get("/m/notices")
    assert "您还没有选择" in before.text
    check = await signed_in.sections(await signed_in.begin("bereavement"))
    assert f"发短信到 {masked}" in check.text
    done = await signed_in.file("bereavement")
    assert f"短信（{masked}）" in done.text
    assert "/m/notices" in done.links
    (choice,) = await choices_for(office.archive, done.path.rpartition("/")[2])
    assert (choice.channels, choice.contact, choice.night) == (("sms",), {"sms": number}, False)
    page = await signed_in.get("/m/notices")
    assert re.search(r'value="sms" checked', page.text)
    assert "您还没有选择" not in page.text


async def test_who_chose_no_way_at_all_stays_unwritten_to(signed_in, office):
    page = await signed_in.get("/m/notices")
    await signed_in.post("/m/notices", [*page.form("/m/notices")["fields"], ("locale", "zh")])
    check = await signed_in.sections(await signed_in.begin("bereavement"))
    assert "您没有勾选通知方式" in check.text
    done = await signed_in.file("bereavement")
    (choice,) = await choices_for(office.archive, done.path.rpartition("/")[2])
    assert choice.channels == ()


@pytest.mark.parametrize("sender", [None])
async def test_without_a_sender_no_message_is_promised(signed_in, office):
    check = await signed_in.sections(await signed_in.begin("bereavement"))
    assert "本地没有开通短信等通知" in check.text
    done = await signed_in.file("bereavement")
    assert "本地没有开通短信等通知" in done.text
    assert "本地没有开通短信等通知" in (await signed_in.get("/m/notices")).text
    assert await choices_for(office.archive, done.path.rpartition("/")[2]) == ()
    assert "发短信" not in plain(done)
