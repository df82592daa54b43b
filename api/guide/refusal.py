"""Uploads that are not taken, in words: in goes an error, out comes the finding beside its paper."""

from api.errors import PapersFull, TooLarge, TooManyFiles, WrongMedia
from api.guide.screening import FileRefused, told_fault
from api.page_view import word
from api.problem import told
from onething.errors import RequestRejected
from onething.plan import PlanProblem
from onething.sentence import error_sentence
from onething.text import Text


def told_upload(pointer: str, title: Text, error: RequestRejected) -> PlanProblem:
    """Say beside a paper why its file was not taken, and what to do."""
    if isinstance(error, FileRefused):
        return told_fault(pointer, error.fault, title)
    if isinstance(error, WrongMedia):
        return told(pointer, "contentMediaType", title)
    if isinstance(error, TooManyFiles | PapersFull):
        return PlanProblem(pointer=pointer, code=error.code, text=error_sentence(error.code, error.params))
    key = "guide_file_too_large" if isinstance(error, TooLarge) else "guide_file_empty"
    words = word(key).fill(title_zh=title.zh, title_en=title.en)
    return PlanProblem(pointer=pointer, code=key.removeprefix("guide_"), text=words)
