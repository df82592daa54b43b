"""Talking to agencies: in goes a slot's key, out come its events, or an error that says what is certain."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import signatures
from activities.signatures import Answer, QueryItemInput, SubmitItemInput, WithdrawItemInput
from forms.intake import complete
from onething.adapter import AgencyAdapter, EventKind, Submission
from onething.adapter import AgencyEvent as Event
from onething.case_turn import LONGEST_SILENCE
from onething.errors import (
    AgencyUnavailable,
    NotKnown,
    NotWithdrawable,
    OneThingError,
    SubmissionUncertain,
)
from onething.filing import SlotFiling
from records.archive import Archive
from records.blob import get_blob


class AgencyActivities:
    """Files and asks through the adapters of this worker."""

    def __init__(
        self, adapters: Mapping[str, AgencyAdapter], archive: Archive, callbacks: str | None
    ) -> None:
        """`callbacks` is the address under which agencies reach us, one path per agency."""
        self.adapters, self.archive, self.callbacks = adapters, archive, callbacks

    @activity.defn(name=signatures.SUBMIT_ITEM)
    async def submit_item(self, task: SubmitItemInput) -> Answer:
        """File a slot under its key.

        A repeated attempt may follow one whose reply was lost, so an agency that can be asked is asked
        first. Only agencies that take a key twice as once come here twice without being asked.
        """
        now = activity.info().current_attempt_scheduled_time
        again = activity.info().attempt > 1
        try:
            adapter = self._adapter(task.agency)
            submission = await self._submission(task, now)
        except OneThingError as error:
            raise _told(error) from error
        with _adapters_edge():
            known = (
                await adapter.query(task.key, now) if again and adapter.capabilities.query_by_key else None
            )
            return Answer(events=known or await adapter.submit(submission))

    @activity.defn(name=signatures.QUERY_ITEM)
    async def query_item(self, task: QueryItemInput) -> Answer:
        """Ask by key until the agency says something new; between questions the server waits, not we."""
        now = activity.info().current_attempt_scheduled_time
        if now < task.at:
            raise _later(task.at - now)
        with _adapters_edge():
            events = await self._adapter(task.agency).query(task.key, now)
        if events is None and task.uncertain:
            return Answer(found=False, asked_at=now)
        fresh = [event for event in events or () if _news(event, task)]
        if fresh:
            return Answer(events=tuple(events or ()))
        raise _later(_patience(events or (), now, task.every))

    @activity.defn(name=signatures.WITHDRAW_ITEM)
    async def withdraw_item(self, task: WithdrawItemInput) -> bool:
        """Ask for a filing back; False when the agency cannot give it. Asking twice changes nothing."""
        try:
            with _adapters_edge():
                await self._adapter(task.agency).withdraw(task.key, task.reason)
        except ApplicationError as error:
            if error.type == NotWithdrawable.code:
                return False
            raise
        return True

    def _adapter(self, agency: str) -> AgencyAdapter:
        if agency not in self.adapters:
            raise NotKnown("agency", agency)
        return self.adapters[agency]

    async def _submission(self, task: SubmitItemInput, now: datetime) -> Submission:
        sealed = await get_blob(self.archive, task.case, task.payload)
        filing = SlotFiling.model_validate_json(sealed)
        return Submission(
            key=task.key,
            item=task.item,
            slot=task.slot,
            round=task.round,
            payload=complete(filing, task.outputs),
            materials=filing.materials,
            at=now,
            callback_url=f"{self.callbacks}/{task.agency}/callbacks" if self.callbacks else None,
        )


@contextmanager
def _adapters_edge() -> Iterator[None]:
    """Tell an adapter's errors by their code; its surprises are for a person, not for endless retries."""
    try:
        yield
    except OneThingError as error:
        raise _told(error) from error
    except Exception as error:
        # The edge to code that is not ours: whatever it raises has a name, and only that is told.
        raise ApplicationError("surprise", type=type(error).__name__, non_retryable=True) from error


def _news(event: Event, task: QueryItemInput) -> bool:
    """A mere 'not yet' is no news, unless it is not yet known that the filing arrived."""
    if event.event_id in task.seen:
        return False
    return task.uncertain or event.kind is not EventKind.PENDING


def _patience(events: tuple[Event, ...], now: datetime, every: int) -> timedelta:
    ready = [event.ready_at for event in events if event.kind is EventKind.PENDING and event.ready_at > now]
    return min(*ready, now + LONGEST_SILENCE) - now if ready else timedelta(seconds=every)


def _later(delay: timedelta) -> ApplicationError:
    return ApplicationError("nothing new", type="not_yet", next_retry_delay=max(delay, timedelta(seconds=1)))


def _told(error: OneThingError) -> ApplicationError:
    """An error by its code alone: its fields may be personal and history is for operators."""
    certain = isinstance(error, AgencyUnavailable)
    uncertain = isinstance(error, SubmissionUncertain)
    return ApplicationError(
        error.code, type=error.code, non_retryable=uncertain or not (certain or error.retryable)
    )
