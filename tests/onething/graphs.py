"""Every order that slots can stand in: in goes how many, out come all acyclic graphs up to renaming.

A graph says of each slot which earlier slots it comes after, so that slots stand in an order that can be
worked through. Their number is known (OEIS A003087: 1, 2, 6, 31, 302 for one to five), which proves the list.
"""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, permutations

Graph = tuple[tuple[int, ...], ...]
"""For each slot, the slots it comes after, all of them before it in the list."""
Renaming = tuple[int, ...]
"""For each slot, the one it becomes."""

HOW_MANY = {1: 1, 2: 2, 3: 6, 4: 31, 5: 302}


@cache
def graphs(size: int) -> tuple[Graph, ...]:
    """All directed acyclic graphs of `size` slots, one of each kind."""
    found: dict[int, Graph] = {}
    for graph in _in_order(size):
        found.setdefault(min(_bits(graph, naming) for naming in permutations(range(size))), graph)
    return tuple(found.values())


@cache
def symmetries(graph: Graph) -> tuple[Renaming, ...]:
    """The renamings that leave the graph as it is, the one that changes nothing included."""
    same = _bits(graph, tuple(range(len(graph))))
    return tuple(naming for naming in permutations(range(len(graph))) if _bits(graph, naming) == same)


def _in_order(size: int) -> Iterator[Graph]:
    """Every graph whose arrows go up the list; each acyclic graph can be listed so."""
    arrows = list(combinations(range(size), 2))
    for chosen in range(2 ** len(arrows)):
        there = [arrow for place, arrow in enumerate(arrows) if chosen >> place & 1]
        yield tuple(tuple(first for first, then in there if then == slot) for slot in range(size))


def _bits(graph: Graph, naming: Renaming) -> int:
    """The graph under other names, as one number."""
    size = len(graph)
    return sum(
        1 << naming[before] * size + naming[slot] for slot, after in enumerate(graph) for before in after
    )
