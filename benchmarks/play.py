"""What Play costs: the one answer that it asks for, and the steps a second that follow.

``python benchmarks/play.py``: Marz's page Your data with made-up incidents of each size beside
Marz's own, the borders in view. What is measured how: README.md.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from harness import Reader, open_browser, serve
from interaction import percentile, progress
from playwright.sync_api import Browser
from scale import SETS, SIZES, app_of, made_up

FRAME = "iframe[title*=folium]"
ROUNDS = 5
ONCE = """() => new Promise((done) => {
  const { play } = map_div._marz;
  const [began, steps, spent] = [performance.now(), play.steps, play.spent];
  const look = () => {
    if (play.timer) return setTimeout(look, 5);
    const made = play.steps - steps;
    done({ rate: (1000 * made) / (performance.now() - began), script: (play.spent - spent) / made,
           steps: play.ends.length, undated: map_div._marz.onsets.undated });
  };
  look();
})"""
SHOWN = """() => {
  const { cells } = map_div._marz;
  const of = (kind) => cells.filter((item) => item.k === kind).length;
  return [cells.reduce((sum, item) => sum + item.count, 0), of(1), of(2), of(0)];
}"""


@dataclass(frozen=True)
class Figures:
    """Of one size: what is in view, the answer, and the steps.

    Attributes
    ----------
    answer, bytes : float, int
        Milliseconds from the click to the first step, and what came by websocket.
    steps : int
        Into which the time is cut.
    rate, script : float
        Steps a second, and milliseconds of script in one; medians of `ROUNDS` plays.
    meanwhile : int
        Bytes that came while it played.
    """

    rows: int
    incidents: int
    cells: int
    areas: int
    records: int
    answer: float
    bytes: int
    steps: int
    rate: float
    script: float
    meanwhile: int


def measure(browser: Browser, rows: int, folder: Path) -> Figures:
    """Press Play once to ask and several times to watch."""
    app = app_of("marz", made_up(rows, folder))
    with serve(app) as server:
        reader = Reader.of(browser, app, server.address)
        handle = reader.page.locator(FRAME).element_handle()
        frame = handle.content_frame() if handle else None
        assert frame is not None
        incidents, cells, areas, records = frame.evaluate(SHOWN)
        before = reader.received
        began = frame.evaluate("() => performance.now()")
        frame.evaluate("() => map_div._marz.play.start.click()")
        stepping = "() => map_div.getContainer().dataset.frame !== undefined && performance.now()"
        answer = frame.wait_for_function(stepping, polling="raf").json_value() - began
        frame.wait_for_function("() => !map_div._marz.play.timer")
        reader.settle(1)
        taken = reader.received - before
        before, found = reader.received, []
        for number in range(ROUNDS):
            progress(f"{rows:,}: play {number + 1} of {ROUNDS}")
            frame.evaluate("() => map_div._marz.play.start.click()")
            found.append(frame.evaluate(ONCE))
        meanwhile = reader.received - before
        reader.close()
    rate, script = (percentile([one[name] for one in found], 0.5) for name in ("rate", "script"))
    return Figures(
        *(rows, incidents, cells, areas, records, answer, taken),
        *(found[0]["steps"], rate, script, meanwhile),
    )


def report(found: list[Figures]) -> str:
    """Write the table as text."""
    lines = [
        f"{'rows':>12}{'in view':>10}{'cells':>7}{'areas':>7}{'records':>9}{'answer ms':>11}"
        f"{'bytes':>9}{'steps':>7}{'steps/s':>9}{'script ms':>11}{'meanwhile':>11}"
    ]
    lines += [
        f"{f.rows:>12,}{f.incidents:>10,}{f.cells:>7}{f.areas:>7}{f.records:>9,}{f.answer:>11.0f}"
        f"{f.bytes:>9,}{f.steps:>7}{f.rate:>9.1f}{f.script:>11.2f}{f.meanwhile:>11}"
        for f in found
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """0 once all is measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="N")
    parser.add_argument("--sets", type=Path, default=SETS, help="where the made-up files are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured")
    given = parser.parse_args(arguments)
    print(datetime.now(UTC).isoformat(timespec="seconds"))
    found = []
    for rows in sorted(given.sizes):
        with open_browser() as browser:
            found.append(measure(browser, rows, given.sets))
    print(report(found))
    if given.json:
        given.json.write_text(json.dumps([asdict(f) for f in found], indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
