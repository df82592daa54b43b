"""The receipt on paper: a document and the seal in, a signed PDF/A-3a (or a marked HTML page) out.

`render` is a plain function for a process pool: fonts, template and style sheet are made once in a process.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from activities.rendering import qr
from activities.rendering.canonical import canonical, digest
from activities.rendering.errors import PdfUnavailable
from activities.rendering.font import Face, find
from activities.rendering.glyph import code_point, missing_in, stand_in
from activities.rendering.sign import Signer, ensure_key
from activities.rendering.wording import PAPER_LABELS, chinese_day, grouped, mood, reason_of, remaining
from onething.item import NO_FEE
from onething.receipt import PaperSource, ReceiptDocument, ReceiptMaterial, ReceiptSlot

ATTACHMENT = "receipt.json"
INSTALL_COMMAND = (
    "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)

_VARIANT = "pdf/a-3a"
_FAMILY = "Receipt Sans"
_LONG = 1_800  # characters of JSON in both languages: even all in Chinese, that fits on a page


@dataclass(frozen=True, slots=True)
class Rendered:
    """One finished receipt: the signed file, its JSON, their hash, and characters the font lacked."""

    pdf: bytes
    json: bytes
    document_hash: str
    claim: str
    missing: tuple[str, ...]


def render(document: ReceiptDocument, signer: Signer) -> bytes:
    """Give the signed PDF/A-3a; raises FontMissing, PdfUnavailable and ClaimTooLong.

    Not from inside a running event loop: pyHanko starts one of its own. Call it in a pool or a thread.
    """
    return render_whole(document, signer).pdf


def render_whole(document: ReceiptDocument, signer: Signer) -> Rendered:
    """Give the signed PDF with all that a caller stores or acts on beside it."""
    face = find()
    data = canonical(document)
    document_hash = digest(data)
    claim = qr.encode_claim(document, document_hash, signer)
    missing = tuple(missing_in(document, face))
    page = _page(document, face, document_hash, claim, missing)
    return Rendered(
        pdf=signer.sign_pdf(_draw(page, face, (data, document.issued_at))),
        json=data,
        document_hash=document_hash,
        claim=claim,
        missing=missing,
    )


def render_stored(document_json: bytes, keys_folder: str) -> Rendered:
    """Do the same from plain values, which travel into a worker process; reads or makes the key there."""
    return render_whole(ReceiptDocument.model_validate_json(document_json), _signer(keys_folder))


def warm() -> None:
    """Load libraries, fonts and template: a process pool's initializer, so the first receipt is fast, too."""
    face = find()
    _press(face)
    _template(face)


def render_bare(document: ReceiptDocument, signer: Signer) -> bytes:
    """Draw the same page without attachment and signature: what `bare_render_ms` measures."""
    face = find()
    document_hash = digest(canonical(document))
    claim = qr.encode_claim(document, document_hash, signer)
    return _draw(_page(document, face, document_hash, claim, ()), face, None)


def render_page(document: ReceiptDocument, signer: Signer) -> str:
    """Give the receipt as a page of HTML, openly marked "PDF unavailable"; needs no font of ours."""
    document_hash = digest(canonical(document))
    claim = qr.encode_claim(document, document_hash, signer)
    return _page(document, None, document_hash, claim, (), page_css=_style())


def _page(  # noqa: PLR0913 - the page's parts, all of them
    document: ReceiptDocument,
    face: Face | None,
    document_hash: str,
    claim: str,
    missing: tuple[str, ...],
    *,
    page_css: str | None = None,
) -> str:
    return _template(face).render(
        doc=document,
        document_hash=document_hash,
        claim=claim,
        qr=Markup(qr.svg(claim)),  # noqa: S704 - our own QR code, no text of anybody's
        reason=reason_of(document),
        todo=remaining(document),
        no_fee=NO_FEE,
        missing=[code_point(ch) for ch in missing],
        page_css=Markup(page_css) if page_css else None,  # noqa: S704 - our own style sheet
        unavailable=page_css is not None,
    )


def _draw(page: str, face: Face, attached: tuple[bytes, datetime] | None) -> bytes:
    press = _press(face)
    return press(page, attached)


