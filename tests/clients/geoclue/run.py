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
from cases import CASES, Skipped
from locator import uncover
from scene import Scene

# Lines of each log that are shown after a failure.
LOG_LINES = 60


def run_cases(scene):
    """How many failed, and how many were skipped."""
    n_failed, n_skipped = 0, 0
    for case in CASES:
        try:
            case(scene)
            dead = [child.name for child in scene.children.dead()]
            assert not dead, f"ended by itself: {dead}"
            print(f"passed {case.__name__}", flush=True)
        except Skipped as why:
            n_skipped += 1
            print(f"skipped {case.__name__}: {why}", flush=True)
        except Exception:  # whatever went wrong, the others still run
            n_failed += 1
            print(f"FAILED {case.__name__}", flush=True)
            traceback.print_exc(file=sys.stdout)
    return n_failed, n_skipped


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
            n_failed, n_skipped = run_cases(Scene(children, str(binary), folder))
        except Exception:
            traceback.print_exc(file=sys.stdout)
            n_failed, n_skipped = len(CASES), 0
        finally:
            children.end_all()
            uncover(folder)
        if n_failed:
            show_logs(folder)
    passed = f"{len(CASES) - n_failed - n_skipped} passed, {n_failed} failed"
    print(f"geoclue: {passed}" + (f", {n_skipped} skipped" if n_skipped else ""))
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
