"""The catalog's files: in goes a folder of YAML, out comes a frozen `Catalog`, not yet cross-checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from onething.box import Box, boxes
from onething.concept import Concept, MaterialConcept, Register
from onething.definition import Bundle, Scenario
from onething.errors import CatalogError, ConditionError, NotKnown
from onething.item import Agency, FiledProfile, Item
from onething.region import Region, layers, localized
from onething.story import laid_over
from onething.yaml_file import YamlFault, line_of, parse_yaml, place_of

_M = TypeVar("_M", bound=BaseModel)
_T = TypeVar("_T")
_FIX: Final = "write it as docs/reference/catalog.md says"
_REGION_FIX: Final = (
    "a region changes steps, limits, materials, profile and basis of an item, each limit with its unit and "
    "basis; what the item decides, and its form, stay national"
)


@dataclass(frozen=True)
class Catalog:
    """Everything the catalog says, keyed by the names bundles use."""

    folder: Path
    concepts: dict[str, Concept]
    materials: dict[str, MaterialConcept]
    agencies: dict[str, Agency]
    items: dict[str, tuple[Item, ...]]
    """Versions of each `agency/item`, oldest first; the filing date selects."""
    bundles: dict[str, Bundle]
    scenarios: dict[str, dict[str, Scenario]]
    files: dict[str, Path] = field(repr=False)
    """Where each definition was read, by `kind:name`."""
    profiles: dict[str, FiledProfile] = field(default_factory=dict)
    """The procedures that items follow."""
    registers: dict[str, Register] = field(default_factory=dict)
    """The registers that concepts and situations name."""
    regions: dict[str, Region] = field(default_factory=dict)
    """Local rules over the national ones, by how the codes of their places begin."""

    def bundle(self, name: str) -> Bundle:
        """Return the life event; raises NotKnown."""
        return _known(self.bundles, "bundle", name)

    def concept(self, name: str) -> Concept:
        """Return the concept; raises NotKnown."""
        return _known(self.concepts, "concept", name)

    def agency(self, name: str) -> Agency:
        """Return the agency; raises NotKnown."""
        return _known(self.agencies, "agency", name)

    def item(self, key: str, on: date, region: str = "") -> Item:
        """Return the version of item `agency/item` in force on the filing day, as a region works it.

        `region` is the place's code, empty for the national form; raises NotKnown.
        """
        for item in _known(self.items, "item", key):
            if item.valid_from <= on and (item.valid_to is None or on <= item.valid_to):
                return self.local(item, region)
        raise NotKnown("item", f"{key}@{on}")

    def ruled_by(self, region: str) -> str:
        """Return the code of the nearest rules that hold at a place, empty where only the national ones do.

        Two places with the same answer have the same forms, steps, limits and papers.
        """
        over = layers(self.regions, region)
        return over[-1].region if over else ""

    def local(self, item: Item, region: str) -> Item:
        """A national item as a region works it: the same object each time, itself where nothing differs."""
        nearest = self.ruled_by(region) if region else ""
        if not nearest:
            return item
        place = (id(item), nearest)
        if place not in self._localized:
            # The item is kept too, or another might get its id.
            self._localized[place] = (item, localized(item, layers(self.regions, nearest)))
        return self._localized[place][1]

    def scenario(self, bundle: str, name: str | None = None) -> Scenario:
        """Return a story of the life event, its default one without a name; raises NotKnown."""
        stories = self.scenarios.get(self.bundle(bundle).bundle, {})
        return _known(stories, "scenario", name or self.bundles[bundle].default_scenario or "")

    def path(self, item: Item) -> Path:
        """The file that this version of an item was read from."""
        return self.files.get(f"item:{item.key}@{item.valid_from}", Path(item.key))

    def boxes(self, item: Item) -> tuple[Box, ...]:
        """The boxes of an item's form, in its own order."""
        return self._boxes[id(item.form)]

    @cached_property
    def _boxes(self) -> dict[int, tuple[Box, ...]]:
        """By the form, which an item has in common with its local versions."""
        return {
            id(item.form): tuple(boxes(item.form)) for versions in self.items.values() for item in versions
        }

    @cached_property
    def _localized(self) -> dict[tuple[int, str], tuple[Item, Item]]:
        """Filled as places are asked for: by the national item and the nearest rules."""
        return {}


def read_catalog(folder: Path) -> Catalog:
    """Read the catalog folder without cross-checks; raises CatalogError for a file of the wrong shape."""
    if not folder.is_dir():
        raise CatalogError(str(folder), "no such catalog folder", "set ONCE_CATALOG to the folder")
    files: dict[str, Path] = {}
    concepts: dict[str, Concept] = {}
    materials: dict[str, MaterialConcept] = {}
    registers: dict[str, Register] = {}
    for path in sorted((folder / "concepts").glob("*.yaml")):
        content = _mapping(path)
        for entry in content.get("concepts", ()):
            concept = _model(Concept, entry, path)
            _add(concepts, "concept", concept.concept, concept, _Place(files, path))
        for entry in content.get("materials", ()):
            material = _model(MaterialConcept, entry, path)
            _add(materials, "material", material.material, material, _Place(files, path))
        for entry in content.get("registers", ()):
            register = _model(Register, entry, path)
            _add(registers, "register", register.register_, register, _Place(files, path))
    agencies: dict[str, Agency] = {}
    items: dict[str, tuple[Item, ...]] = {}
    for path in sorted((folder / "agencies").glob("*/agency.yaml")):
        agency = _model(Agency, _mapping(path), path)
        _add(agencies, "agency", agency.agency, agency, _Place(files, path))
        for item_path in sorted(path.parent.glob("*.yaml")):
            if item_path.name != "agency.yaml":
                _add_item(items, agency.agency, item_path, files)
    profiles: dict[str, FiledProfile] = {}
    for path in sorted((folder / "profiles").glob("*.yaml")):
        profile = _model(FiledProfile, _mapping(path), path)
        _add(profiles, "profile", profile.profile, profile, _Place(files, path))
    bundles, scenarios = _read_bundles(folder, files)
    return Catalog(
        folder,
        concepts,
        materials,
        agencies,
        items,
        bundles,
        scenarios,
        files,
        profiles,
        registers,
        read_regions(folder, files),
    )


