"""Words of `./once archive`: what people read, in both languages."""

from typing import Final

from console.archive_seal import Fault
from onething.text import Text

VALID: Final = Text(zh="核验通过", en="VALID")
NOT_VALID: Final = Text(zh="核验不通过", en="NOT VALID")
GENUINE: Final = Text(
    zh="案卷真实、完整：办件 {case}，{count} 件，密钥 {key}。链尾摘要：{head}",
    en="Genuine and whole: case {case}, {count} entries, key {key}. Head of the chain: {head}",
)
MADE: Final = Text(
    zh="案卷已生成：{path}，{count} 件。链尾摘要：{head}",
    en="Case file: {path}, {count} entries. Head of the chain: {head}",
)
ONE_THING: Final = Text(
    zh="请给出办件编号，或者用 --verify 核验案卷、用 --find 按证件号码查找，三者取一。",
    en="Name a case, or a file to --verify, or whom to --find: one of the three.",
)
NO_KEY: Final = Text(
    zh="没有可用的核验密钥 {path}（{reason}）。请用 --key 指定出具方公布的 receipt-key.pem。",
    en="No key to verify with: {path} ({reason}). Name the issuer's receipt-key.pem with --key.",
)
UNREADABLE: Final = Text(zh="无法读取 {path}：{reason}", en="Cannot read {path}: {reason}")
UNWRITABLE: Final = Text(zh="无法写入 {path}：{reason}", en="Cannot write {path}: {reason}")
NO_CASE: Final = Text(zh="没有这个办件，请核对编号。", en="There is no such case: check its number.")
STILL_OPEN: Final = Text(
    zh="办件 {case} 尚未办结，办结后才能形成案卷。",
    en="Case {case} has not ended: its file is made at the end.",
)
ERASED: Final = Text(
    zh="办件 {case} 的个人信息已按规定删除，不能再形成案卷。",
    en="What was personal of case {case} was erased: no file can be made of it.",
)
DAMAGED: Final = Text(
    zh="有文件缺失或损坏（{blob}），案卷未生成。请运行 ./once records check。",
    en="A stored file is missing or damaged ({blob}); nothing was written. Run ./once records check.",
)
FULL: Final = Text(
    zh="案卷超过 2 GB 或 10000 件，未生成。", en="More than 2 GB or 10,000 entries: nothing was written."
)
NO_NUMBER: Final = Text(zh="请输入证件号码。", en="Give a number to look for.")
NOBODY: Final = Text(zh="没有查到办件。", en="No case was found.")
ASK: Final = Text(zh="证件号码", en="ID number")
FAULTS: Final = {
    Fault.TOO_LARGE: Text(zh="文件超过 2 GB，不是案卷。", en="Over 2 GB: no case file."),
    Fault.NOT_ARCHIVE: Text(
        zh="不是案卷文件，或者文件已损坏。", en="This is no case file, or it is damaged beyond reading."
    ),
    Fault.NO_MANIFEST: Text(zh="缺少卷内清单 manifest.json。", en="Its manifest.json is missing."),
    Fault.NO_SIGNATURE: Text(zh="缺少签名 manifest.sig。", en="Its manifest.sig is missing."),
    Fault.UNKNOWN_KEY: Text(
        zh="不是用所指定的密钥签署的。", en="It was not signed with any of the keys that were named."
    ),
    Fault.BAD_SIGNATURE: Text(
        zh="签名不符：卷内清单或签名被改动过。",
        en="The signature does not hold: manifest or signature was changed.",
    ),
    Fault.MANIFEST_MALFORMED: Text(
        zh="卷内清单的格式不对，被改动过。", en="The manifest is malformed: it was changed."
    ),
    Fault.FORMAT_UNKNOWN: Text(
        zh="案卷由更新的版本生成，请升级后再核验。", en="Made by a newer version: upgrade to verify it."
    ),
    Fault.CHAIN_BROKEN: Text(zh="清单的摘要链在“{path}”处断开。", en="The chain of hashes breaks at {path}."),
    Fault.CHANGED: Text(zh="内容被改动：{path}", en="Changed: {path}"),
    Fault.ADDED: Text(zh="清单之外的文件：{path}", en="Not in the manifest: {path}"),
    Fault.REMOVED: Text(zh="文件缺失：{path}", en="Missing: {path}"),
    Fault.REORDERED: Text(zh="顺序被改动：{path}", en="Out of its place: {path}"),
    Fault.REPACKED: Text(
        zh="各文件内容相符，但压缩包被重新打包或附加了内容，不是原件。",
        en="Every entry is as it was, but the file was packed anew or carries more: not the original.",
    ),
}
