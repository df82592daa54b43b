"""Callbacks' signatures by Standard Webhooks: in go a secret, headers and body, out comes the message's id.

The API checks before it stores; translating the body is the adapter's.
"""

from collections.abc import Mapping

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from activities.plugin import fill
from onething.errors import CallbackRejected, CatalogError
from onething.item import Agency


def secret_of(agency: Agency, places: Mapping[str, str]) -> str | None:
    """Read the secret from the agency's options; None when it sends no callbacks. Raises CatalogError."""
    file = f"catalog/agencies/{agency.agency}/agency.yaml"
    secret = fill(agency.options.get("webhook_secret"), {**places, "agency": agency.agency}, file)
    if secret is None:
        return None
    try:
        Webhook(secret)
    except (EmptyWebhookSecretError, RuntimeError, ValueError, AttributeError):
        raise CatalogError(file, "options.webhook_secret is no secret", "give whsec_ and base64") from None
    return str(secret)


def check_signature(agency: str, secret: str, headers: Mapping[str, str], body: bytes) -> str:
    """Check id, time (5 minutes either way) and signature; return the message's id.

    Raises CallbackRejected.
    """
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        # ValueError: a signature that is no base64, a body that is no text.
        raise CallbackRejected(agency=agency, detail="signature") from None
    return next(value for name, value in headers.items() if name.lower() == "webhook-id")
