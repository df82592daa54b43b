"""The pages' own words: in goes a key of `templates/**/words.txt`, out comes Chinese and English."""

from pathlib import Path
from typing import Final

from onething.text import Text

_FOLDER: Final = Path(__file__).resolve().parent / "templates"
"""The words of the frame, and in each folder below those of one kind of page; no key stands twice."""


def _read(line: str) -> tuple[str, Text]:
    key, zh, en = (part.strip() for part in line.split("|"))
    return key, Text(zh=zh, en=en)


WORDS: Final[dict[str, Text]] = dict(
    _read(line)
    for file in sorted(_FOLDER.rglob("words.txt"))
    for line in file.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
ICONS: Final[dict[str, tuple[str, str]]] = {
    "waiting": ("○", "wait"),
    "submitting": ("→", "work"),
    "received": ("→", "work"),
    "accepted": ("→", "work"),
    "under_review": ("→", "work"),
    "correction_requested": ("!", "act"),
    "needs_operator": ("!", "act"),
    "blocked": ("■", "act"),
    "granted": ("✓", "good"),
    "partly_granted": ("◐", "good"),
    "refused": ("✕", "bad"),
    "declined": ("✕", "bad"),
    "withdrawn": ("–", "wait"),
    "lapsed": ("✕", "bad"),
    "not_applicable": ("–", "wait"),
    "submitted": ("→", "work"),
    "running": ("→", "work"),
    "completed": ("✓", "good"),
    "terminated": ("✕", "bad"),
    "draft": ("○", "wait"),
}
"""Each state's sign and tone; the word beside it says the same."""
