"""What can be wrong at the door itself; in go typed fields, out come errors of the drawn tree."""

from onething.errors import OneThingError, RequestRejected


class TooLarge(RequestRejected):
    """The body is larger than this route takes: `limit` in bytes."""

    http_status = 413


class WrongMedia(RequestRejected):
    """The file or body is of a type that is not taken here: `what`."""

    http_status = 415


class MethodRefused(RequestRejected):
    """The address exists, but not for this method: `what`."""

    http_status = 405


class Malformed(RequestRejected):
    """Fields of the request are missing or of the wrong type: `problems`, without their values."""

    http_status = 422


class EngineUnavailable(OneThingError):
    """The workflow engine does not answer; what was asked did not happen and may be asked again."""

    http_status = 503
    retryable = True


class EngineRefused(OneThingError):
    """The workflow engine answers, but does not take this one message: `status`, its gRPC status."""


class NotSignedIn(RequestRejected):
    """Nobody is signed in here: `why` is nobody, invalid, expired, replayed or closed."""

    code = "not_signed_in"
    http_status = 401


class TooManyPersons(RequestRejected):
    """Registers were asked about too many other persons on behalf of one account today: `limit`."""

    code = "too_many_persons"
    http_status = 429


class DraftOfAnother(RequestRejected):
    """A clerk asked for an unfinished filing that another clerk keeps."""

    code = "draft_of_another"
    http_status = 404


class TooManyDrafts(RequestRejected):
    """A person has as many unfinished filings as one may have: `limit`."""

    code = "too_many_drafts"
    http_status = 409


class TooManyFiles(RequestRejected):
    """There are as many files of one paper as one may upload: `limit`."""

    code = "too_many_files"
    http_status = 409


class PapersFull(RequestRejected):
    """The files of one filing are as large as they may be together: `limit` in MB."""

    code = "papers_full"
    http_status = 409


class ConsequencesUnseen(RequestRejected):
    """A correction would do more than was asked, or other than was seen; the preview shows it."""

    code = "consequences_unseen"
    http_status = 409


class TooManyTries(RequestRejected):
    """Signing in was tried too often: `seconds` until the next try counts."""

    code = "too_many_tries"
    http_status = 429
    retryable = True
