"""`once verify`: a receipt, a newer one or a QR code's text in; a verdict in Chinese and English, 0 or 1 out.

Works with the network off. The key is the pinned one: `--key`, else this installation's own key file.
"""

from dataclasses import dataclass
from pathlib import Path

from activities.rendering.errors import KeyUnreadable
from activities.rendering.qr import Claim, ClaimFault, verify_claim
from activities.rendering.sign import PUBLIC_FILE, PublicKeys, load_public_keys
from activities.rendering.verdict import FAULTS, STANDINGS, outcome_title
from activities.rendering.verify import Fault, Standing, Valid, claim_matches, stand, verify_pdf
from onething.text import Text
from runtime.settings import Settings

VALID, NOT_VALID = 0, 1


@dataclass(frozen=True, slots=True)
class _Answer:
    """One line of the verdict and whether it lets the whole stand."""

    holds: bool
    text: Text


def run(
    file: Path | None = None, key: Path | None = None, against: Path | None = None, qr: str | None = None
) -> int:
    """Verify `file` (beside `against`, when given) or the text of a QR code, or that both belong together.

    Returns 0 when everything asked for is valid and current, else 1; the reason is printed either way.
    """
    if file is None and qr is None:
        return _say(_Answer(False, _NOTHING))
    if against is not None and file is None:
        return _say(_Answer(False, _NO_FILE_BESIDE))
    try:
        receipt, newer = (one.read_bytes() if one else None for one in (file, against))
        keys = load_public_keys(key or Settings().keys_dir / PUBLIC_FILE)
    except OSError as error:
        return _say(_Answer(False, _unreadable(error)))
    except KeyUnreadable as error:
        return _say(_Answer(False, _NO_KEY.fill(path=error.path, reason=error.reason)))
    return _say(*_answers(receipt, newer, qr, keys))


def _answers(file: bytes | None, against: bytes | None, qr: str | None, keys: PublicKeys) -> list[_Answer]:
    answers = []
    claim = verify_claim(qr.strip(), keys) if qr is not None else None
    if claim is not None:
        answers.append(_of_claim(claim))
    if file is None:
        return answers
    receipt = verify_pdf(file, keys)
    other = verify_pdf(against, keys) if against is not None else None
    answers.append(_of_receipt(receipt))
    if isinstance(receipt, Valid) and other is not None:
        answers.append(_of_standing(receipt, other))
    if isinstance(receipt, Valid) and isinstance(claim, Claim):
        matches = claim_matches(claim, receipt)
        answers.append(_Answer(matches, _SAME if matches else _NOT_SAME))
    return answers


def _unreadable(error: OSError) -> Text:
    match error:
        case FileNotFoundError():
            return _MISSING.fill(path=error.filename)
        case IsADirectoryError():
            return _FOLDER.fill(path=error.filename)
        case PermissionError():
            return _FORBIDDEN.fill(path=error.filename)
    return _UNREADABLE.fill(path=error.filename, reason=error.strerror)


def _of_receipt(receipt: Valid | Fault) -> _Answer:
    if not isinstance(receipt, Valid):
        return _Answer(False, FAULTS[receipt])
    document = receipt.document
    facts = {
        "case": document.case_number,
        "revision": document.revision.number,
        "issued": document.issued_at.isoformat(timespec="minutes"),
        "hash": receipt.document_hash,
        "key": receipt.key_id,
    }
    return _Answer(True, _GENUINE.fill(**facts))


def _of_claim(claim: Claim | ClaimFault) -> _Answer:
    if isinstance(claim, ClaimFault):
        return _Answer(False, FAULTS[claim])
    titles = [outcome_title(letter) for letter in claim.outcomes]
    facts = {
        "case": claim.case_number,
        "revision": claim.revision,
        "day": claim.day.isoformat(),
        "hash": claim.document_hash,
        "key": claim.key_id,
        "outcomes_zh": "，".join(f"{n} {title.zh}" for n, title in enumerate(titles, 1)),
        "outcomes_en": ", ".join(f"{n} {title.en}" for n, title in enumerate(titles, 1)),
    }
    return _Answer(True, _CLAIMED.fill(**facts))


def _of_standing(receipt: Valid, other: Valid | Fault) -> _Answer:
    standing = stand(receipt, other)
    text = STANDINGS[standing]
    if isinstance(other, Valid):
        return _Answer(standing is Standing.CURRENT, text.fill(number=other.document.revision.number))
    reason = FAULTS[other]
    return _Answer(False, Text(zh=text.zh.format(reason=reason.zh), en=text.en.format(reason=reason.en)))


def _say(*answers: _Answer) -> int:
    holds = all(answer.holds for answer in answers)
    head = Text(zh="核验通过", en="VALID") if holds else Text(zh="核验不通过", en="NOT VALID")
    print(f"{head.zh} {head.en}")
    for answer in answers:
        print(answer.text.zh)
        print(answer.text.en)
    return VALID if holds else NOT_VALID


_NOTHING = Text(
    zh="请给出回执文件，或者用 --qr 给出二维码内容。",
    en="Name a receipt file, or give a QR code's text with --qr.",
)
_NO_FILE_BESIDE = Text(
    zh="--against 需要同时给出要核验的文件。", en="--against needs the file that it is compared with."
)
_NO_KEY = Text(
    zh="没有可用的核验密钥 {path}（{reason}）。请用 --key 指定出具方公布的 receipt-key.pem。",
    en="No key to verify with: {path} ({reason}). Name the issuer's receipt-key.pem with --key.",
)
_MISSING = Text(
    zh="找不到文件 {path}。请核对文件名和所在目录，再运行 ./once verify 文件。",
    en="There is no file {path}. Check its name and folder, then run ./once verify FILE again.",
)
_FOLDER = Text(
    zh="{path} 是目录，不是文件。请写明其中的回执，例如 {path}/receipt.pdf。",
    en="{path} is a folder. Name the receipt inside it, such as {path}/receipt.pdf.",
)
_FORBIDDEN = Text(
    zh="没有读取 {path} 的权限。请换用有权限的账户，或者把文件复制到自己的目录。",
    en="{path} may not be read by this account. Use one that may, or copy the file to a folder of your own.",
)
_UNREADABLE = Text(zh="无法读取 {path}：{reason}", en="Cannot read {path}: {reason}")
_GENUINE = Text(
    zh="回执真实、完整：办件 {case}，第 {revision} 版，{issued} 出具，密钥 {key}。\n"
    "请核对纸面上的数据摘要：{hash}",
    en="Genuine and whole: case {case}, revision {revision}, issued {issued}, key {key}.\n"
    "Compare the hash printed on paper: {hash}",
)
_CLAIMED = Text(
    zh="二维码真实：办件 {case}，第 {revision} 版，{day}，密钥 {key}。\n各事项（按纸面序号）：{outcomes_zh}\n"
    "请核对纸面上的数据摘要：{hash}",
    en="The QR code is genuine: case {case}, revision {revision}, {day}, key {key}.\n"
    "Items as numbered on paper: {outcomes_en}\nCompare the hash printed on paper: {hash}",
)
_SAME = Text(zh="二维码与文件相符。", en="QR code and file belong together.")
_NOT_SAME = Text(zh="二维码与文件不是同一份回执。", en="QR code and file are not the same receipt.")
