#!/usr/bin/env python3
"""Teaches a running service four fifths of an indoor set's walks and asks it for whole walks of the rest.

    run.py --base http://127.0.0.1:8080 --shared ../shared --set indoor-ms|ipin [--no-teach] [--walks N] [--out FILE]

Standard library only. Readers, fold and scores are those of SHARED/evaluation/evaluate.py: the same items teach, the same
walks ask, without their positions. Each walk is asked scan by scan (/v1/geolocate), as a track (/v1/track), as a
track with motion sensors and air pressure, and the latter as a session whose scans come one by one (live).
"""
import argparse
import hashlib
import importlib.util
import json
import math
import os
import re
import sys
import time
import urllib.request

LEVELS = ("r50", "r68", "r90", "r95")
SETTLED = ("radiomap_lag_bytes", "snapshot_publish_age_ms", "snapshot_draft")


def load(shared):
    path = os.path.join(shared, "evaluation", "evaluate.py")
    spec = importlib.util.spec_from_file_location("evaluate", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def walks(evaluate, shared, name):
    """Yields (group, walk, [(item, truth)]) of every walk, in the order of the files."""
    for path in evaluate.files(os.path.join(shared, "data", evaluate.FOLDER[name]), "dev"):
        one = {}
        for group, item, truth in evaluate.read_traces([path], name):
            one.setdefault(group, []).append((item, truth))
        for group, rows in one.items():
            yield group, (path, group), rows


def sensors(evaluate, name, wanted):
    """Motion sensors and air pressure of the wanted walks, as a request writes them."""
    found = {}
    for path in sorted({path for path, _ in wanted}):
        here = None
        for line in evaluate.text_lines(path):
            c = line.rstrip("\n").split("\t")
            if c[0] == "P":
                group, t0 = (c[1], int(c[5])) if name == "indoor-ms" else (c[2], 1_690_000_000_000)
                here = found.setdefault((path, group), {"imu": [], "pressures": []}) if (path, group) in wanted else None
            elif here is not None and c[0] == "I":
                here["imu"].append(imu(t0, c))
            elif here is not None and c[0] == "R":
                here["pressures"].append({"timestamp": t0 + int(c[1]), "pressure": float(c[2])})
    return found


def imu(t0, c):
    acceleration = [int(x) / 100 for x in c[2:5]]
    sample = {"timestamp": t0 + int(c[1]), "acceleration": acceleration}
    if len(c) > 13 and c[11]:
        sample["rotation"] = [int(x) / 10_000 for x in c[11:14]]
    return sample


def settle(base):
    for _ in range(1_200):
        text = urllib.request.urlopen(f"{base}/metrics", timeout=30).read().decode()
        numbers = [re.search(rf"^{name} (\d+)", text, re.M) for name in SETTLED]
        if all(found and found[1] == "0" for found in numbers):
            return
        time.sleep(0.25)
    sys.exit("the service still learns after five minutes")


def teach(server, rows):
    batch, last = [], None
    for group, item in [*rows, (None, None)]:
        if batch and (group != last or len(batch) == 100):
            status, body = server.post("/v2/geosubmit", {"items": batch}, hashlib.sha256(last.encode()).hexdigest()[:12])
            if status not in (200, 204):
                sys.exit(f"refused: {status} {body[:200]!r}")
            batch = []
        if item:
            batch.append(item)
            last = group


class Score:
    """Errors, floors and circles of one way of asking."""

    def __init__(self, evaluate):
        self.evaluate, self.n = evaluate, 0
        self.errors, self.floors, self.inside, self.radii, self.waits = [], [], {}, {}, []

    def add(self, place, truth):
        self.n += 1
        if not place or not place.get("location"):
            return
        error = self.evaluate.metres(truth, (place["location"]["lat"], place["location"]["lng"]))
        self.errors.append(error)
        claims = {**place.get("uncertainty", {}), "r95": place["accuracy"]}
        for level in LEVELS:
            if level in claims:
                self.inside.setdefault(level, []).append(error <= claims[level])
                self.radii.setdefault(level, []).append(claims[level])
        self.floors.append((place.get("floor") or {}).get("level") == truth[2])

    def report(self):
        share = lambda hits: round(sum(hits) / max(1, len(hits)), 4)
        at = lambda values, q: round(self.evaluate.quantile(values, q) or math.nan, 2)
        return {
            "n": self.n, "coverage": round(len(self.errors) / max(1, self.n), 4),
            "mean_m": round(sum(self.errors) / max(1, len(self.errors)), 2),
            **{f"p{round(100 * q)}_m": at(self.errors, q) for q in (0.5, 0.68, 0.9, 0.95)},
            "floor": share(self.floors), "inside": {level: share(self.inside.get(level, [])) for level in LEVELS},
            "r95_m": at(self.radii.get("r95", []), 0.5), "wait_ms_p50": at(self.waits, 0.5), "wait_ms_max": at(self.waits, 1.0),
        }


def told(server, score, path, body):
    start = time.perf_counter()
    status, answer = server.post(path, body)
    score.waits.append(1_000 * (time.perf_counter() - start))
    if status == 404:
        return None
    if status != 200:
        sys.exit(f"{path}: {status} {answer[:300]!r}")
    return json.loads(answer)


def between(samples, after, until):
    return [sample for sample in samples if after < sample["timestamp"] <= until]


def ask(server, scores, nth, rows, sensed):
    scans = [{key: item[key] for key in ("timestamp", "wifiAccessPoints", "cellTowers") if key in item} for item, _ in rows]
    truths = [truth for _, truth in rows]
    for scan, truth in zip(scans, truths):
        query = {**scan, "considerIp": False, "uncertainty": True}
        scores["single scan"].add(told(server, scores["single scan"], "/v1/geolocate", query), truth)
    for name, more in (("track", {}), ("track, sensors", sensed)):
        answer = told(server, scores[name], "/v1/track", {"scans": scans, "uncertainty": True, **more})
        for place, truth in zip(answer["positions"], truths, strict=True):
            scores[name].add(place, truth)
    last = 0
    for scan, truth in sorted(zip(scans, truths), key=lambda it: it[0]["timestamp"]):
        more = {name: between(samples, last, scan["timestamp"]) for name, samples in sensed.items()}
        body = {"session": f"walk {nth}", "scans": [scan], "uncertainty": True, **more}
        scores["live, sensors"].add(told(server, scores["live, sensors"], "/v1/track", body)["positions"][0], truth)
        last = scan["timestamp"]


def main():
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument("--base", required=True), a.add_argument("--shared", required=True)
    a.add_argument("--set", default="indoor-ms", choices=("indoor-ms", "ipin"))
    a.add_argument("--no-teach", action="store_true"), a.add_argument("--walks", type=int), a.add_argument("--out")
    a.add_argument("--key", default="test")
    o = a.parse_args()
    evaluate = load(o.shared)
    server = evaluate.Server(o.base, o.key)
    everything = list(walks(evaluate, o.shared, o.set))
    ranked = sorted({group for group, _, _ in everything}, key=lambda g: hashlib.sha256(("fold:" + g).encode()).hexdigest())
    asking = set(ranked[::5])
    if not o.no_teach:
        teach(server, ((group, item) for group, _, rows in everything if group not in asking for item, _ in rows))
        settle(o.base)
    asked = [(walk, rows) for group, walk, rows in everything if group in asking][: o.walks]
    sensed = sensors(evaluate, o.set, {walk for walk, _ in asked})
    scores = {name: Score(evaluate) for name in ("single scan", "track", "track, sensors", "live, sensors")}
    for nth, (walk, rows) in enumerate(asked):
        more = {name: samples for name, samples in sensed.get(walk, {}).items() if samples}
        ask(server, scores, nth, rows, more)
    report = {"set": o.set, "walks": len(asked), **{name: score.report() for name, score in scores.items()}}
    print(json.dumps(report, indent=1))
    if o.out:
        with open(o.out, "w") as out:
            json.dump(report, out, indent=1)


if __name__ == "__main__":
    main()
