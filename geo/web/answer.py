"""What is answered to a request: bytes, their kind, and what a cache needs to know of them."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

SMALLEST_PACKED = 1000
"""Bytes below which packing saves nothing."""
PACKED = (
    "text/",
    "application/json",
    "application/geo+json",
    "application/xml",
    "application/atom",
    "application/feed",
)
"""Beginnings of the media types that are worth packing."""


@dataclass(frozen=True)
class Answer:
    """An answer, made once and kept: body, media type, status of HTTP and further headers."""

    content: bytes
    kind: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def etag(self) -> str:
        """Weak, for packed and unpacked bodies say the same."""
        return f'W/"{hashlib.sha256(self.content).hexdigest()[:24]}"'

    @cached_property
    def packed(self) -> bytes | None:
        """The body as gzip, packed once; None where that saves nothing."""
        if len(self.content) < SMALLEST_PACKED or not self.kind.startswith(PACKED):
            return None
        return gzip.compress(self.content, 6, mtime=0)

    @property
    def size(self) -> int:
        """Bytes that it takes while it is kept."""
        return len(self.content) + len(self.packed or b"")
