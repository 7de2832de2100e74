"""Asks a running service what its own description says may be asked, 10,000 times and more.

    run.py URL

schemathesis has to be importable.

Twice, side by side: as described, where nearly every value may be anything, and with only what each value is
meant to hold, so that answers with places are seen too. Ends in the line "N passed, M failed" of operations.
"""

import concurrent.futures
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

EXAMPLES_MIN = 10_000
# The same requests in every run.
SEED = 20_261_125
# Examples of an operation, as described and as meant.
DESCRIBED, MEANT = 280, 400
# Seconds each of the two may take, both on a core of their own, and until the service answers from what it was taught.
RUN_S, LEARN_S = 420, 30
HERE = pathlib.Path(__file__).parent


def main(url):
    description = json.load(urllib.request.urlopen(f"{url}/openapi.json", timeout=10))
    teach(url, description)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        strict = folder / "meant.json"
        strict.write_text(json.dumps(meant(description)))
        both = [
            (folder / "1", f"{url}/openapi.json", ["--max-examples", str(DESCRIBED)]),
            (folder / "2", str(strict), [
                "--url", url, "--max-examples", str(MEANT), "--mode", "positive", "--include-method", "POST",
            ]),
        ]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            runs = list(pool.map(lambda of: run(*of), both))
    n_examples = sum(report["test_cases"]["generated"] for report in runs)
    n_tested = sum(report["operations"]["tested"] for report in runs)
    n_failed = sum(n_bad(report) for report in runs)
    print(f"{n_examples} examples of {n_tested} operations")
    if n_examples < EXAMPLES_MIN:
        print(f"at least {EXAMPLES_MIN} examples are wanted")
        n_failed += 1
    print(f"{max(n_tested - n_failed, 0)} passed, {n_failed} failed")
    return 1 if n_failed else 0


def sample(description, path):
    operation = description["paths"][path]["post"]
    return operation["requestBody"]["content"]["application/json"]["example"]


def post(url, path, body, agent):
    headers = {"Content-Type": "application/json", "User-Agent": agent}
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers)
    try:
        return urllib.request.urlopen(request, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code


def teach(url, description):
    """Contributes the sample's networks as three phones would, so that the sample query has an answer."""
    for nth in range(3):
        body = copy.deepcopy(sample(description, "/v2/geosubmit"))
        for item in body["items"]:
            item["timestamp"] += nth * 60_000
            item["position"]["latitude"] += nth * 1e-4
        assert post(url, "/v2/geosubmit", body, f"phone/{nth}") == 200
    query = sample(description, "/v1/geolocate")
    for _ in range(LEARN_S * 4):
        if post(url, "/v1/geolocate", query, "phone/9") == 200:
            return
        time.sleep(0.25)
    sys.exit("the sample query has no answer, after three phones sent the sample submission")


def meant(node):
    """The description without the "or anything else" of its schemas."""
    if isinstance(node, list):
        return [meant(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    either = node.get("anyOf")
    if isinstance(either, list) and either[-1] == {}:
        return meant(either[0])
    return {key: meant(value) for key, value in node.items()}


def run(folder, location, more):
    """One run, told when it is over; each in a folder of its own, since it keeps files where it stands."""
    folder.mkdir()
    report = folder / "report.json"
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run", location, "--checks", "all",
        "--seed", str(SEED), "--workers", "2", "--continue-on-failure", "--no-color",
        "--generation-database", "none", "--report", "json", "--report-json-path", str(report), *more,
    ]
    # Beside the packages that this was started with.
    path = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    hooks = {"PYTHONPATH": path, "SCHEMATHESIS_HOOKS": "hooks"}
    started = time.monotonic()
    told = subprocess.run(
        command, timeout=RUN_S, check=False, cwd=folder, env=os.environ | hooks, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    print(told.stdout.decode(errors="replace"), f"-- {time.monotonic() - started:.0f} s", sep="", flush=True)
    return json.loads(report.read_text())


def n_bad(report):
    """Operations with a failure, and errors of the tool itself; a run that did not end is one more."""
    failed = {name for failure in report["failures"] for name in failure["operations"]}
    return len(failed) + len(report["errors"]) + (not report["complete"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
