"""Temporal's settings: payloads sealed whole, failures sealed too, and the ring's old keys still read."""

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from activities.signatures import Applied
from runtime.keyring import DecryptionFailed, KeyRing, KeyUnknown
from runtime.temporal import EncryptionCodec, data_converter, plugin, workflow_runner

OLD, NEW = {"00000001": bytes(32)}, {"00000002": bytes(range(32))}
SECRET = bytes(32)


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing(OLD, SECRET)


async def test_a_payload_is_sealed_whole_and_opened_again(ring):
    payload = Payload(metadata={"encoding": b"json/plain", "type": b"Name"}, data="周桂生".encode())
    (sealed,) = await EncryptionCodec(ring).encode([payload])
    assert dict(sealed.metadata) == {"encoding": b"binary/encrypted"}
    assert "周桂生".encode() not in sealed.SerializeToString()
    assert b"Name" not in sealed.SerializeToString()
    assert await EncryptionCodec(ring).decode([sealed]) == [payload]


async def test_the_same_payload_is_never_sealed_the_same(ring):
    codec, payload = EncryptionCodec(ring), Payload(data=b"granted")
    assert (await codec.encode([payload]))[0].data != (await codec.encode([payload]))[0].data


async def test_a_large_payload_comes_back_as_it_was(ring):
    codec, payload = EncryptionCodec(ring), Payload(data=b"x" * 200_000)
    assert await codec.decode(await codec.encode([payload])) == [payload]


async def test_what_was_not_sealed_here_is_passed_by(ring):
    payload = Payload(metadata={"encoding": b"json/plain"}, data=b"1")
    assert await EncryptionCodec(ring).decode([payload]) == [payload]


async def test_after_a_rotation_the_old_key_still_reads_and_the_new_one_writes(ring):
    (sealed,) = await EncryptionCodec(ring).encode([Payload(data=b"old")])
    rotated = EncryptionCodec(KeyRing({**OLD, **NEW}, SECRET))
    assert (await rotated.decode([sealed]))[0].data == b"old"
    (fresh,) = await rotated.encode([Payload(data=b"new")])
    with pytest.raises(KeyUnknown):
        await EncryptionCodec(ring).decode([fresh])


async def test_a_changed_payload_is_refused(ring):
    (sealed,) = await EncryptionCodec(ring).encode([Payload(data=b"granted")])
    sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    with pytest.raises(DecryptionFailed):
        await EncryptionCodec(ring).decode([sealed])


async def test_a_model_goes_through_sealed_and_comes_back(ring):
    converter = data_converter(ring)
    sealed = await converter.encode([Applied(revision=7)])
    assert b"7" not in sealed[0].data[:5]
    assert await converter.decode(sealed, [Applied]) == [Applied(revision=7)]


async def test_the_message_of_a_failure_is_sealed_too(ring):
    failure = Failure()
    await data_converter(ring).encode_failure(ApplicationError("周桂生 is unknown", "周桂生"), failure)
    assert "周桂生".encode() not in failure.SerializeToString()
    assert failure.message == "Encoded failure"
    assert "周桂生" in str(await data_converter(ring).decode_failure(failure))


def test_everybody_gets_the_same_converter_and_the_sandbox(ring):
    one = plugin(ring)
    assert one.name() == "onething"
    passed = workflow_runner().restrictions.passthrough_modules
    assert {"onething", "activities.signatures", "pydantic"} <= passed
    assert not {"forms", "records", "runtime", "worker", "api"} & passed
