"""What the codes of ACLED and UCDP mean in Marz's words."""

from __future__ import annotations

PLACES: dict[str, dict[str, str]] = {
    "acled": {"1": "exact", "2": "near", "3": "province"},
    "ucdp": {
        "1": "exact",
        "2": "near",
        "3": "district",
        "4": "province",
        "5": "near",
        "6": "country",
        "7": "",
    },
}
"""Form -> its code of how exact a place is -> Marz's word.

ACLED: 1 town, 2 near it, 3 region. UCDP: 1 exact, 2 near, 3 district, 4 province, 5 line or fuzzy
area, 6 country, 7 sea or air; 3, 4 and 6 are centroids, and Marz draws areas for them.
"""
AFLOAT = "sea-or-air"
HINTS = {"5": "line-or-fuzzy", "7": AFLOAT}
VIOLENCE = {"1": "State-based conflict", "2": "Non-state conflict", "3": "One-sided violence"}
"""UCDP's type_of_violence in words; it is not ACLED's vocabulary and is not turned into it."""
