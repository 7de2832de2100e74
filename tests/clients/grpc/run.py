"""Google's own gRPC client against a running service, with stubs made from its proto file.

    run.py URL

grpc and grpc_tools have to be importable. Ends in the line "N passed, M failed".
"""

import concurrent.futures
import importlib
import json
import pathlib
import queue
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

import grpc
from grpc_tools import protoc

ROOT = pathlib.Path(__file__).parents[3]
PROTO = ROOT / "crates/wire/proto"
GUIDE = ROOT / "docs/guides/bulk.md"
# Seconds until the service answers from what it was taught, and that a call may take.
LEARN_S, CALL_S = 30, 20
# Two networks of the guide.
KNOWN = [0x00259CCF1CAC, 0x88DC96340F21]
NOWHERE = [0x02005E990001, 0x06005E9A0021]


def main(url):
    with tempfile.TemporaryDirectory() as folder:
        stubs = make_stubs(folder)
        channel = grpc.insecure_channel(url.removeprefix("http://"))
        client = Client(url, folder, channel, *stubs)
        client.teach()
        tests = [getattr(client, name) for name in dir(client) if name.startswith("test_")]
        failed = sum(not passes(test) for test in tests)
        channel.close()
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


def make_stubs(folder):
    args = ["protoc", f"-I{PROTO}", f"--python_out={folder}", f"--grpc_python_out={folder}", "cairn/v1/cairn.proto"]
    assert protoc.main(args) == 0, "protoc refused the proto file"
    sys.path.insert(0, folder)
    return importlib.import_module("cairn.v1.cairn_pb2"), importlib.import_module("cairn.v1.cairn_pb2_grpc")


def passes(test):
    try:
        test()
    except Exception:
        print(f"{test.__name__}:")
        traceback.print_exc(file=sys.stdout)
        return False
    return True


def mac(number):
    return ":".join(f"{number:012x}"[n : n + 2] for n in range(0, 12, 2))


def close(left, right):
    return abs(left - right) < 1e-9


