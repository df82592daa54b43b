"""The code that asks for a status: in goes a case's number, out comes what its newest receipt prints."""

import json

from activities.rendering.wording import grouped
from api.office import Office
from onething.errors import NotKnown
from records.blob import get_blob
from records.receipt import receipt_of


async def code_of(office: Office, number: str) -> str | None:
    """The code in groups of four, as it stands under the QR code; None before the first receipt."""
    try:
        stored = await receipt_of(office.archive, number)
    except NotKnown:
        return None
    document = json.loads(await get_blob(office.archive, number, stored.json_blob))
    code = document.get("proof", {}).get("code")
    return grouped(code) if code else None
