"""A bare Starlette route that sends the bytes of a file: what any page costs at the least."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BODY = Path(os.environ["MARZ_BENCH_BODY"]).read_bytes()


async def page(_: Request) -> Response:
    """The bytes."""
    return Response(BODY, media_type="text/html", headers={"content-encoding": "gzip"})


app = Starlette(routes=[Route("/page", page)])