@lru_cache(maxsize=4)
def _press(face: Face) -> Callable[[str, tuple[bytes, datetime] | None], bytes]:
    """Load WeasyPrint, font and style once in a process; late: a machine without pango must serve HTML."""
    try:
        weasyprint: Any = import_module("weasyprint")
        fonts: Any = import_module("weasyprint.text.fonts").FontConfiguration()
    except OSError as error:
        raise PdfUnavailable(INSTALL_COMMAND) from error
    only_files = weasyprint.URLFetcher(allowed_protocols=("file",))
    style = weasyprint.CSS(string=_style() + _font_face(face), font_config=fonts, url_fetcher=only_files)
    nothing = weasyprint.URLFetcher(allowed_protocols=())

    def draw(page: str, attached: tuple[bytes, datetime] | None) -> bytes:
        source = weasyprint.HTML(string=page, base_url="about:blank", url_fetcher=nothing)
        attachments = [_attachment(weasyprint, *attached)] if attached else None
        with warnings.catch_warnings():
            # WeasyPrint 70 leaves its colour profile's file to the garbage collector
            warnings.simplefilter("ignore", ResourceWarning)
            pdf = source.write_pdf(
                stylesheets=[style],
                font_config=fonts,
                pdf_variant=_VARIANT,
                attachments=attachments,
                finisher=_name_attachment_once,
            )
        return bytes(pdf)

    return draw


def _attachment(weasyprint: Any, data: bytes, issued_at: datetime) -> Any:
    moment = issued_at.astimezone(UTC)
    return weasyprint.Attachment(
        string=data,
        name=ATTACHMENT,
        description="Canonical JSON of this receipt (RFC 8785)",
        created=moment,
        modified=moment,
        relationship="Data",
    )


def _name_attachment_once(_document: Any, pdf: Any) -> None:
    """WeasyPrint lists an embedded file twice under /AF; one file is one entry."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


@lru_cache(maxsize=1)
def _style() -> str:
    return files("activities.rendering").joinpath("receipt.css").read_text(encoding="utf-8")


def _font_face(face: Face) -> str:
    if face.system:
        return f'@font-face {{ font-family: "{_FAMILY}"; src: local("{face.family}") }}\n'
    rule = '@font-face {{ font-family: "{}"; font-weight: {}; src: url("{}") }}\n'
    return rule.format(_FAMILY, 400, face.regular.as_uri()) + rule.format(_FAMILY, 700, face.bold.as_uri())


@lru_cache(maxsize=4)
def _template(face: Face | None) -> Template:
    def finish(value: object) -> object:
        if face is None or isinstance(value, Markup) or not isinstance(value, str):
            return value
        return stand_in(value, face)

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=finish, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "day": chinese_day,
        "grouped": grouped,
        "moment": _moment,
        "month": _month,
        "w3c": lambda value: value.isoformat(timespec="seconds"),
        "mood": mood,
        "papers": _papers,
        "too_long_for_a_page": _too_long_for_a_page,
    }
    source = files("activities.rendering").joinpath("receipt.html.jinja").read_text(encoding="utf-8")
    return environment.from_string(source)


@lru_cache(maxsize=4)
def _signer(keys_folder: str) -> Signer:
    return ensure_key(Path(keys_folder))


def _too_long_for_a_page(slot: ReceiptSlot) -> bool:
    """Whether a slot may be split: kept together, one taller than a page would leave a page empty."""
    return len(slot.model_dump_json(include={"refusal", "grounds", "materials", "effects"})) > _LONG


def _moment(value: datetime) -> str:
    return f"{chinese_day(value.date())} {value:%H:%M}"


def _month(value: str) -> str:
    year, month = value.split("-")
    return f"{year}年{int(month)}月"


def _papers(slot: ReceiptSlot) -> Iterator[dict[str, object]]:
    order = list(PAPER_LABELS)
    ranked = sorted(slot.materials, key=lambda paper: order.index(paper.source))
    for source, papers in groupby(ranked, key=lambda paper: paper.source):
        yield {"label": PAPER_LABELS[source], "text": "；".join(map(_paper, papers))}


def _paper(paper: ReceiptMaterial) -> str:
    notes = [paper.supplier.zh] if paper.supplier else []
    if paper.source is PaperSource.PLEDGED:
        notes.append("申请时已作出承诺，不用另交材料")
    if paper.due:
        notes.append(f"{chinese_day(paper.due)}前补交")
    if paper.consequence:
        notes.append(paper.consequence.zh)
    return f"{paper.title.zh}（{'，'.join(notes)}）" if notes else paper.title.zh
