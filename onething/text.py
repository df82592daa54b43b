"""Words for people: in goes Chinese and English, out comes the language asked for."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Locale(StrEnum):
    """The languages every sentence for people stands in."""

    ZH = "zh"
    EN = "en"


class Model(BaseModel):
    """Base of every frozen model that crosses a boundary; unknown keys are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Travelling(BaseModel):
    """Base of what travels with a case: frozen, and unknown keys of newer formats are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Text(Travelling):
    """One sentence or label in both languages."""

    zh: str
    en: str

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, given: Any) -> Any:
        """Refuse what a comma in an unquoted sentence of a flow mapping leaves: a key without a value."""
        if isinstance(given, dict) and len(given) > 2:
            cut = [str(key) for key, value in given.items() if key not in {"zh", "en"} and value is None]
            if cut:
                msg = f"a sentence ends before {', '.join(cut)}: put it in quotes, it has a comma"
                raise ValueError(msg)
        return given

    def say(self, locale: Locale = Locale.ZH) -> str:
        """Return the sentence in `locale`."""
        return self.zh if locale is Locale.ZH else self.en

    def fill(self, **values: object) -> "Text":
        """Return the sentence with `{name}` places filled in both languages."""
        return Text(zh=self.zh.format_map(values), en=self.en.format_map(values))
