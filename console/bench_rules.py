"""The rules' speed: in goes a made-up population, out comes the generated query beside a bare one.

Both compute every column and condition of low income over the same tables, with the same answers (tested),
each in a process of its own, turn about, so that neither warms the other and each one's memory is its own.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from console.bench_rules_bare import PLACE, bare
from console.rules_population import Population
from console.rules_sql import query
from onething.rule_file import load_rules

PERSONS: Final = 500_000
ROUNDS: Final = 3
RUNS: Final = 5
RULES: Final = "low_income"
_SIDES: Final = ("generated", "bare")


def measure(catalog_dir: Path, persons: int = PERSONS) -> dict[str, float]:
    """Return seconds of both queries, their ratio, and the greatest memory of each in megabytes (10^6)."""
    found: dict[str, list[dict[str, float]]] = {side: [] for side in _SIDES}
    for turn in range(ROUNDS):
        for side in _SIDES if turn % 2 == 0 else reversed(_SIDES):
            found[side].append(_alone(side, catalog_dir, persons))
    seconds = {side: median(run["seconds"] for run in runs) for side, runs in found.items()}
    return {
        "rules_seconds": round(seconds["generated"], 3),
        "bare_rules_seconds": round(seconds["bare"], 3),
        "rules_ratio": round(seconds["generated"] / seconds["bare"], 3),
        "rules_memory_mb": round(max(run["memory_mb"] for run in found["generated"])),
        "bare_rules_memory_mb": round(max(run["memory_mb"] for run in found["bare"])),
    }


def generated(catalog_dir: Path) -> str:
    """The query that the rules give."""
    return query(load_rules(catalog_dir), RULES, PLACE)


def one_side(side: str, catalog_dir: Path, persons: int) -> dict[str, float]:
    """Fill the tables and run one side's query some times: its median seconds, this process's memory."""
    book = load_rules(catalog_dir)
    text = bare() if side == "bare" else query(book, RULES, PLACE)
    times = []
    with Population(book) as population:
        population.generate(persons, PLACE.on)
        for _ in range(RUNS + 1):
            began = perf_counter()
            population.keep("answer", text)
            times.append(perf_counter() - began)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return {"seconds": median(times[1:]), "memory_mb": memory}


def _alone(side: str, catalog_dir: Path, persons: int) -> dict[str, Any]:
    """Measure one side in a process of its own."""
    argv = [sys.executable, "-m", "console.bench_rules", side, str(catalog_dir), str(persons)]
    done = subprocess.run(argv, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(one_side(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
