"""What can be wrong with proving who somebody is; in go typed fields, out come errors of the drawn tree."""

from onething.errors import NotAllowed, OneThingError, RequestRejected


class IdentityRefused(RequestRejected):
    """The provider's answer proves nothing: `provider`, `why`, a word of ours for the log of a test."""

    code = "identity_refused"
    http_status = 401


class IdentityUnavailable(OneThingError):
    """The provider does not answer, or not sensibly: `provider`."""

    code = "identity_unavailable"
    http_status = 503
    retryable = True


class NotEnrolled(RequestRejected):
    """Who it is has been proven, but nobody opened an account: `provider`, `subject`, its name."""

    code = "not_enrolled"
    http_status = 403


class MandateLacking(NotAllowed):
    """No mandate of the caller's covers this today."""

    code = "mandate_lacking"


class IdentityUnproven(NotAllowed):
    """Nobody has proven who the caller is, which this needs."""

    code = "identity_unproven"
