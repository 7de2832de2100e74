"""Our mirror in a real MLflow server, looked at with MLflow's own client.

    run.py CAIRN

CAIRN is the binary. mlflow has to be importable, with what its server needs. Ends in the line "N passed, M failed".
"""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request

# Seconds until the server is up, and that a run of ours may take.
START_S, RUN_S = 90, 120
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
}
os.environ |= QUIET

import mlflow  # noqa: E402
from mlflow import MlflowClient  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402

# A task that is trained in a second, with gates that its model passes.
BOUNDS = (
    "gates.bound=[{metric='log_loss', at_most=9.0}, {metric='right_share', at_least=0.3}, "
    "{metric='right_share', slice='set', at_least=0.3}, {metric='right_share', slice='class', at_least=0.01}]"
)
SMALL = ["--transmitters", "600", "--reports", "2500", "--rows", "600", "--draft"]
QUICK = ["--set", "split.folds=3", "--set", "training.booster.rounds=40", "--set", BOUNDS]
QUICK += ["--set", "gates.calibration_within=0.2", "--set", "slices.rows_min=100000"]
QUICK += ["--set", "gates.worse_than_champion_at_most=0.5"]


def main(cairn):
    with tempfile.TemporaryDirectory() as folder:
        mirror = Mirror(pathlib.Path(cairn), pathlib.Path(folder))
        tests = [getattr(mirror, name) for name in dir(mirror) if name.startswith("test_")]
        failed = sum(not passes(test) for test in tests)
        mirror.stop_server()
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


