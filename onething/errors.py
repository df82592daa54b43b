"""Every error this project raises on purpose; in go typed fields, out comes one tree.

    OneThingError                       code, http_status, retryable, params
    ├── CatalogError                    file, line, what, fix: the data is wrong, nothing starts
    │   └── RuleInvalid                 what and fix in both languages: a rule that cannot be right
    ├── ConditionError                  path: a condition does not fit the closed language
    ├── ClockError                      a limit, pause or extension that makes no sense
    ├── NotKnown                        kind, name: no such bundle, item, slot, case, field
    ├── AnswersRejected                 problems: JSON Pointers into the merged form
    ├── ProjectionRejected              slot, problems: a payload its agency would refuse
    ├── RequestRejected                 the request itself is malformed, too big or forbidden
    │   ├── RowRejected                 table, row, what, fix: rules cannot be asked about this row
    │   ├── KeyReused                   the same Idempotency-Key with another body
    │   ├── CaseExists                  one open case per bundle and subject
    │   └── NotAllowed                  role, purpose or mandate is missing
    ├── ActionRejected                  what, slot: the case is not in a state for it
    ├── RegisterError                   register
    │   ├── RegisterUnavailable         retryable
    │   └── LookupRefused               no draft, actor, purpose or shown notice
    └── AdapterError                    agency
        ├── AgencyUnavailable           retryable, nothing was sent
        ├── SubmissionUncertain         sent, no reply: ask before sending again
        ├── PayloadRejected             never retried: the form does not fit
        ├── AuthDenied                  never retried
        ├── NotWithdrawable             never retried
        └── CallbackRejected            signature or shape of a callback is wrong

Sentences for people live in `onething.sentence`, keyed by `code`.
"""

from typing import ClassVar


class OneThingError(Exception):
    """Root: carries data, never a sentence; `code` is the machine word and the key of the sentence."""

    code: ClassVar[str] = "internal"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, **params: object) -> None:
        """Keep `params` as the error's typed fields."""
        self.params = params
        super().__init__(self.code, params)

    def __str__(self) -> str:
        """Show code and field names only: values may be personal."""
        return f"{self.code}({', '.join(sorted(self.params))})"


class CatalogError(OneThingError):
    """The catalog's data is wrong: `file`, `line`, `what`, `fix`."""

    code = "catalog_invalid"

    def __init__(self, file: str, what: str, fix: str, line: int | None = None) -> None:
        """Name the place and the mend; catalog data is never personal, so the message shows all."""
        self.file, self.line, self.what, self.fix = file, line, what, fix
        super().__init__(file=file, line=line, what=what, fix=fix)

    def __str__(self) -> str:
        """Show the whole finding."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}. Fix: {self.fix}"


class RuleInvalid(CatalogError):
    """A rule or parameter cannot be right: what is wrong and the mend, in both languages."""

    code = "rule_invalid"

    def __init__(self, file: str, line: int | None, what: tuple[str, str], fix: tuple[str, str]) -> None:
        """Keep the place; `what` and `fix` are Chinese and English."""
        super().__init__(file, " / ".join(what), " / ".join(fix), line)
        self.params |= {"what_zh": what[0], "what_en": what[1], "fix_zh": fix[0], "fix_en": fix[1]}


class ConditionError(OneThingError):
    """A condition outside the closed language: `path`, `what`."""

    code = "condition_invalid"

    def __str__(self) -> str:
        """Show the whole finding: conditions are catalog data."""
        return f"{self.code}: {self.params}"


class NotKnown(OneThingError):
    """Nothing of this `kind` goes by this `name`."""

    code = "not_known"
    http_status = 404

    def __init__(self, kind: str, name: str) -> None:
        """Keep which kind of thing was looked for, and its name."""
        self.kind, self.name = kind, name
        super().__init__(kind=kind, name=name)


class AnswersRejected(OneThingError):
    """Answers to the merged form are wrong: `problems` lists pointer, code and parameters."""

    code = "answers_rejected"
    http_status = 422


class ProjectionRejected(OneThingError):
    """A slot's payload does not fit its agency's own form: `slot`, `problems`."""

    code = "projection_rejected"


class RequestRejected(OneThingError):
    """The request cannot be taken as it is."""

    code = "request_rejected"
    http_status = 400


class RowRejected(RequestRejected):
    """A row that rules cannot be asked about: `table`, `row` (counted from 1), what is wrong and the mend."""

    code = "row_rejected"

    def __init__(self, table: str, row: int, what: tuple[str, str], fix: tuple[str, str]) -> None:
        """Name the row by its number, for what stands in it may be personal; words in Chinese, English."""
        self.table, self.row = table, row
        words = {"what_zh": what[0], "what_en": what[1], "fix_zh": fix[0], "fix_en": fix[1]}
        super().__init__(table=table, row=row, **words)


class KeyReused(RequestRejected):
    """The Idempotency-Key was used before with another body."""

    code = "idempotency_key_reused"
    http_status = 409


class CaseExists(RequestRejected):
    """A case for this subject and life event is open: says only which window holds it."""

    code = "case_exists"
    http_status = 409


class NotAllowed(RequestRejected):
    """The principal may not do this."""

    code = "not_allowed"
    http_status = 403


class RegisterError(OneThingError):
    """A register could not be asked: `register`."""

    code = "register_error"
    http_status = 502


class RegisterUnavailable(RegisterError):
    """The register does not answer; its facts are typed instead."""

    code = "register_unavailable"
    retryable = True


class LookupRefused(RegisterError):
    """A lookup without draft, actor, purpose or shown notice."""

    code = "lookup_refused"
    http_status = 403


class AdapterError(OneThingError):
    """An agency could not be served: `agency`, `detail` (never personal)."""

    code = "adapter_error"


class AgencyUnavailable(AdapterError):
    """The agency does not answer and certainly took nothing: try again."""

    code = "agency_unavailable"
    retryable = True


class SubmissionUncertain(AdapterError):
    """The filing may or may not have arrived: query by key before any resend."""

    code = "submission_uncertain"


class PayloadRejected(AdapterError):
    """The agency says the form itself is malformed; sending it again cannot help."""

    code = "payload_rejected"


class AuthDenied(AdapterError):
    """The agency does not accept our credentials."""

    code = "auth_denied"


class NotWithdrawable(AdapterError):
    """The agency cannot take this filing back any more."""

    code = "not_withdrawable"


class CallbackRejected(AdapterError):
    """A callback with a wrong signature, an unknown key or a wrong shape."""

    code = "callback_rejected"
    http_status = 400


class ActionRejected(OneThingError):
    """A person asked for something the case is not in a state for: `what`, `slot`."""

    code = "action_rejected"
    http_status = 409
