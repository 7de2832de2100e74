"""What must hold between the real GeoClue and Cairn; each case is a sentence."""

import server
from bus import wait_until

# How far a position may be from the true one, and the accuracy from what the service says.
DISTANCE_M_MAX = 100.0
ACCURACY_M_MAX = 1.0

# GeoClue asks a few seconds after it was started, or never.
SILENCE_S = 8.0

# How long GeoClue may take until it asks.
ASKED_LIMIT_S = 30.0


def geoclue_gets_the_position_that_cairn_knows(scene):
    """The place, within the promise, exactly as the service says it."""
    heard = server.heard_from(0, 0, server.STREET)
    before = scene.asked("200")
    found = scene.ask(heard)
    assert found is not None, "no location"
    assert scene.asked("200") > before, "the service did not count the request"
    said = scene.cairn.locate(heard)
    place = (float(found["Latitude"]), float(found["Longitude"]))
    off_m = server.distance_m(server.TRUTH, place)
    accuracy_m = float(found["Accuracy"])
    print(f"  {off_m:.1f} m from the truth, accuracy {accuracy_m:.1f} m")
    assert off_m < DISTANCE_M_MAX, f"{off_m:.0f} m from the true point"
    assert abs(accuracy_m - said["accuracy"]) <= ACCURACY_M_MAX, f"{accuracy_m} for {said}"
    same_m = server.distance_m(place, (said["location"]["lat"], said["location"]["lng"]))
    assert same_m < 1.0, f"GeoClue is {same_m:.1f} m from the answer {said}"


def another_place_is_another_position(scene):
    """The answer follows what is heard."""
    heard = server.heard_from(30, 10, server.STREET)
    found = scene.ask(heard)
    assert found is not None, "no location"
    said = scene.cairn.locate(heard)["location"]
    place = (float(found["Latitude"]), float(found["Longitude"]))
    assert server.distance_m(place, (said["lat"], said["lng"])) < 1.0, f"{place} for {said}"


def unknown_access_points_give_no_location(scene):
    """A 404 is not a position, and the daemon lives on."""
    before = scene.asked("404")
    found = scene.ask(server.heard_from(0, 0, server.ELSEWHERE), limit_s=SILENCE_S)
    assert found is None, f"a location from nowhere: {found}"
    assert scene.asked("404") > before, "the service was not asked"
    assert scene.geoclue.poll() is None, "geoclue ended"


def one_access_point_gives_no_location(scene):
    """GeoClue then asks with `{}`, and gets no guess from a loopback address."""
    before = scene.asked("404")
    found = scene.ask(server.heard_from(0, 0, server.STREET)[:1], limit_s=SILENCE_S)
    assert found is None, f"a location from one access point: {found}"
    assert scene.asked("404") > before, "the service was not asked"
    assert scene.geoclue.poll() is None, "geoclue ended"


def after_a_refusal_the_next_scan_is_answered(scene):
    """A 404 does not spoil what comes after it."""
    found = scene.ask(server.heard_from(-5, 5, server.STREET))
    assert found is not None, "no location"


def a_cell_gives_a_position(scene):
    """No Wi-Fi in the air: the modem's cell is enough."""
    scene.restart_geoclue(has_phone=True)
    scene.sky.Cell(*server.CELL)
    found = scene.ask([])
    assert found is not None, "no location"
    said = scene.cairn.answer({"radioType": "gsm", "cellTowers": [server.cell_tower()]})
    place = (float(found["Latitude"]), float(found["Longitude"]))
    away_m = server.distance_m(place, (said["location"]["lat"], said["location"]["lng"]))
    assert away_m < 1.0, f"{place} for {said}"
    assert abs(float(found["Accuracy"]) - said["accuracy"]) <= ACCURACY_M_MAX, f"{found}"


def what_geoclue_submits_is_learned(scene):
    """With a fix, GeoClue reports what it hears, and the place is known from then on."""
    scene.restart_geoclue(has_phone=True)
    heard = server.heard_from(*server.ALLEY_M, server.ALLEY)
    assert scene.cairn.locate(heard) is None, "the alley was known before"
    before = scene.asked("404")
    with scene.asking(heard):
        # Once it asked about the alley it has heard it; a fix before that would be submitted alone.
        is_heard = wait_until(lambda: scene.asked("404") > before, ASKED_LIMIT_S, scene.pump)
        assert is_heard, "the service was not asked"
        scene.sky.Fix(*server.place(*server.ALLEY_M))
        assert wait_until(lambda: scene.cairn.locate(heard), 30.0, scene.pump), "nothing learned"
    said = scene.cairn.locate(heard)["location"]
    off_m = server.distance_m(server.place(*server.ALLEY_M), (said["lat"], said["lng"]))
    assert off_m < DISTANCE_M_MAX, f"{off_m:.0f} m from the true point"


# In this order: what GeoClue knows already must not hide what it does not get.
CASES = [
    unknown_access_points_give_no_location,
    one_access_point_gives_no_location,
    geoclue_gets_the_position_that_cairn_knows,
    another_place_is_another_position,
    after_a_refusal_the_next_scan_is_answered,
    a_cell_gives_a_position,
    what_geoclue_submits_is_learned,
]