def passes(test):
    try:
        test()
    except Exception:
        print(f"{test.__name__}:")
        traceback.print_exc(file=sys.stdout)
        return False
    return True


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mirror:
    """A folder of models, and a server that is down at first. Tests run in the order of their names."""

    def __init__(self, cairn, folder):
        self.cairn, self.folder, self.models = cairn, folder, folder / "models"
        self.port, self.server = free_port(), None
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = MlflowClient(self.url, self.url)

    def start_server(self):
        store = self.folder / "mlflow"
        store.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--backend-store-uri", f"sqlite:///{store}/mlflow.db", "--workers", "1"]
        command += ["--artifacts-destination", str(store / "artifacts"), "--serve-artifacts"]
        log = open(store / "log.txt", "ab")
        self.server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + START_S
        while time.monotonic() < until and self.server.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError((store / "log.txt").read_text()[-3000:])

    def stop_server(self):
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGTERM)
            self.server.wait(timeout=30)
            self.server = None

    def run(self, *args, code=0):
        done = subprocess.run([self.cairn, *args], capture_output=True, text=True, timeout=RUN_S)
        assert done.returncode == code, (args, done.returncode, done.stdout, done.stderr)
        return done

    def learn(self, *more, models=None, mirror=True, code=0):
        told = ["--mlflow", self.url] if mirror else []
        args = ["learn", "run", "motion", "--models", models or self.models, *SMALL, *QUICK, *more, *told]
        done = self.run(*args, code=code)
        run = re.search(r"^run ([0-9a-f]+):", done.stdout, re.M)[1]
        model = re.search(r"^model: ([0-9a-f]+)", done.stdout, re.M)
        return run, model and model[1], done

    def model(self, *args, code=0):
        return self.run("model", *args, "--models", self.models, code=code)

    def there(self, run):
        found = self.client.search_experiments(filter_string="name = 'cairn/motion'")
        ids = [experiment.experiment_id for experiment in found]
        runs = self.client.search_runs(ids, f"tags.`cairn.run` = '{run}'") if ids else []
        assert len(runs) <= 1, runs
        return runs[0] if runs else None

    def alias(self, name):
        try:
            return self.client.get_model_version_by_alias("cairn-motion", name).tags["cairn.model"]
        except MlflowException as error:
            assert error.error_code in ("INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST"), error
            return None

    def test_1_with_the_server_down_a_run_is_the_same_and_waits(self):
        plain, other = self.folder / "plain", None
        run, model, quiet = self.learn(models=plain, mirror=False)
        other, same, told = self.learn()
        assert (run, model) == (other, same)
        assert "mirror: not reached" in told.stderr and "mirror" not in quiet.stderr, told.stderr
        for path in sorted((plain / "runs" / run).iterdir()):
            if path.name != "timing.json":
                assert path.read_bytes() == (self.models / "runs" / run / path.name).read_bytes(), path
        self.first = (run, model)
        self.model("promote", model, "--why", "the first", "--mlflow", self.url)
        self.model("mirror", "--mlflow", self.url, code=1)

    def test_2_what_waited_is_there_when_the_server_is_and_only_once(self):
        run, model = self.first
        self.start_server()
        said = self.model("mirror", "--mlflow", self.url).stdout
        assert said == "1 runs and 2 changes sent, 0 wait\n", said
        said = self.model("mirror", "--mlflow", self.url).stdout
        assert said == "0 runs and 0 changes sent, 0 wait\n", said
        there = self.there(run)
        record = json.loads((self.models / "runs" / run / "run.json").read_text())
        assert there.info.status == "FINISHED", there
        assert there.data.tags["cairn.model"] == model and there.data.tags["cairn.gates"] == "passed"
        for name, value in record["metrics"].items():
            assert abs(there.data.metrics[name] - value) < 1e-9, name
        assert there.data.params["data_id"] == record["data_id"]
        assert there.data.params["spec.training.booster.rounds"] == "40"
        assert any(name.startswith("class/") for name in there.data.metrics), there.data.metrics
        (dataset,) = there.inputs.dataset_inputs
        assert record["data_id"].startswith(dataset.dataset.digest) and len(dataset.dataset.digest) >= 32
        assert self.alias("champion") == model

    def test_3_every_file_comes_back_byte_for_byte(self):
        run, _ = self.first
        there = self.there(run)
        folder = self.client.download_artifacts(there.info.run_id, "")
        ours = self.models / "runs" / run
        for path in sorted(ours.iterdir()):
            back = pathlib.Path(folder) / ("model/model.cairn" if path.name == "model.cairn" else path.name)
            assert back.read_bytes() == path.read_bytes(), path
        described = mlflow.models.Model.load(str(pathlib.Path(folder) / "model"))
        assert described.flavors["cairn"]["model"] == self.first[1]

    def test_4_aliases_follow_the_registry_with_who_and_why(self):
        _, first = self.first
        run, second, _ = self.learn("--set", "training.seed=2")
        assert self.there(run).data.params["champion"] == first
        self.model("promote", second, "--why", "better on stairs", "--who", "ada", "--mlflow", self.url)
        assert (self.alias("champion"), self.alias("previous")) == (second, first)
        version = self.client.get_model_version_by_alias("cairn-motion", "champion")
        assert version.run_id == self.there(run).info.run_id
        (change,) = [text for key, text in version.tags.items() if key.startswith("cairn.change.")]
        assert change.startswith("promote champion by ada: better on stairs"), change
        self.model("rollback", "motion", "--why", "worse in halls", "--mlflow", self.url)
        assert (self.alias("champion"), self.alias("previous"), self.alias("challenger")) == (first, None, second)
        assert len(self.client.search_model_versions("name = 'cairn-motion'")) == 2

    def test_5_a_run_that_fails_its_gates_is_there_too_and_is_no_version(self):
        run, _, _ = self.learn("--set", "gates.calibration_within=0.001", code=1)
        there = self.there(run)
        assert there.data.tags["cairn.gates"] == "failed" and there.data.metrics["gates_failed"] >= 1
        assert len(self.client.search_model_versions("name = 'cairn-motion'")) == 2

    def test_6_a_server_that_was_lost_gets_all_of_the_registry_again(self):
        self.stop_server()
        (self.folder / "mlflow").rename(self.folder / "lost")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = MlflowClient(self.url, self.url)
        self.start_server()
        self.model("mirror", "--mlflow", self.url)
        assert self.alias("champion") == self.first[1] and self.there(self.first[0])

    def test_7_a_service_tells_what_others_change(self):
        (second,) = {version.tags["cairn.model"] for version in self.client.search_model_versions("name = 'cairn-motion'")} - {self.first[1]}
        config = self.folder / "cairn.toml"
        config.write_text(f'[models]\nfolder = "{self.models}"\n[mirror]\nmlflow = "{self.url}"\n')
        command = [self.cairn, "serve", "--data", self.folder / "data", "--config", config, "--listen", "127.0.0.1:0"]
        service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.model("promote", second, "--alias", "shadow", "--why", "a look at it")
            until = time.monotonic() + START_S
            while self.alias("shadow") != second:
                assert time.monotonic() < until and service.poll() is None, "never told"
                time.sleep(0.2)
        finally:
            service.terminate()
            assert service.wait(timeout=60) == 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
