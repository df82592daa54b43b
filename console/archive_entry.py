"""One entry of a case file: a folder, a name and its content in, its place in the paper file's order out."""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from onething.text import Text

JSON: Final = "application/json"


class Folder(Enum):
    """The folders in their order, each with its English title."""

    CATALOGUE = ("01_目录", "catalogue")
    DECISION = ("02_决定", "decisions")
    RESULT = ("03_结果", "results")
    APPLICATION = ("04_申请", "application")
    MATERIAL = ("05_材料", "materials")
    NOTICE = ("06_告知", "notices")
    WORK_ORDER = ("07_工单", "work-orders")
    RECEIPT = ("08_回执", "receipts")
    LOG = ("09_办理记录", "log")

    @property
    def title(self) -> Text:
        """The folder's title in both languages."""
        return Text(zh=self.value[0].partition("_")[2], en=self.value[1])


@dataclass(frozen=True, slots=True)
class Paper:
    """One entry to be; its bytes are `content`, else those of the case's blob `blob_id`."""

    folder: Folder
    name: str
    title: Text
    mime: str = JSON
    content: bytes | None = None
    blob_id: str = ""

    @property
    def path(self) -> str:
        """Where it stands in the file."""
        return f"{self.folder.value[0]}/{self.name}"


def json_paper(folder: Folder, name: str, title: Text, content: Any) -> Paper:
    """An entry of JSON that people can read, too; the same content gives the same bytes."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    return Paper(folder, name, title, content=f"{text}\n".encode())
