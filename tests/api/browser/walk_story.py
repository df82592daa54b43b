"""Of each life event the story that is walked: one that goes smoothly."""

from datetime import datetime
from typing import Any

STORIES = {
    "bereavement": "smooth_employee",
    "marriage_birth_household": "smooth_four_items",
    "newborn": "smooth",
    "social_assistance": "low_income_with_linked",
}


def filed_at(story: Any) -> datetime:
    """When the story's filing is made."""
    return datetime.fromisoformat(story.filed_at)