class Client:
    def __init__(self, url, folder, channel, pb, rpc):
        self.url, self.folder, self.channel, self.pb = url, folder, channel, pb
        self.location = rpc.LocationStub(channel)

    def teach(self):
        """Three phones contribute the two networks, over gRPC."""
        for phone in range(3):
            metadata = [("user-agent", f"phone{phone}/1")]
            reports = [self.report(phone, step) for step in range(8)]
            taken = self.location.Submit(self.pb.SubmitRequest(reports=reports), metadata=metadata, timeout=CALL_S)
            assert (taken.kept, taken.refused) == (8, 0), taken
        for _ in range(LEARN_S * 4):
            if self.locate(KNOWN).HasField("place"):
                return
            time.sleep(0.25)
        sys.exit("the networks have no place, after three phones contributed them")

    def report(self, phone, step):
        wifi = [self.pb.WifiAccessPoint(bssid=bssid, rssi_dbm=-50 - step, age_ms=100) for bssid in KNOWN]
        position = self.pb.Position(
            lat_deg=51.5 + step * 1e-4, lng_deg=-0.12 + phone * 1e-4, r68_m=5, source=self.pb.SOURCE_GNSS)
        at = 1_760_000_000_000 + phone * 100_000 + step * 5_000
        return self.pb.Report(timestamp_ms=at, position=position, wifi=wifi)

    def query(self, bssids, name=""):
        wifi = [self.pb.WifiAccessPoint(bssid=bssid, rssi_dbm=-60) for bssid in bssids]
        return self.pb.LocateRequest(wifi=wifi, consider_ip=False, uncertainty=True, id=name)

    def locate(self, bssids, name="", **more):
        return self.location.Locate(self.query(bssids, name), timeout=CALL_S, **more)

    def post(self, path, body, kind):
        request = urllib.request.Request(self.url + path, body, {"Content-Type": kind})
        try:
            answer = urllib.request.urlopen(request, timeout=CALL_S)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.headers["Content-Type"], answer.read()

    def test_a_place_is_the_one_of_the_json(self):
        wifi = [{"macAddress": mac(bssid), "signalStrength": -60} for bssid in KNOWN]
        asked = {"considerIp": False, "uncertainty": True, "wifiAccessPoints": wifi}
        _, _, body = self.post("/v1/geolocate", json.dumps(asked).encode(), "application/json")
        told = json.loads(body)
        place = self.locate(KNOWN).place
        assert close(place.lat_deg, told["location"]["lat"]) and close(place.lng_deg, told["location"]["lng"])
        radii = [place.radii.r50_m, place.radii.r68_m, place.radii.r90_m, place.radii.r95_m]
        assert all(close(*pair) for pair in zip(radii, told["uncertainty"].values())), (radii, told)
        assert close(place.r95_m, told["accuracy"])

    def test_no_place_is_an_answer_with_a_reason(self):
        answer = self.locate(NOWHERE, "me")
        error = answer.error
        assert (answer.id, answer.WhichOneof("answer")) == ("me", "error")
        want = (self.pb.REASON_TOO_FEW_KNOWN, 404, 0, 2)
        assert (error.reason, error.code, error.known, error.needed) == want, error

    def test_every_field_is_read(self):
        every = self.pb.LocateRequest(
            wifi=[self.pb.WifiAccessPoint(bssid=b, rssi_dbm=-60, age_ms=5, frequency_mhz=2437, channel=6, ssid="x") for b in KNOWN],
            bluetooth=[self.pb.BluetoothBeacon(address=NOWHERE[0], rssi_dbm=-70, age_ms=-5)],
            cells=[self.pb.CellTower(radio=self.pb.RADIO_LTE, mcc=262, mnc=0, area=70, cell=1, power_dbm=-90, age_ms=1, unit=0, timing_advance=0)],
            radio=self.pb.RADIO_NR, consider_ip=True, fallbacks=self.pb.Fallbacks(address=False, area=True), uncertainty=False, id="é")
        answer = self.location.Locate(every, timeout=CALL_S)
        assert answer.id == "é" and answer.HasField("place") and not answer.place.HasField("radii"), answer
        hidden = self.query(KNOWN)
        for wifi in hidden.wifi:
            wifi.ssid = "home_nomap"
        assert self.location.Locate(hidden, timeout=CALL_S).error.reason == self.pb.REASON_NOTHING_HEARD

    def test_a_batch_is_answered_in_its_order(self):
        names = [str(n) for n in range(3_000)]
        queries = [self.query(KNOWN if int(name) % 3 else NOWHERE, name) for name in names]
        answers = self.location.LocateBatch(self.pb.LocateBatchRequest(queries=queries), timeout=CALL_S).answers
        assert [answer.id for answer in answers] == names
        assert all(answer.HasField("place") == bool(int(answer.id) % 3) for answer in answers)

    def test_a_batch_that_is_too_long_is_refused(self):
        queries = [self.pb.LocateRequest()] * 10_001
        self.fails(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: self.location.LocateBatch(
            self.pb.LocateBatchRequest(queries=queries), timeout=CALL_S))

    def test_a_stream_is_answered_while_it_is_sent(self):
        to_send = queue.SimpleQueue()
        answers = self.location.LocateStream(iter(to_send.get, None), timeout=CALL_S)
        for n in range(50):
            to_send.put(self.query(KNOWN, str(n)))
            assert next(answers).id == str(n), "the next is not asked before"
        to_send.put(None)
        assert list(answers) == []

    def test_a_long_stream_is_answered_whole_and_in_its_order(self):
        n = 5_000
        answers = self.location.LocateStream((self.query(NOWHERE, str(k)) for k in range(n)), timeout=120)
        assert [answer.id for answer in answers] == [str(k) for k in range(n)]

    def test_compressed_calls_are_read(self):
        assert self.locate(KNOWN, compression=grpc.Compression.Gzip).HasField("place")

    def test_many_calls_on_one_connection(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda n: (n, self.locate(KNOWN, str(n))), range(1_000)))
        assert all(answer.id == str(n) and answer.HasField("place") for n, answer in answers)

    def test_reports_that_cannot_be_used_are_counted(self):
        reports = [self.report(0, 0), self.pb.Report(), self.pb.Report(position=self.pb.Position(lat_deg=99, lng_deg=0))]
        taken = self.location.Submit(self.pb.SubmitRequest(reports=reports), timeout=CALL_S)
        assert (taken.kept, taken.refused) == (1, 2), taken

    def test_calls_of_nonsense_fail_with_a_status(self):
        raw = dict(request_serializer=bytes, response_deserializer=bytes)
        call = self.channel.unary_unary("/cairn.v1.Location/Locate", **raw)
        none = self.channel.unary_unary("/cairn.v1.Location/Nothing", **raw)
        self.fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: call(b"{}", timeout=CALL_S))
        self.fails(grpc.StatusCode.UNIMPLEMENTED, lambda: none(b"", timeout=CALL_S))
        noise = random.Random(7)
        for _ in range(300):
            try:
                call(noise.randbytes(noise.randrange(200)), timeout=CALL_S)
            except grpc.RpcError as error:
                assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
        assert self.locate(KNOWN).HasField("place"), "it goes on"

    def fails(self, status, call):
        try:
            call()
        except grpc.RpcError as error:
            assert error.code() == status, error
        else:
            raise AssertionError(f"not {status}")

    def test_the_same_messages_go_over_plain_http(self):
        kind = "application/x-protobuf"
        status, told, body = self.post("/v1/geolocate", self.query(KNOWN, "h").SerializeToString(), kind)
        assert (status, told) == (200, kind) and self.pb.LocateResponse.FromString(body) == self.locate(KNOWN, "h")
        status, _, body = self.post("/v1/geolocate", self.query(NOWHERE).SerializeToString(), "application/protobuf")
        assert status == 404 and self.pb.LocateResponse.FromString(body).error.code == 404
        queries = [self.query(KNOWN if n % 2 else NOWHERE, str(n)) for n in range(1_000)]
        asked = self.pb.LocateBatchRequest(queries=queries)
        status, _, body = self.post("/v1/geolocate/batch", asked.SerializeToString(), kind)
        told = self.pb.LocateBatchResponse.FromString(body)
        assert status == 200 and told == self.location.LocateBatch(asked, timeout=CALL_S)
        cut = asked.SerializeToString()[:-3]
        told = self.pb.LocateBatchResponse.FromString(self.post("/v1/geolocate/batch", cut, kind)[2])
        assert len(told.answers) == 999 and told.ended.reason == self.pb.REASON_PARSE_ERROR
        reports = self.pb.SubmitRequest(reports=[self.report(1, 1)]).SerializeToString()
        status, _, body = self.post("/v2/geosubmit", reports, kind)
        assert status == 200 and self.pb.SubmitResponse.FromString(body).kept == 1
        status, _, body = self.post("/v2/geosubmit", b"{}", kind)
        assert status == 400 and self.pb.SubmitResponse.FromString(body).error.code == 400

    def test_the_guide_works_as_it_is_written(self):
        text = GUIDE.read_text()
        blocks = re.findall(r"```(sh|python)\n(.*?)```", text, re.S)
        here = self.url.removeprefix("http://")
        outputs = []
        for language, block in blocks:
            # The binary is tried by its own tests.
            if "cairn locate" in block:
                continue
            block = block.replace("127.0.0.1:8080", here).replace("crates/wire/proto", str(PROTO))
            block = block.replace("python3", sys.executable)
            command = ["bash", "-e", "-c", block] if language == "sh" else [sys.executable, "-c", block]
            done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, (block, done.stderr)
            outputs.append(done.stdout)
        answers = pathlib.Path(self.folder, "answers.jsonl").read_text()
        codes = [json.loads(line).get("error", {}).get("code") for line in answers.splitlines()]
        assert codes == [None, 404, 400] and outputs[0] == answers, (answers, outputs)
        assert "bus 7 51.5" in outputs[-1] and "bus 8 REASON_TOO_FEW_KNOWN" in outputs[-1], outputs
        assert outputs[-1].endswith("bus 7 place\nbus 8 error\n"), outputs


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
