"""The benchmark's worker process: in go settings, out comes the usual worker whose agencies play inside it.

`python -m console.bench_worker [asked]`: the same queues, archive, cache and renderer as `once worker`.
"""

import asyncio
import signal
import sys
from concurrent.futures import Executor, Future
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Final

from activities.rendering.errors import PdfUnavailable
from console.bench_waiting import ASKED, stand_ins
from onething.catalog import load_catalog
from runtime.health import serve_health
from runtime.keyring import KeyRing
from runtime.log import configure_log
from runtime.settings import Settings, load
from runtime.temporal import connect
from worker import ALL, build_workers, notices, open_tools

_DRAWN: Final = 3


class Sparing(Executor):
    """Draws the first receipts, so that the renderer weighs what it weighs, and spares the other pages.

    A receipt that is not drawn is stored, chained and signed for all that, as where the PDF libraries lack:
    ten thousand pages would take two hours and are not what is measured.
    """

    def __init__(self, pool: Executor, drawn: int = _DRAWN) -> None:
        """Draw in `pool`, `drawn` times."""
        self.pool, self.left = pool, drawn

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Draw, or answer at once that nothing can be drawn here."""
        if self.left > 0:
            self.left -= 1
            return self.pool.submit(fn, *args, **kwargs)
        spared: Future[Any] = Future()
        spared.set_exception(PdfUnavailable("./once bench"))
        return spared


async def serve(settings: Settings, *, asked: bool) -> None:
    """Serve every queue until asked to stop; `asked`: whether agencies can be asked by key."""
    catalog = load_catalog(settings.catalog_dir)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_tools(settings, ALL, catalog, stand_ins(catalog, asked=asked)) as tools:
        client = await connect(settings, KeyRing.load_or_create(settings.keys_dir))
        async with AsyncExitStack() as stack:
            for worker in build_workers(client, ALL, replace(tools, pool=Sparing(tools.pool))):
                await stack.enter_async_context(worker)
            await stack.enter_async_context(notices(settings, ALL, tools.archive))
            await stack.enter_async_context(serve_health(settings.worker_health_port))
            await stop.wait()


if __name__ == "__main__":
    found = load()
    configure_log(found)
    asyncio.run(serve(found, asked=ASKED in sys.argv))
