"""The server that skips time: in goes a key ring, out comes one ready for cases, until the block ends."""

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.testing import WorkflowEnvironment

from activities import signatures
from runtime.keyring import KeyRing
from runtime.temporal import plugin


@asynccontextmanager
async def start_environment(ring: KeyRing) -> AsyncIterator[WorkflowEnvironment]:
    """The time-skipping server of this installation, with the case's search attributes."""
    binary = shutil.which("temporal-test-server", path=str(Path(sys.executable).parent))
    started = await WorkflowEnvironment.start_time_skipping(
        plugins=[plugin(ring)], test_server_existing_path=binary, runtime=_quiet_runtime()
    )
    async with started as running:
        await running.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=running.client.namespace,
                search_attributes=dict.fromkeys(
                    (signatures.STATE_ATTRIBUTE, signatures.BUNDLE_ATTRIBUTE, signatures.REGION_ATTRIBUTE),
                    IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
                ),
            )
        )
        yield running


@cache
def _quiet_runtime() -> Runtime:
    """Each worker would be warned about the server's age, on the screen."""
    errors = TelemetryFilter(core_level="ERROR", other_level="ERROR")
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=errors)))
