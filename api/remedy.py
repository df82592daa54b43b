"""What may be done against a refusal: in goes the agency that refused, out come the remedies to be told.

Refusals of an administrative authority are open to review and to a lawsuit (行政复议法, 行政诉讼法). Those of
a charity, a company or a school are not: the catalog says with the agency what there is in their place.
"""

from collections.abc import Mapping
from typing import Final

from onething.catalog import Catalog
from onething.filing import REMEDY_LAWSUIT, REMEDY_REVIEW
from onething.text import Text

OF_LAW: Final[Mapping[str, Text]] = {"review": REMEDY_REVIEW, "lawsuit": REMEDY_LAWSUIT}
"""What the refusal of an administrative authority tells."""


def remedies_against(catalog: Catalog, agency: str) -> dict[str, Text]:
    """What every refusal of this agency tells, each under a name that a form can send."""
    known = catalog.agencies.get(agency)
    if known is None or not known.remedies:
        return {**OF_LAW}
    return {f"own_{number}": text for number, text in enumerate(known.remedies, start=1)}
