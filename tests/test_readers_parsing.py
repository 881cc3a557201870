"""Records of JSON read together are what they are one by one, and none too deep is read."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from geo.ingest import json_records
from geo.ingest.limits import Limits

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
RECORDS = st.dictionaries(st.text(max_size=3), VALUES, max_size=3).map(json.dumps)
ODD = st.sampled_from(
    ['{"a": Infinity}', '{"a" 1}', "{,}", '{"a": [[[[[1]]]]]}', '["\\ud800"]', "[1,]"]
)


@given(texts=st.lists(RECORDS | ODD, max_size=6))
def test_a_bad_record_costs_itself_alone(texts: list[str]) -> None:
    limits = Limits(depth=4)
    block = "\n".join(texts).encode()
    spans = json_records.cut(block, 0, final=True).spans
    assert len(spans) == len(texts)
    blobs = [(n, block[start:end], depth) for n, (start, end, depth) in enumerate(spans)]
    found = json_records.records(blobs, limits)
    assert found == [json_records.record(blob, depth, limits) for _, blob, depth in blobs]
    for text, value, (_, _, depth) in zip(texts, found, blobs, strict=True):
        if depth > limits.depth or text in ('{"a": Infinity}', '{"a" 1}', "{,}", "[1,]"):
            assert value is None
        else:
            assert value == json.loads(text)
