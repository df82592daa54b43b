"""What can be wrong with stored things; typed fields in, errors of the drawn tree out."""

from onething.errors import OneThingError


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
