"""Papers of an item: what its original list asks for, by which law, and how each is obtained now."""

from enum import StrEnum
from typing import Any

from pydantic import field_validator

from onething.text import Model


class MaterialSource(StrEnum):
    """Where a paper comes from: only `self` is brought by the family."""

    SELF = "self"
    SHARED = "shared"
    PLEDGE = "pledge"
    OUTPUT = "output"
    FORM = "form"
    """The merged form itself stands for it: filled in and signed with everything else."""
    MANDATE = "mandate"
    """A mandate on record stands for it. No file says so: a case has it that is filed under one."""


class OnRecord(StrEnum):
    """What is on record already and may stand for a paper."""

    MANDATE = "mandate"
    """The mandate to file that the applicant gave to whoever does."""


class FivePapersTest(Model):
    """The five 凡是 tests of State Council 国办发〔2018〕47号: a paper failing any one may not be asked."""

    basis_in_law: bool
    obtainable_by_sharing: bool
    shown_by_certificate: bool
    replaceable_by_pledge: bool
    issuer_can_issue: bool

    @property
    def may_be_asked(self) -> bool:
        """Whether the family may be asked to bring it."""
        avoidable = self.obtainable_by_sharing or self.shown_by_certificate or self.replaceable_by_pledge
        return self.basis_in_law and self.issuer_can_issue and not avoidable


class Basis(Model):
    """A citation: law and article, or the rule or page it was read in."""

    cite: str
    verified: bool = False
    local: bool = False
    """One place's practice, taken as a default: never cited to a family elsewhere."""


class ItemMaterial(Model):
    """One paper of one item on its original list, and how it is obtained now."""

    material: str
    source: MaterialSource
    main: bool = True
    may_be_missing: bool = False
    basis: Basis
    tests: FivePapersTest
    when: dict[str, Any] | bool = True
    met_by: OnRecord | None = None
    """What stands for it where that is on record, so that nobody brings it then."""

    @field_validator("source")
    @classmethod
    def _told_in_files(cls, source: MaterialSource) -> MaterialSource:
        if source is MaterialSource.MANDATE:
            msg = "a case finds that out: write source: self and met_by: mandate"
            raise ValueError(msg)
        return source
