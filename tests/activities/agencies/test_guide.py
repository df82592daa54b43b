"""docs/guides/plug-in-an-agency.md leaves nothing out."""

import re
from pathlib import Path

from activities.agencies.http import HttpOptions
from onething.adapter import Capabilities
from onething.behaviour import StepKind

TREE = Path(__file__).resolve().parents[3]
GUIDE = (TREE / "docs" / "guides" / "plug-in-an-agency.md").read_text(encoding="utf-8")


def test_the_guide_names_every_option_capability_and_step():
    for name in (*HttpOptions.model_fields, *StepKind):
        assert f"`{name}`" in GUIDE, name
    for name in Capabilities.model_fields:
        assert f"{name}:" in GUIDE, name


def test_the_guide_names_every_variable_the_simulator_reads():
    source = (TREE / "simulator" / "app.py").read_text(encoding="utf-8")
    read = set(re.findall(r'"(ONCE_[A-Z_]+)"', source))

    assert read
    assert {name for name in read if f"| `{name}` |" not in GUIDE} == set()


def test_the_guides_links_lead_somewhere():
    links = re.findall(r"\]\((\.\.[^)]+)\)", GUIDE)

    assert links
    assert all((TREE / "docs" / "guides" / link).exists() for link in links)
