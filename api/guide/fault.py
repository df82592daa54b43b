"""Why an upload is not taken: nothing in, the closed list of reasons out."""

from enum import StrEnum


class Fault(StrEnum):
    """Why a file is not taken."""

    KIND = "kind"
    POLYGLOT = "polyglot"
    TRUNCATED = "truncated"
    BOMB = "bomb"
    """It would unpack to far more than it is."""
    ACTIVE = "active"
    """It would do something by itself: run a script, start a program, carry a file along."""
    INFECTED = "infected"
    SCANNER_AWAY = "scanner_away"
