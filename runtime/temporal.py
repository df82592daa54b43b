"""All of Temporal's settings in one place: in goes the key ring, out comes the plugin everybody uses."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from runtime.keyring import KeyRing
from runtime.settings import Settings

PASSED_THROUGH: Final = (
    "onething",
    "activities",
    "activities.signatures",
    "workflows.call",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "typing_inspection",
    "yaml",
)
"""Pure or pydantic: re-importing them for every workflow would cost time and buy nothing."""
_ENCODING: Final = b"binary/encrypted"
_SMALL: Final = 64 * 1024


class EncryptionCodec(PayloadCodec):
    """Encrypts every payload with the ring's newest key; reads all keys of the ring."""

    def __init__(self, ring: KeyRing) -> None:
        """Use `ring`, whose sealed bytes name their key."""
        self.ring = ring

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal each payload whole, metadata and all."""
        if sum(len(payload.data) for payload in payloads) > _SMALL:
            return await asyncio.to_thread(self._seal, payloads)
        return self._seal(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open what was sealed here; pass by what was not."""
        return [self._open(payload) for payload in payloads]

    def _seal(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [
            Payload(metadata={"encoding": _ENCODING}, data=self.ring.encrypt(payload.SerializeToString()))
            for payload in payloads
        ]

    def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != _ENCODING:
            return payload
        return Payload.FromString(self.ring.decrypt(payload.data))


def data_converter(ring: KeyRing) -> DataConverter:
    """Pydantic on the outside, AES-GCM within; failures are encoded too, for they may quote values."""
    return replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(ring),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def workflow_runner() -> SandboxedWorkflowRunner:
    """The sandbox, with what is pure passed through."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions)


def plugin(ring: KeyRing) -> SimplePlugin:
    """What worker, API, replayer and tests all connect with."""

    def runner(_existing: WorkflowRunner | None) -> WorkflowRunner:
        return workflow_runner()

    return SimplePlugin("onething", data_converter=data_converter(ring), workflow_runner=runner)


async def connect(settings: Settings, ring: KeyRing, plugins: Iterable[Any] = ()) -> Client:
    """Connect to the cluster of the settings."""
    return await Client.connect(
        settings.temporal_target,
        namespace=settings.temporal_namespace,
        plugins=[plugin(ring), *plugins],
    )
