"""The words of who may do what: roles and purposes; nothing in, two closed lists out."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """In what capacity somebody calls."""

    PUBLIC = "public"
    CLERK = "clerk"
    """Works at one window: files, follows and steers the cases of its area."""
    CITIZEN = "citizen"
    """Sees and files their own cases, and those that a mandate names."""
    REPRESENTATIVE = "representative"
    """Staff of an organisation that acts for people (代办员), under a mandate for each."""
    HANDLER = "handler"
    """Works at one agency's desk: sees its own items with its own fields, and nothing else."""
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    """Opens accounts and windows; sees no case."""
    AUDITOR = "auditor"
    """Reads the audit trail; changes nothing."""
    AGENCY = "agency"
    """Proven by the callback's signature, not by an account."""


class Purpose(StrEnum):
    """What a route is for; it stands in the audit trail beside every access to personal data."""

    CATALOG = "catalog"
    SIGN_IN = "sign_in"
    FILE_CASE = "file_case"
    FOLLOW_CASE = "follow_case"
    STEER_CASE = "steer_case"
    MANDATE = "mandate"
    HANDLE_ITEM = "handle_item"
    SUPERVISE = "supervise"
    ADMINISTER = "administer"
    AUDIT = "audit"
    HAND_OUT_RECEIPT = "hand_out_receipt"
    CHECK_RECEIPT = "check_receipt"
    AGENCY_CALLBACK = "agency_callback"
    OPERATE = "operate"


ANYBODY: Final = frozenset({Role.PUBLIC})
CLERKS: Final = frozenset({Role.CLERK})
FILERS: Final = frozenset({Role.CLERK, Role.CITIZEN, Role.REPRESENTATIVE})
"""Who files and follows cases: at a window, for themselves, or for somebody under a mandate."""
PERSONS: Final = frozenset({Role.CITIZEN, Role.REPRESENTATIVE})
HANDLERS: Final = frozenset({Role.HANDLER})
SUPERVISORS: Final = frozenset({Role.SUPERVISOR})
WATCHERS: Final = frozenset({Role.CLERK, Role.SUPERVISOR})
"""Who sees worklists: the clerk those of the window's area, the supervisor all of theirs."""
ADMINISTRATORS: Final = frozenset({Role.ADMINISTRATOR})
AUDITORS: Final = frozenset({Role.AUDITOR})
SIGNED_IN: Final = frozenset(Role) - {Role.PUBLIC, Role.AGENCY}
STAFF: Final = SIGNED_IN - {Role.CITIZEN}
HOMES: Final = {
    Role.CLERK: "/",
    Role.CITIZEN: "/m",
    Role.REPRESENTATIVE: "/agents",
    Role.HANDLER: "/desk",
    Role.SUPERVISOR: "/supervision",
    Role.ADMINISTRATOR: "/administration",
    Role.AUDITOR: "/audit",
}
"""Each role's own first page."""
PLACES: Final[dict[Role, tuple[tuple[str, str], ...]]] = {
    Role.CLERK: (
        ("/", "place_home"),
        ("/work", "place_work"),
        ("/worklists", "place_worklists"),
        ("/drafts", "place_drafts"),
        ("/guides", "place_guides"),
        ("/mandates", "place_mandates"),
        ("/notices", "place_sent"),
    ),
    Role.CITIZEN: (
        ("/m", "place_home"),
        ("/m/cases", "place_own_cases"),
        ("/m/mandates", "place_mandates"),
        ("/m/notices", "place_notices"),
    ),
    Role.REPRESENTATIVE: (
        ("/agents", "place_people"),
        ("/m", "place_file"),
        ("/m/cases", "place_own_cases"),
        ("/m/mandates", "place_mandates"),
    ),
}
"""The pages that a role goes to and fro between, by address, each with its word; others have their own."""
