"""What the tests share: the service, the stand-ins, the daemon."""

import contextlib
import os
import pathlib
import sys

import dbus
import dbus.mainloop.glib
from gi.repository import GLib

import air
import modem
import server
from bus import start_bus, wait_until
from locator import Locator, start_geoclue, uncover

# GeoClue scans every ten seconds and waits a second after a scan.
ANSWER_LIMIT_S = 40.0


class Scene:
    """One service, one bus, one daemon at a time."""

    def __init__(self, children, binary, folder):
        self.children, self.folder = children, folder
        self.cairn = server.Cairn(children, binary, folder)
        self.cairn.teach(server.STREET)
        self.address = start_bus(children, folder)
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = self.address
        dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
        here = pathlib.Path(__file__).parent
        children.start("desktop", [sys.executable, str(here / "desktop.py")], folder / "desktop.log")
        self.bus = dbus.SystemBus()
        if not wait_until(lambda: self.bus.name_has_owner(air.NAME), 20.0):
            raise RuntimeError((folder / "desktop.log").read_text(errors="replace"))
        self.air = dbus.Interface(self.bus.get_object(air.NAME, air.AIR_PATH), air.AIR)
        self.sky = dbus.Interface(self.bus.get_object(modem.NAME, modem.SKY_PATH), modem.SKY)
        self.geoclue = None
        self.restart_geoclue(has_phone=False)

    def restart_geoclue(self, has_phone):
        """A daemon that knows nothing yet."""
        if self.geoclue:
            status = self.children.end(self.geoclue)
            uncover(self.folder)
            assert status in (0, -15), f"geoclue ended with {status}"
        self.geoclue = start_geoclue(
            self.children, self.address, self.cairn.url, self.folder, has_phone
        )

    @staticmethod
    def pump():
        """Handles what has come from the bus, or waits a moment."""
        context = GLib.MainContext.default()
        GLib.timeout_add(50, lambda: False)
        context.iteration(True)

    def hear(self, heard):
        """Sets what the radio hears."""
        self.air.Set(dbus.Array([dbus.Struct(one, signature="ssnq") for one in heard]))

    @contextlib.contextmanager
    def asking(self, heard):
        """A client that asks while this is heard, once GeoClue has heard it."""
        self.hear(heard)
        n_scans, locator = self.air.Scans(), Locator(self.pump)
        locator.start()
        try:
            is_scanned = wait_until(lambda: self.air.Scans() > n_scans, 20.0, self.pump)
            assert is_scanned, "GeoClue never scanned"
            yield locator
        finally:
            locator.stop()

    def ask(self, heard, limit_s=ANSWER_LIMIT_S):
        """What GeoClue says where it is when it hears this: its properties, or None."""
        with self.asking(heard) as locator:
            return locator.wait(limit_s)

    def asked(self, status):
        """How often /v1/geolocate was answered with this status."""
        labels = {"route": "/v1/geolocate", "status": status}
        return self.cairn.metric("node_requests_total", **labels)
