from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from activities.agencies.webhook import check_signature, secret_of
from onething.errors import CallbackRejected, CatalogError
from onething.item import Agency, Contact
from onething.text import Text

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"key": "k", "events": []}'
WORDS = Text(zh="公安", en="police")


def signed(at=None, body=BODY, secret=SECRET):
    at = at or datetime.now(UTC)
    signature = Webhook(secret).sign("m1", at, body)
    return {
        "Webhook-Id": "m1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def agency(**options: object):
    contact = Contact(phone="12345", address=WORDS, hours=WORDS)
    return Agency(agency="police", title=WORDS, short=WORDS, queue="q", contact=contact, options=options)


def test_a_signed_callback_gives_its_message_id():
    assert check_signature("police", SECRET, signed(), BODY.encode()) == "m1"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, BODY.encode()),
        (signed(secret="whsec_b3RoZXI="), BODY.encode()),
        (signed(), BODY.encode() + b" "),
        (signed(), b"\xff"),
        (signed(at=datetime.now(UTC) - timedelta(hours=1)), BODY.encode()),
        ({**signed(), "webhook-signature": "v1"}, BODY.encode()),
        ({**signed(), "webhook-signature": "v1,%%%"}, BODY.encode()),
    ],
)
def test_a_callback_unsigned_changed_late_or_signed_by_another_is_rejected(headers, body):
    with pytest.raises(CallbackRejected):
        check_signature("police", SECRET, headers, body)


def test_the_secret_comes_from_the_agencys_options_by_name_of_a_variable():
    places = {"ONCE_SIMULATOR_WEBHOOK_SECRET": SECRET}

    assert secret_of(agency(webhook_secret="${ONCE_SIMULATOR_WEBHOOK_SECRET}"), places) == SECRET
    assert secret_of(agency(), places) is None


@pytest.mark.parametrize("wrong", ["", "whsec_", "%%%"])
def test_an_empty_secret_stops_the_start(wrong):
    with pytest.raises(CatalogError):
        secret_of(agency(webhook_secret=wrong), {})
