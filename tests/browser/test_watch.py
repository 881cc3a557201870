"""The watch over every other test sees what it is there to see."""

from __future__ import annotations

import pytest

from .driving import Visit


def test_requests_errors_and_dialogs_are_seen(visit: Visit) -> None:
    tab = visit(bypass_csp=True)  # else the page itself would refuse to ask another machine
    tab.open("/sources")
    tab.watch.check()
    tab.page.context.route("http://example.invalid/**", lambda route: route.fulfill(body="x"))
    for script, told in (
        ("fetch('http://example.invalid/x', { mode: 'no-cors' }).then(() => 0)", tab.watch.asked),
        ("console.error('said')", tab.watch.wrong),
        ("alert('shown')", tab.watch.wrong),
    ):
        before = list(told)
        tab.page.evaluate(script)
        with pytest.raises(AssertionError):
            tab.watch.check()
        told[:] = before
    tab.watch.check()
