#!/usr/bin/python3
"""Asks the real GeoClue daemon for a position that only Cairn can give.

  run.py CAIRN

CAIRN is the program under test. Needed: root (for a mount namespace), Debian's geoclue-2.0, dbus-daemon,
python3-dbus and python3-gi. The system's bus, configuration and radios are not touched. The last line is
`geoclue: N passed, N failed`.

Reading order: `cases` (what must hold), `scene` (what stands around it), then the stand-ins `air`, `modem`
and `agent`.
"""

import pathlib
import sys
import tempfile
import traceback

from bus import Children
from cases import CASES
from locator import uncover
from scene import Scene

# Lines of each log that are shown after a failure.
LOG_LINES = 60


def run_cases(scene):
    """How many failed."""
    n_failed = 0
    for case in CASES:
        try:
            case(scene)
            dead = [child.name for child in scene.children.dead()]
            assert not dead, f"ended by itself: {dead}"
            print(f"passed {case.__name__}", flush=True)
        except Exception:  # whatever went wrong, the others still run
            n_failed += 1
            print(f"FAILED {case.__name__}", flush=True)
            traceback.print_exc(file=sys.stdout)
    return n_failed


def show_logs(folder):
    """The end of what each program said."""
    for log in sorted(folder.glob("*.log")):
        print(f"--- the end of {log.name}")
        print("\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES:]))


def main():
    """Runs everything; the exit code is the verdict."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    binary = pathlib.Path(sys.argv[1]).resolve()
    children = Children()
    with tempfile.TemporaryDirectory(prefix="cairn-geoclue-") as name:
        folder = pathlib.Path(name)
        try:
            n_failed = run_cases(Scene(children, str(binary), folder))
        except Exception:
            traceback.print_exc(file=sys.stdout)
            n_failed = len(CASES)
        finally:
            children.end_all()
            uncover(folder)
        if n_failed:
            show_logs(folder)
    print(f"geoclue: {len(CASES) - n_failed} passed, {n_failed} failed")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
