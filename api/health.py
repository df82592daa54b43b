"""Signs of life: `/healthz` says that this process turns, `/readyz` that it can take a case."""

import os
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.office import Office, TheOffice
from api.principal import ANYBODY, Access, Caller, Purpose, on_loopback
from runtime.health import PROCESS_HEADER

router = APIRouter(tags=["health"])
Anybody = Annotated[Caller, Depends(Access(Purpose.OPERATE, ANYBODY))]


@router.get("/healthz")
async def healthz(caller: Anybody, request: Request, response: Response) -> dict[str, str]:
    """Answer while the process turns, whatever is away behind it; on this machine also say which process."""
    del caller
    if on_loopback(request):
        response.headers[PROCESS_HEADER] = str(os.getpid())
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "Database or workflow engine does not answer"}})
async def readyz(caller: Anybody, office: TheOffice) -> Response:
    """Answer 200 when database and workflow engine answer, else 503 naming which does not."""
    del caller
    checks = {"database": await _database(office), "temporal": await office.engine.reachable()}
    ready = all(checks.values())
    told = {name: "ok" if well else "away" for name, well in checks.items()}
    body = {"status": "ready" if ready else "not_ready", **told}
    return JSONResponse(body, 200 if ready else 503)


async def _database(office: Office) -> bool:
    try:
        await office.archive.database.read(lambda connection: connection.execute(text("select 1")).scalar())
    except SQLAlchemyError:
        return False
    return True
