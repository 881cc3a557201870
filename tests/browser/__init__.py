"""Tests that drive a real browser against real servers."""

import pytest

pytest.register_assert_rewrite(f"{__name__}.driving")
