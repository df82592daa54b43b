"""The receipt's file: structure, what is asserted of PDF/A-3a (and no more), and the page it shows."""

import io
from collections.abc import Iterator

import pikepdf
import pytest

from activities.rendering import pdf as press
from activities.rendering.canonical import canonical
from activities.rendering.errors import PdfUnavailable
from activities.rendering.pdf import render, render_bare, render_page, render_stored
from onething.receipt import PaperSource, ReceiptMaterial, ReceiptOrder, ReceiptPhase
from onething.text import Text

RARE, ABSENT = "㛃䶮𬱖", "\U0002ce96"  # in the font; not in the font


pytestmark = pytest.mark.usefixtures("face")


@pytest.fixture(scope="module")
def opened(rendered):
    with pikepdf.open(io.BytesIO(rendered.pdf)) as file:
        yield file


def test_the_file_says_that_it_is_pdf_a_3a_and_carries_what_that_takes(opened):
    xmp = opened.open_metadata()
    assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")
    assert opened.Root.OutputIntents[0].S == "/GTS_PDFA1"
    assert opened.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in opened.Root
    assert opened.Root.Lang == "zh-CN"
    assert opened.pdf_version == "1.7"
    assert "/Version" not in opened.Root
    assert "/Encrypt" not in opened.trailer


def test_every_font_is_embedded_and_ours(opened):
    fonts = opened.pages[0].Resources.Font
    families = set()
    for font in fonts.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
        families.add(str(descriptor.FontName).split("+")[1])
    assert families == {"Receipt-Sans", "Receipt-Sans-Bold"}


def test_the_canonical_json_is_the_one_attachment_and_its_hash_is_printed(opened, rendered, document):
    assert list(opened.attachments) == ["receipt.json"]
    assert opened.attachments["receipt.json"].get_file().read_bytes() == rendered.json == canonical(document)
    assert [spec.AFRelationship for spec in opened.Root.AF] == ["/Data"]
    assert str(opened.docinfo.Keywords) == f"sha256:{rendered.document_hash}"


def test_the_page_prints_everything_that_the_record_holds(document, signer):
    page = render_page(document, signer)
    missing = [text for text in _chinese(document.model_dump(mode="json")) if text not in page]
    assert missing == []
    assert "不收费" in page
    assert "暂定" in page
    assert "核验地址 https://once.example.gov.cn/v/mfzwi3lpnzsxg5dfon2ge2ldmu" in page


def test_the_code_to_ask_with_stands_under_the_qr_code_in_groups_and_says_where(document, signer):
    page = render_page(document, signer)
    under = page[page.index('<div class="qr">') : page.index('<div class="rule">')]
    assert "查询码" in under
    assert "mfzw i3lp nzsx g5df on2g e2ld mu" in under
    assert "查询进度 https://once.example.gov.cn/status" in page


def test_a_familys_receipt_which_is_no_cases_has_no_such_code(document, signer):
    phase = {"title": document.title, "case_number": document.case_number, "revision": 1}
    phase |= {"document_hash": "0" * 64, "issued_at": document.issued_at, "state": document.state}
    phases = (ReceiptPhase.model_validate(phase | {"slots": len(document.slots)}),)
    assert "查询码" not in render_page(document.model_copy(update={"phases": phases}), signer)


