"""What people are sent: each notice has words for every channel, short enough, and restrained in mourning."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.notice_template import ChannelName, TooLong, notice_words, parts_of, title_of
from activities.told import TOLD, Audience
from onething.errors import CatalogError
from onething.text import Locale, Text
from records.notice import QueuedNotice
from runtime.settings import TREE

CATALOG = TREE / "catalog"
WORDS = notice_words(CATALOG)
KINDS = sorted(
    kind for kind, rules in TOLD.items() if any(rule.audience is Audience.APPLICANT for rule in rules)
)
BUNDLES = sorted(path.parent.name for path in CATALOG.glob("bundles/*/bundle.yaml"))
NUMBER = "360900-A-20260303-000001-5"
AT = datetime(2026, 3, 3, 2, 5, tzinfo=UTC)
EVERY = [(kind, limit) for kind in KINDS for limit in ((None, "paper") if kind == "lapsed" else (None,))]


def notice(kind, limit=None):
    params = {"at": "2026-03-07T09:00:00+08:00"} if kind.startswith("appointment_") else {}
    params |= {"limit": limit} if limit else {}
    return QueuedNotice("n" * 32, f"{NUMBER}/1", NUMBER, kind, "http", {"params": params}, AT, "applicant")


def said(channel, kind, bundle, locale, limit=None):
    about = (bundle, title_of(CATALOG, bundle))
    return parts_of(WORDS, channel, notice(kind, limit), about, locale)


def flat(parts):
    return " ".join([*(str(value) for value in parts.values())])


@pytest.mark.parametrize("bundle", BUNDLES)
@pytest.mark.parametrize("channel", list(ChannelName))
def test_every_notice_fits_every_channel_in_both_languages(bundle, channel):
    for locale in Locale:
        for kind, limit in EVERY:
            text = flat(said(channel, kind, bundle, locale, limit))
            assert NUMBER in text
            assert "{" not in text.replace("{'", "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_family_in_mourning_reads_nothing_cheerful_and_nothing_of_the_death(kind):
    assert WORDS.of("bereavement").restrained
    for locale in Locale:
        for channel in ChannelName:
            text = flat(said(channel, kind, "bereavement", locale)).lower()
            assert [word for word in WORDS.avoid if word in text] == []
            for word in ("身后", "逝", "死亡", "去世", "丧", "节哀", "post-death", "deceased", "death"):
                assert word not in text, (kind, word)


def test_the_guard_against_cheerful_words_notices_one():
    assert any(word in "恭喜您，已办结！" for word in WORDS.avoid)


def test_no_message_carries_a_link():
    for channel in ChannelName:
        for bundle in BUNDLES:
            text = flat(said(channel, "completed", bundle, Locale.ZH))
            assert "http" not in text
            assert "www." not in text


def test_a_booked_time_is_told_with_the_notice():
    assert "2026年3月7日09:00" in said(ChannelName.SMS, "appointment_near", "newborn", Locale.ZH)["text"]
    text = said(ChannelName.EMAIL, "appointment_moved", "newborn", Locale.EN)["text"]
    assert "7 March 2026, 09:00" in text


def test_a_message_that_is_too_long_is_not_cut_but_refused():
    about = ("newborn", Text(zh="很长的名称" * 40, en="long " * 100))
    for channel in (ChannelName.SMS, ChannelName.EMAIL):
        with pytest.raises(TooLong, match=r"^(sms|email_subject)$"):
            parts_of(WORDS, channel, notice("accepted"), about, Locale.ZH)


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("2026-03-03T20:59:00+08:00", None),
        ("2026-03-03T21:00:00+08:00", "2026-03-04T08:00:00+08:00"),
        ("2026-03-04T07:59:00+08:00", "2026-03-04T08:00:00+08:00"),
        ("2026-03-04T08:00:00+08:00", None),
        ("2026-03-03T13:30:00+00:00", "2026-03-04T08:00:00+08:00"),
    ],
)
def test_no_short_message_at_night_by_beijings_clock(clock, until):
    expected = datetime.fromisoformat(until) if until else None
    at = datetime.fromisoformat(clock)
    assert WORDS.quiet_until(ChannelName.SMS, "accepted", at) == expected
    assert WORDS.quiet_until(ChannelName.EMAIL, "accepted", at) is None
    assert WORDS.quiet_until(ChannelName.SMS, "second_filing", at) is None


def test_what_is_urgent_is_a_notice_that_exists():
    assert set(WORDS.urgent) <= set(KINDS)
    assert set(WORDS.short) == set(KINDS)


def test_a_wrong_file_is_named(tmp_path: Path):
    (tmp_path / "notices.yaml").write_text("quiet: {from: late}\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"notices\.yaml"):
        notice_words(tmp_path)
