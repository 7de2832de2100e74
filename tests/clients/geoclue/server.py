"""The service under test, and the street it is taught."""

import json
import math
import re
import time
import urllib.error
import urllib.request

from bus import wait_until

# Where the phone of the test stands: the middle of the street.
TRUTH = (51.5, -0.12)

# One access point a box, metres east and north of the middle; the addresses are locally administered,
# so that they are nobody's.
STREET = [
    ("02:00:5e:10:00:01", "harbour", 2412, -25, 10),
    ("0a:00:5e:20:00:02", "lantern", 2437, 30, 15),
    ("12:00:5e:30:00:03", "orchard", 2462, 5, -30),
    ("1a:00:5e:40:00:04", "quarry", 5180, -10, 35),
    ("22:00:5e:50:00:05", "meadow", 5220, 35, -20),
]

# Access points nobody ever reported.
ELSEWHERE = [
    ("62:00:5e:91:00:11", "nowhere", 2412, -5, 5),
    ("6a:00:5e:92:00:12", "nobody", 2437, 10, -5),
]

# An alley that only GeoClue's own submission tells of, far from the street.
ALLEY_M = (700.0, -400.0)
ALLEY = [
    ("82:00:5e:a1:00:21", "saddler", 2412, 690, -395),
    ("8a:00:5e:a2:00:22", "cooper", 2437, 712, -390),
    ("92:00:5e:a3:00:23", "fletcher", 2462, 702, -415),
]

# The cell that covers the street: country, network, area, cell.
CELL = (234, 15, 4711, 12345)

M_PER_DEGREE = 111_195.0
LEARN_LIMIT_S = 60.0
REQUEST_LIMIT_S = 10.0


def place(east_m, north_m):
    """Latitude and longitude of a point near the middle."""
    latitude = TRUTH[0] + north_m / M_PER_DEGREE
    return latitude, TRUTH[1] + east_m / (M_PER_DEGREE * math.cos(math.radians(TRUTH[0])))


def distance_m(a, b):
    """Metres between two points that are near each other."""
    east = (b[1] - a[1]) * M_PER_DEGREE * math.cos(math.radians(a[0]))
    return math.hypot(east, (b[0] - a[0]) * M_PER_DEGREE)


def heard_from(east_m, north_m, access_points):
    """What a radio hears there: address, name, dBm, MHz; free space, bent a little by walls."""
    heard = []
    for mac, ssid, mhz, east, north in access_points:
        away_m = max(math.hypot(east - east_m, north - north_m), 1.0)
        heard.append((mac, ssid, round(-38.0 - 27.0 * math.log10(away_m)), mhz))
    return heard


def cell_tower():
    """The cell as a request names it."""
    mcc, mnc, lac, cid = CELL
    names = {"mobileCountryCode": mcc, "mobileNetworkCode": mnc, "locationAreaCode": lac}
    return {"radioType": "gsm", **names, "cellId": cid}


class Cairn:
    """A running `cairn serve` on a free loopback port."""

    def __init__(self, children, binary, folder):
        self.stdout, log = folder / "cairn.out", folder / "cairn.log"
        command = [binary, "serve", "--data", str(folder / "data"), "--listen", "127.0.0.1:0"]
        with open(self.stdout, "wb") as stdout:
            self.child = children.start("cairn", command, log, stdout=stdout)
        wait_until(lambda: self.address() or self.child.poll() is not None, 30.0)
        if not self.address():
            raise RuntimeError(f"cairn does not serve: {log.read_text(errors='replace')}")
        self.url = self.address()

    def address(self):
        """Where it says that it listens."""
        found = re.match(r"listening on (http://\S+)\n", self.stdout.read_text(encoding="utf-8"))
        return found and found[1].rstrip("/")

    def request(self, path, body=None):
        """Status and body of one request."""
        data = body if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data)
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_LIMIT_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def locate(self, heard):
        """What the service answers to the scan that GeoClue would send: a dict, or None for 404."""
        points = [
            {"macAddress": mac, "ssid": ssid, "signalStrength": dbm} for mac, ssid, dbm, _ in heard
        ]
        return self.answer({"wifiAccessPoints": points})

    def answer(self, query):
        """What the service answers: a dict, or None for 404."""
        status, body = self.request("/v1/geolocate?key=test", query)
        if status not in (200, 404):
            raise RuntimeError(f"/v1/geolocate answers {status}: {body}")
        return json.loads(body) if status == 200 else None

    def teach(self, access_points, items=60):
        """Walks up and down the street and reports what is heard; waits until it is learned."""
        now_ms = round(time.time() * 1000)
        reports = [self.report(now_ms - 5000 * n, n, access_points) for n in range(items)]
        status, body = self.request("/v2/geosubmit?key=test", {"items": reports})
        if status != 200:
            raise RuntimeError(f"/v2/geosubmit answers {status}: {body}")
        heard = heard_from(0, 0, access_points)
        if not wait_until(lambda: self.locate(heard), LEARN_LIMIT_S):
            raise RuntimeError("nothing was learned from what was taught")

    @staticmethod
    def report(timestamp_ms, n, access_points):
        """One report from the n-th step of the walk."""
        east_m, north_m = 40.0 * math.cos(0.7 * n), 40.0 * math.sin(1.1 * n)
        latitude, longitude = place(east_m, north_m)
        points = [
            {"macAddress": mac, "ssid": ssid, "signalStrength": dbm, "frequency": mhz, "age": 0}
            for mac, ssid, dbm, mhz in heard_from(east_m, north_m, access_points)
        ]
        position = {"latitude": latitude, "longitude": longitude, "accuracy": 5.0, "source": "gps"}
        return {
            "timestamp": timestamp_ms,
            "position": position,
            "wifiAccessPoints": points,
            "cellTowers": [{**cell_tower(), "signalStrength": -81, "age": 0}],
        }

    def metric(self, name, **labels):
        """The sum of a counter over the samples that have these labels."""
        total = 0.0
        for line in self.request("/metrics")[1].splitlines():
            found = re.match(r"(\w+)(?:\{(.*)\})? (\S+)", line)
            if not found or found[1] != name:
                continue
            given = dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
            if all(given.get(label) == value for label, value in labels.items()):
                total += float(found[3])
        return total