def read_regions(folder: Path, files: dict[str, Path]) -> dict[str, Region]:
    """Read the local rules in `regions`, noting their files; raises CatalogError for a wrong shape."""
    regions: dict[str, Region] = {}
    for path in sorted((folder / "regions").glob("*.yaml")):
        region = _model(Region, _mapping(path), path, _REGION_FIX)
        if region.region != path.stem:
            fix = f"call the file {region.region}.yaml"
            what = f"the rules of {region.region} stand in a file of another name"
            raise CatalogError(str(path), what, fix, locate(path, "region"))
        _add(regions, "region", region.region, region, _Place(files, path))
    return regions


def locate(path: Path, *keys: str | int) -> int | None:
    """Return the line (from 1) of the entry under `keys` in a YAML file, or of its nearest parent."""
    try:
        return line_of(path.read_text(encoding="utf-8"), *keys)
    except OSError:
        return None


def _read_bundles(
    folder: Path, files: dict[str, Path]
) -> tuple[dict[str, Bundle], dict[str, dict[str, Scenario]]]:
    bundles: dict[str, Bundle] = {}
    scenarios: dict[str, dict[str, Scenario]] = {}
    for path in sorted((folder / "bundles").glob("*/bundle.yaml")):
        bundle = _model(Bundle, _mapping(path), path)
        _add(bundles, "bundle", bundle.bundle, bundle, _Place(files, path))
        stories: dict[str, Scenario] = {}
        paths = sorted((path.parent / "scenarios").glob("*.yaml"))
        told = {story_path: _mapping(story_path) for story_path in paths}
        for story_path in paths:
            story = _model(Scenario, _story(story_path, told), story_path)
            _add(stories, f"scenario:{bundle.bundle}", story.scenario, story, _Place(files, story_path))
        scenarios[bundle.bundle] = stories
    return bundles, scenarios


def _story(path: Path, told: Mapping[Path, dict[str, Any]]) -> dict[str, Any]:
    """A story with all that it takes from the one it is `like`; raises CatalogError for none, and a circle.

    Whether it is the published case is never taken over: only one story is.
    """
    by_name = {str(content.get("scenario")): content for content in told.values()}
    line = [told[path]]
    while (like := line[-1].get("like")) is not None:
        other = by_name.get(str(like))
        if other is None:
            known = "name a story of the same life event"
            raise CatalogError(str(path), f"no story is called {like}", known, locate(path, "like"))
        if any(other is one for one in line):
            circle = " like ".join(str(one.get("scenario")) for one in (*line, other))
            fix = "begin with one that stands alone"
            raise CatalogError(str(path), f"stories in a circle: {circle}", fix, locate(path, "like"))
        line.append(other)
    story: dict[str, Any] = {}
    for content in reversed(line):
        story = laid_over({name: value for name, value in story.items() if name != "yardstick"}, content)
    return story


def _add_item(items: dict[str, tuple[Item, ...]], agency: str, path: Path, files: dict[str, Path]) -> None:
    item = _model(Item, {**_mapping(path), "agency": agency}, path)
    versions = items.get(item.key, ())
    for other in versions:
        if item.valid_from <= (other.valid_to or date.max) and other.valid_from <= (
            item.valid_to or date.max
        ):
            raise CatalogError(
                str(path),
                f"item {item.key} has two versions in force at once",
                "end the older one with valid_to",
                locate(path, "valid_from"),
            )
    items[item.key] = tuple(sorted((*versions, item), key=lambda version: version.valid_from))
    files[f"item:{item.key}@{item.valid_from}"] = path


def _mapping(path: Path) -> dict[str, Any]:
    try:
        content = parse_yaml(path.read_text(encoding="utf-8"))
    except YamlFault as error:
        what, line = place_of(error)
        raise CatalogError(str(path), what, "write valid YAML 1.2", line) from error
    except UnicodeDecodeError as error:
        raise CatalogError(str(path), "the file is not UTF-8", "save it as UTF-8") from error
    if not isinstance(content, dict):
        raise CatalogError(str(path), "the file is not a mapping", "begin with its first key")
    return content


def _model(model: type[_M], content: Any, path: Path, fix: str = _FIX) -> _M:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        name = (
            next((str(v) for k, v in content.items() if isinstance(v, str)), "")
            if isinstance(content, dict)
            else ""
        )
        raise CatalogError(
            str(path),
            f"{name}: {place}: {first['msg']}",
            fix,
            locate(path, *first["loc"]),
        ) from error
    except ConditionError as error:
        raise CatalogError(str(path), str(error), "see docs/reference/catalog.md") from error


def _add(known: dict[str, _M], kind: str, name: str, value: _M, files: "_Place") -> None:
    label = f"{kind}:{name}"
    if name in known:
        raise CatalogError(
            str(files.path), f"{label} stands already in {files.all[label]}", "keep one of the two"
        )
    known[name] = value
    files.all[label] = files.path


@dataclass(frozen=True, slots=True)
class _Place:
    """The file being read, and where everything read so far stands."""

    all: dict[str, Path]
    path: Path


def _known(known: dict[str, _T], kind: str, name: str) -> _T:
    if name not in known:
        raise NotKnown(kind, name)
    return known[name]
