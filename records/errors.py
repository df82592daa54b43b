"""What can be wrong with stored things; typed fields in, errors of the drawn tree out."""

from onething.errors import OneThingError, RequestRejected


class CaseErased(OneThingError):
    """The case's data key is gone and with it everything personal: `case`."""

    code = "case_erased"
    http_status = 410

    def __init__(self, case: str) -> None:
        """Keep the case number."""
        self.case = case
        super().__init__(case=case)


class BlobDamaged(OneThingError):
    """A blob's bytes are missing or are not the ones its name stands for: `blob_id`."""

    code = "blob_damaged"

    def __init__(self, blob_id: str) -> None:
        """Keep which blob."""
        self.blob_id = blob_id
        super().__init__(blob_id=blob_id)


class PapersGone(RequestRejected):
    """Papers that a filing names were thrown away before it was kept: `materials`, the catalog's words."""

    http_status = 409

    def __init__(self, materials: tuple[str, ...]) -> None:
        """Keep which papers."""
        self.materials = materials
        super().__init__(what="材料已在别处删除 (papers were deleted elsewhere)", materials=list(materials))