def _chinese(value) -> Iterator[str]:
    """Every text that the record gives in Chinese, wherever it stands."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            yield value["zh"]
        for part in value.values():
            yield from _chinese(part)
    if isinstance(value, list):
        for part in value:
            yield from _chinese(part)


def test_the_same_document_draws_the_same_page_to_the_byte(document, signer):
    assert render_bare(document, signer) == render_bare(document, signer)


def test_a_receipt_drawn_in_a_worker_process_needs_plain_values_only(rendered, tmp_path):
    again = render_stored(rendered.json, str(tmp_path))
    assert again.json == rendered.json
    assert again.pdf.startswith(b"%PDF-1.7")
    assert (tmp_path / "receipt-key.pem").exists()


def test_rare_characters_of_names_are_drawn_and_absent_ones_are_named(document, signer, rendered):
    assert rendered.missing == ()
    assert all(ch in document.model_dump_json() for ch in RARE)
    named = document.model_copy(
        update={"applicant": document.applicant.model_copy(update={"name": f"{ABSENT}*"})}
    )
    whole = press.render_whole(named, signer)
    assert whole.missing == (ABSENT,)
    assert ABSENT.encode() in whole.json


def test_the_drawn_page_shows_the_stand_in_and_explains_it(document, face):
    named = document.model_copy(
        update={"applicant": document.applicant.model_copy(update={"name": f"{ABSENT}*"})}
    )
    page = press._page(named, face, "0" * 64, "https://once.example.gov.cn/v/x#OT1", (ABSENT,))
    assert "〔U+2CE96〕*" in page
    assert "字库缺字，以统一码代替" in page
    assert ABSENT not in page


def test_markup_in_a_text_stays_text(document, signer):
    window = document.window.model_copy(update={"address": "<script>x</script>"})
    page = render_page(document.model_copy(update={"window": window}), signer)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_page_can_pull_in_no_file_of_the_machine_and_no_address(face, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    pull = f'<html><head><link rel="attachment" href="{secret.as_uri()}"></head><body>x</body></html>'
    with pikepdf.open(io.BytesIO(press._draw(pull, face, None))) as file:
        assert list(file.attachments) == []


def test_without_the_systems_libraries_the_receipt_is_a_marked_page(document, signer, monkeypatch):
    def broken(name) -> None:
        raise OSError(name)

    press._press.cache_clear()
    monkeypatch.setattr(press, "import_module", broken)
    with pytest.raises(PdfUnavailable) as caught:
        render(document, signer)
    monkeypatch.undo()
    press._press.cache_clear()
    assert "libharfbuzz-subset0" in caught.value.command
    assert "PDF unavailable" in render_page(document, signer)


def test_only_the_page_of_html_is_marked_unavailable(rendered, document, face):
    page = press._page(document, face, rendered.document_hash, rendered.claim, ())
    assert "PDF unavailable" not in page


def test_a_slot_longer_than_a_page_is_split_and_leaves_no_page_empty(document, signer):
    slot = document.slots[3]
    reason = Text(zh="经核不符合条件" * 300, en="Not eligible.")
    refusal = slot.refusal.model_copy(update={"reasons": (reason,)})
    slots = (slot.model_copy(update={"refusal": refusal}), *document.slots[:2])
    with pikepdf.open(io.BytesIO(render_bare(document.model_copy(update={"slots": slots}), signer))) as file:
        drawn = [page.Contents.read_bytes().count(b" Tf") for page in file.pages]
    assert len(drawn) >= 3
    assert min(drawn) > 10


def test_the_page_says_who_answers_for_it_and_where_a_result_is_to_be_had(document, signer):
    slots = (
        document.slots[0].model_copy(update={"results": (Text(zh="结果文件 1（PDF）", en="Result file 1"),)}),
        *document.slots[1:],
    )
    changed = document.model_copy(update={"owner": Text(zh="王窗口", en="Wang"), "slots": slots})
    page = render_page(changed, signer)
    assert "首派责任人" in page
    assert "结果文件 1（PDF）" in page
    assert "登录 https://once.example.gov.cn/m" in page
    assert "暂不能办理</th>" in page
    bare = render_page(document, signer)
    assert "首派责任人" not in bare
    assert "结果文件" not in bare


def test_a_pledge_is_told_as_given_and_no_paper_as_brought(document, signer):
    pledge = ReceiptMaterial(title=Text(zh="告知承诺书", en="Pledge"), source=PaperSource.PLEDGED)
    slots = (document.slots[0].model_copy(update={"materials": (pledge,)}), *document.slots[1:])
    page = render_page(document.model_copy(update={"slots": slots}), signer)
    assert "已承诺</span>告知承诺书（申请时已作出承诺，不用另交材料）" in page


def test_a_window_that_is_reached_by_the_hotline_gives_it_once(document, signer):
    window = document.window.model_copy(update={"phone": "12345", "hotline": "12345"})
    page = render_page(document.model_copy(update={"window": window}), signer)
    assert page.count("电话 12345") + page.count("热线 12345") == 1


def test_nobody_is_told_to_have_nothing_to_do_beside_an_item_that_costs_something(document, signer):
    assert "收费的事项" not in render_page(document, signer)
    ended = [one.model_copy(update={"refusal": None, "correction": None}) for one in document.slots]
    fee = Text(zh="按标准收取登记费", en="By the schedule")
    granted = next(one for one in ended if one.state.code == "granted")
    costly = granted.model_copy(update={"fee": fee})
    only = document.model_copy(update={"slots": (costly,), "orders": (), "hold": None})
    page = render_page(only, signer)
    assert f"收费的事项：{costly.title.zh}，按标准收取登记费，由{costly.agency.zh}收取。" in page
    assert "除尚未缴清的费用外，您不需要再做什么" in page
    free = document.model_copy(update={"slots": (granted,), "orders": (), "hold": None})
    assert "各事项均已有结果，您不需要再做什么" in render_page(free, signer)


def test_while_staff_will_call_about_money_nobody_is_told_that_nothing_is_left_to_do(document, signer):
    settled = tuple(
        one.model_copy(update={"blocked": None, "refusal": None, "correction": None, "materials": ()})
        for one in document.slots
        if one.state.code == "granted"
    )
    order = ReceiptOrder(
        title=Text(zh="需要退回的养老金：3250.60元，由工作人员与您联系", en="to come back"),
        slot_id=settled[0].slot_id,
        due=document.issued_at.date(),
    )
    ended = document.model_copy(update={"slots": settled, "orders": (), "hold": None})
    nothing = "您不需要再做什么"
    assert nothing in render_page(ended, signer)
    called = ended.model_copy(update={"orders": (order.model_copy(update={"calls": True}),)})
    page = render_page(called, signer)
    assert nothing not in page
    assert "3250.60元，由工作人员与您联系。</li>" in page
    assert nothing in render_page(ended.model_copy(update={"orders": (order,)}), signer)
