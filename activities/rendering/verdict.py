"""The sentences of verification: a fault or standing in, Chinese and English out."""

from collections.abc import Mapping
from typing import Final

from activities.rendering.qr import OUTCOME_LETTERS, ClaimFault
from activities.rendering.seal import SealFault
from activities.rendering.verify import ContentFault, Standing
from activities.rendering.wording import OTHER_STATE
from onething.case_state import SlotState
from onething.text import Text
from onething.wording import SLOT_STATES

FAULTS: Final[Mapping[SealFault | ContentFault | ClaimFault, Text]] = {
    SealFault.NOT_PDF: Text(
        zh="这不是 PDF 文件。只能核验回执 PDF 或者二维码内容；"
        "receipt.json 单独存放时没有签名，无法证明真伪。",
        en="This is not a PDF. Only a receipt's PDF or the text of its QR code can be verified; "
        "receipt.json by itself carries no signature and proves nothing.",
    ),
    SealFault.NO_SIGNATURE: Text(zh="文件没有电子签名。", en="The file carries no signature."),
    SealFault.MANY_SIGNATURES: Text(
        zh="文件有一个以上电子签名；本系统出具的回执只有一个。",
        en="The file carries more than one signature; a receipt has exactly one.",
    ),
    SealFault.NOT_WHOLE_FILE: Text(
        zh="签名没有覆盖整个文件：签名之后有追加或者删减的内容。",
        en="The signature does not cover the whole file: something was added or cut after signing.",
    ),
    SealFault.HOLE_NOT_CANONICAL: Text(
        zh="签名区内的填充或者写法不规范，文件被改动过。",
        en="Padding or spelling inside the signature's own space is not canonical: the file was altered.",
    ),
    SealFault.CMS_NOT_CANONICAL: Text(
        zh="签名数据不是本系统的规范格式，文件被改动过或者并非由本系统出具。",
        en="The signature's data is not in our canonical form: altered, or not issued by this system.",
    ),
    SealFault.UNKNOWN_KEY: Text(
        zh="签名所用密钥不是您指定的（或者本系统的）回执密钥，不予采信。",
        en="The signing key is not the pinned one (--key, or this installation's); "
        "the certificate inside the file is not believed.",
    ),
    SealFault.CHANGED: Text(
        zh="文件内容在签名之后被改动过。", en="The file's contents were changed after it was signed."
    ),
    SealFault.BAD_SIGNATURE: Text(zh="电子签名无效。", en="The signature does not hold."),
    ContentFault.SECOND_OPINION: Text(
        zh="PDF 结构或者签名未通过复核。", en="The PDF's structure or signature fails the second check."
    ),
    ContentFault.ATTACHMENT_COUNT: Text(
        zh="附件应当有且只有 receipt.json 一个。",
        en="There must be exactly one attachment, receipt.json.",
    ),
    ContentFault.NOT_CANONICAL: Text(
        zh="附件 receipt.json 不是规范格式（RFC 8785）。",
        en="The attached receipt.json is not in its canonical form (RFC 8785).",
    ),
    ContentFault.FORMAT_UNKNOWN: Text(
        zh="附件格式本程序不认识，请更新程序后再核验。",
        en="The attachment's format is unknown to this version: update and verify again.",
    ),
    ContentFault.HASH_DIFFERS: Text(
        zh="附件的数据摘要与文件所载不一致。", en="The attachment's hash differs from the stated one."
    ),
    ContentFault.CLAIM_DIFFERS: Text(
        zh="首页二维码的内容与附件不一致。", en="The QR code's claim differs from the attachment."
    ),
    ClaimFault.MALFORMED: Text(
        zh="这不是回执二维码的内容，或者内容不完整。",
        en="This is not the text of a receipt's QR code, or not all of it.",
    ),
    ClaimFault.UNKNOWN_KEY: Text(
        zh="二维码所用密钥不是您指定的（或者本系统的）回执密钥，不予采信。",
        en="The QR code was signed with a key that is not pinned (--key, or this installation's).",
    ),
    ClaimFault.BAD_SIGNATURE: Text(
        zh="二维码内容的签名无效，内容被改动过。",
        en="The QR code's signature does not hold: its text was altered.",
    ),
}

STANDINGS: Final[Mapping[Standing, Text]] = {
    Standing.CURRENT: Text(
        zh="与对照文件相比，本回执是最新版。", en="Beside the other file, this receipt is the current one."
    ),
    Standing.SUPERSEDED: Text(
        zh="本回执真实，但已被第 {number} 版取代。",
        en="This receipt is genuine but superseded by revision {number}.",
    ),
    Standing.OTHER_INVALID: Text(
        zh="对照文件未通过核验，无法据此判断：{reason}",
        en="The file to compare with is not valid, so nothing follows from it: {reason}",
    ),
    Standing.OTHER_CASE: Text(
        zh="对照文件属于另一办件。", en="The file to compare with belongs to another case."
    ),
    Standing.CHAIN_BROKEN: Text(
        zh="两份回执都有有效签名，但版次链不相连：其中一份不在同一版次链上，请联系出具窗口。",
        en="Both carry valid signatures, but neither's chain of revisions names the other: ask the window.",
    ),
}


def outcome_title(letter: str) -> Text:
    """Give the words for one letter of a claim's outcomes."""
    codes = {value: code for code, value in OUTCOME_LETTERS.items()}
    return SLOT_STATES[SlotState(codes[letter])] if letter in codes else OTHER_STATE
