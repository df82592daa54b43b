"""Case files for the server: in goes the keys' folder, out comes what writes a closed case's sealed file."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO

from activities.rendering.sign import ensure_key
from console.archive import write
from records.archive import Archive
from records.case import StoredCase


def case_file(keys: Path) -> Callable[[Archive, StoredCase, IO[bytes]], Awaitable[object]]:
    """Write as `once archive` does, under the same key.

    What writes raises CaseErased, BlobDamaged, ContainerFull.
    """

    async def draw(archive: Archive, stored: StoredCase, file: IO[bytes]) -> object:
        return await write(archive, stored, ensure_key(keys), file)

    return draw
