"""A page as a small tree: in goes HTML, out come nodes, and what a browser would send of its form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final, Union

_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass(eq=False, slots=True)
class Node:
    """One element."""

    tag: str
    attributes: dict[str, str]
    children: list[Union["Node", str]] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return self.attributes.get("class", "").split()

    def all(self) -> Iterator["Node"]:
        """Everything inside, in the page's order."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.all()

    def every(self, wanted: Callable[["Node"], bool]) -> list["Node"]:
        """Every element inside that is wanted."""
        return [node for node in self.all() if wanted(node)]

    def named(self, tag: str) -> list["Node"]:
        """Every element inside of this name."""
        return self.every(lambda node: node.tag == tag)

    def text(self) -> str:
        """Every text inside."""
        return "".join(one if isinstance(one, str) else one.text() for one in self.children)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self.open) - 1, 0, -1):
            if self.open[at].tag == tag:
                del self.open[at:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Node:
    """Read a page."""
    builder = _Builder()
    builder.feed(html)
    return builder.root


def sent_by(form: Node) -> list[tuple[str, str]]:
    """What a browser sends of a form, buttons and files aside (HTML, form submission algorithm)."""
    sent: list[tuple[str, str]] = []
    for node in form.all():
        name, kind = node.attributes.get("name", ""), node.attributes.get("type", "text")
        if not name or "disabled" in node.attributes:
            continue
        if node.tag == "input" and kind in {"radio", "checkbox"}:
            if "checked" in node.attributes:
                sent.append((name, node.attributes.get("value", "on")))
        elif node.tag == "input" and kind not in {"file", "submit", "button"}:
            sent.append((name, node.attributes.get("value", "")))
        elif node.tag == "textarea":
            sent.append((name, node.text()))
        elif node.tag == "select":
            options = node.named("option")
            chosen = [one for one in options if "selected" in one.attributes] or options[:1]
            sent += [(name, one.attributes["value"]) for one in chosen]
    return sent
