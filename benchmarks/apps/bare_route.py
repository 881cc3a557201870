"""A bare Starlette route that sends bytes and headers of a file: what any page costs at least."""

from __future__ import annotations

import json
import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BODY = Path(os.environ["MARZ_BENCH_BODY"]).read_bytes()
HEAD = json.loads(Path(os.environ["MARZ_BENCH_BODY"] + ".json").read_text("utf-8"))


async def page(_: Request) -> Response:
    """The bytes."""
    return Response(BODY, headers=HEAD)


app = Starlette(routes=[Route("/page", page)])
