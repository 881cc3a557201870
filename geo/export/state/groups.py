"""What a file keeps of very many records: sums of groups, in the same room for any number.

A record falls into a group by its id. Of each group its ids and all that is shown of its records
are kept as one sum each, so that a changed record is narrowed down to the few of its group.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

GROUPS = 2048
"""A power of two. Their sums are 16 kB of text: half of what a cell of a spreadsheet holds."""
WIDE = 3
"""Bytes of a sum: of 16 million changed groups one looks as before."""
SIZE = GROUPS * 2 * WIDE


@dataclass(frozen=True)
class Found:
    """What groups tell of the records that are there now.

    Attributes
    ----------
    new : list of str
        Ids of records that were not there then.
    altered, moved : list of list of str
        A group each: in the first ones some record was altered, in the others records came or
        went. Ids of those that are in it now.
    """

    new: list[str]
    altered: list[list[str]]
    moved: list[list[str]]


def summed(each: Mapping[str, bytes]) -> bytes:
    """Sum up records in `SIZE` bytes, whatever their order.

    Parameters
    ----------
    each : mapping of str to bytes
        Id -> digest of at least `WIDE` bytes.
    """
    sums = np.zeros((GROUPS, 2 * WIDE), dtype=np.uint8)
    for known, digest in each.items():
        group, own = _own(known, digest)
        sums[group] ^= own
    return sums.tobytes()


def compared(then: bytes, each: Mapping[str, bytes]) -> Found:
    """Tell what has changed between sums and the records of today."""
    before = np.frombuffer(then, np.uint8).reshape(GROUPS, -1)
    steps = before ^ np.frombuffer(summed(each), np.uint8).reshape(GROUPS, -1)
    held: dict[int, list[str]] = {int(group): [] for group in np.flatnonzero(steps.any(axis=1))}
    new = []
    for known, digest in each.items():
        group, own = _own(known, digest)
        if group in held:
            held[group].append(known)
            if (steps[group] == own).all():
                new.append(known)  # it alone makes the whole difference
    told = {_own(known, each[known])[0] for known in new}
    altered: list[list[str]] = []
    moved: list[list[str]] = []
    for group, ids in held.items():
        if group not in told:
            (moved if steps[group, :WIDE].any() else altered).append(ids)
    return Found(new, altered, moved)


def _own(known: str, digest: bytes) -> tuple[int, npt.NDArray[np.uint8]]:
    """The group of a record, and what it adds to its sums."""
    own = hashlib.blake2b(known.encode("utf-8", "replace"), digest_size=WIDE + 2).digest()
    added = np.frombuffer(own[:WIDE] + digest[:WIDE], np.uint8)
    return int.from_bytes(own[WIDE:]) % GROUPS, added
