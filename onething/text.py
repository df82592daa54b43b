"""Words for people: in goes Chinese and English, out comes the language asked for."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


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

    def say(self, locale: Locale = Locale.ZH) -> str:
        """Return the sentence in `locale`."""
        return self.zh if locale is Locale.ZH else self.en

    def fill(self, **values: object) -> "Text":
        """Return the sentence with `{name}` places filled in both languages."""
        return Text(zh=self.zh.format_map(values), en=self.en.format_map(values))
