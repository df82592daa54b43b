"""Logs: in go events, out come JSON lines in which nothing personal can stand."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

from runtime.settings import Settings

_NUMBERS: Final = re.compile(r"(?<![0-9A-Za-z-])(\d{17}[\dXx]|1[3-9]\d{9}|\d{12,19})(?![0-9A-Za-z])")
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,}")
_FREE: Final = frozenset({"event", "level", "timestamp", "logger"})
_MASK: Final = "***"


def configure_log(_settings: Settings | None = None) -> None:
    """Send structlog and the standard library's logs to stderr as JSON lines, redacted."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_frames),
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask id numbers, phones, accounts and any Chinese words in values; keys and event names are ours."""
    for key, value in event.items():
        if key in _FREE and key != "event":
            continue
        event[key] = _masked(value)
    return event


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _HAN.sub(_MASK, _NUMBERS.sub(_MASK, value))
    if isinstance(value, dict):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


def _frames(exc_info: Any) -> list[str]:
    """Where an exception came from, without its message and without any local variable."""
    kind, _, trace = exc_info
    places = [kind.__name__]
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places
