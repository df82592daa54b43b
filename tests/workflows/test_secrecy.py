"""What Temporal is told about a story: nothing personal in any id, attribute or payload it stores."""

import re
from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload

NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")
HAN = re.compile(r"[\u3400-\u9fff]")


def personal(content: Any) -> Iterator[str]:
    """Every name, number and address of a story."""
    match content:
        case dict():
            for name, inner in content.items():
                yield from personal(inner)
                yield from personal(name)
        case list() | tuple():
            for inner in content:
                yield from personal(inner)
        case str() if HAN.search(content) or NUMBER.search(content):
            yield content


def parts(message: Message) -> Iterator[bytes]:
    """Every string and every run of bytes in a message, as the server stores them."""
    for kind, value in message.ListFields():
        if kind.message_type is not None and kind.message_type.GetOptions().map_entry:
            for name, inner in value.items():
                yield str(name).encode()
                yield from parts(inner) if isinstance(inner, Message) else [str(inner).encode()]
            continue
        for one in value if kind.is_repeated else [value]:
            if isinstance(one, Message):
                yield from parts(one)
            elif isinstance(one, bytes):
                yield one
            elif isinstance(one, str):
                yield one.encode()


def payloads(message: Message) -> Iterator[Payload]:
    for kind, value in message.ListFields():
        if kind.message_type is None:
            continue
        is_map = kind.message_type.GetOptions().map_entry
        for one in value.values() if is_map else value if kind.is_repeated else [value]:
            if isinstance(one, Payload):
                yield one
            elif isinstance(one, Message):
                yield from payloads(one)


async def test_nothing_personal_stands_in_clear_in_the_history_of_a_story(stage):
    story = stage.catalog.scenario("bereavement", "yichun_nine")
    words = {word.encode() for word in personal([story.answers, story.registers])}
    assert {b"360902196805178131", "周桂生".encode(), b"13879500117"} <= words
    async with stage.play(story) as played:
        await played.end()
        described = (await played.handle.describe()).raw_description
        events = (await played.handle.fetch_history()).events
    told = [part for message in (*events, described) for part in parts(message)]
    assert len(told) > 200
    for part in told:
        assert not any(word in part for word in words)


async def test_every_payload_is_sealed_but_marks_of_the_sdk_and_search_attributes(stage, ring):
    story = stage.catalog.scenario("bereavement", "yichun_nine")
    async with stage.play(story) as played:
        await played.end()
        events = (await played.handle.fetch_history()).events
    sealed, plain = [], []
    for event in events:
        for payload in payloads(event):
            secret = payload.metadata["encoding"] == b"binary/encrypted"
            (sealed if secret else plain).append(payload)
    assert len(sealed) > 20
    opened = b"".join(Payload.FromString(ring.decrypt(payload.data)).data for payload in sealed)
    assert "不动产".encode() in opened, "what is sealed does tell about the case"
    assert b"360902196805178131" not in opened, "and even opened, history knows blobs, not persons"
    for payload in plain:
        assert len(payload.data) < 300
        assert HAN.search(payload.data.decode()) is None
        assert NUMBER.search(payload.data.decode()) is None
