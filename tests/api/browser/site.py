"""The site under test: its address, and how a browser's window is signed in."""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Site:
    """Where it is served, and what it works with."""

    address: str
    app: FastAPI
    settings: Settings

    async def sign_in(self, context: Any, **choice: str) -> None:
        """Sign a browser's window in by the development login."""
        answer = await context.request.post(
            f"{self.address}/sign-in/development", form=choice, max_redirects=0
        )
        assert answer.status == 303, await answer.text()
