"""The pages and the API as `once serve` runs them: in go settings, out comes the application."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from fastapi import FastAPI

from api.app import create_app
from api.office import Wiring
from console.case_file import case_file
from onething.receipt import ReceiptDocument
from runtime.settings import load


def application() -> FastAPI:
    """Build the application with everything this installation has, uvicorn's factory."""
    keys = load().keys_dir
    app = create_app(wiring=Wiring(page_of=receipt_page(keys), pdf_of=receipt_pdf(keys)))
    app.state.case_file = case_file(keys)
    return app


def receipt_page(keys: Path) -> Callable[[bytes], str]:
    """Draw a stored receipt document as HTML marked "PDF unavailable", under this installation's key.

    The key is the one that issued the receipts; none is made here. What draws raises KeyUnreadable.
    """

    def draw(document: bytes) -> str:
        # Loading what signs takes half a second, and most installations make PDFs.
        from activities.rendering.pdf import render_page  # noqa: PLC0415
        from activities.rendering.sign import SECRET_FILE, load_signer  # noqa: PLC0415

        return render_page(ReceiptDocument.model_validate_json(document), load_signer(keys / SECRET_FILE))

    return draw


def receipt_pdf(keys: Path) -> Callable[[bytes], bytes]:
    """Draw and sign a receipt over several cases as the receipts of one case are; one at a time.

    What draws raises PdfUnavailable, FontMissing and KeyUnreadable; whoever is first makes the key.
    """
    alone = Lock()

    def draw(document: bytes) -> bytes:
        from activities.rendering.pdf import render_stored  # noqa: PLC0415 - see above

        with alone:  # fonts and style sheet are shared, and pango's layout is not safe between threads
            return render_stored(document, str(keys)).pdf

    return draw
