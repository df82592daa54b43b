"""The agency's side, for rehearsals: in goes the shared folder, out come answers to what lies there."""

import json
from pathlib import Path


def answer(folder: Path) -> int:
    """Accept and grant every filing in `out/` that has no answer in `in/`; return how many were answered."""
    answered = 0
    for filing in sorted((folder / "out").glob("*.json")):
        reply = folder / "in" / filing.name
        if reply.exists() or filing.with_suffix(".withdrawn").exists():
            continue
        sent = json.loads(filing.read_text(encoding="utf-8"))
        # The agency writes local time without a zone, as its own programs do.
        at = sent["收件时间"].partition("+")[0]
        content = {
            "业务编号": sent["业务编号"],
            "流水号": filing.stem[:12].upper(),
            "状态": [["10", at], ["20", at]],
            "结果": {},
        }
        draft = reply.with_suffix(".part")
        draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        draft.replace(reply)
        answered += 1
    return answered
