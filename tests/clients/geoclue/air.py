"""A stand-in for wpa_supplicant: one Wi-Fi interface that hears the access points it was told of.

What is heard is set by `Set` of the interface `test.cairn.Air`.
"""

import dbus
import dbus.service
from gi.repository import GLib

from properties import Properties

NAME = "fi.w1.wpa_supplicant1"
ROOT = "/fi/w1/wpa_supplicant1"
INTERFACE = f"{NAME}.Interface"
BSS = f"{NAME}.BSS"
AIR = "test.cairn.Air"
AIR_PATH = "/test/cairn/Air"

# How long a scan takes.
SCAN_MS = 100


class Bss(Properties):
    """One access point."""

    def __init__(self, bus, path, heard):
        super().__init__(bus, path)
        self.path, self.heard = path, heard

    def properties_of(self, interface):
        if interface != BSS:
            return dbus.Dictionary({}, signature="sv")
        bssid = bytes.fromhex(self.heard["mac"].replace(":", ""))
        return dbus.Dictionary(
            {
                "BSSID": dbus.ByteArray(bssid),
                "SSID": dbus.ByteArray(self.heard["ssid"].encode()),
                "Privacy": dbus.Boolean(True),
                "Mode": dbus.String("infrastructure"),
                "Signal": dbus.Int16(self.heard["dbm"]),
                "Frequency": dbus.UInt16(self.heard["mhz"]),
                "Age": dbus.UInt32(0),
            },
            signature="sv",
        )


class Interface(Properties):
    """The Wi-Fi interface."""

    def __init__(self, bus, path):
        super().__init__(bus, path)
        self.bus, self.path = bus, path
        self.shown, self.n_shown, self.n_scans = [], 0, 0

    def properties_of(self, interface):
        if interface != INTERFACE:
            return dbus.Dictionary({}, signature="sv")
        paths = [dbus.ObjectPath(bss.path) for bss in self.shown]
        return dbus.Dictionary(
            {
                "State": dbus.String("disconnected"),
                "Scanning": dbus.Boolean(False),
                "Ifname": dbus.String("wlan0"),
                "Driver": dbus.String("nl80211"),
                "BSSs": dbus.Array(paths, signature="o"),
            },
            signature="sv",
        )

    @dbus.service.method(INTERFACE, in_signature="a{sv}", out_signature="")
    def Scan(self, _args):
        """Looks who is there; `ScanDone` tells when that is known."""
        GLib.timeout_add(SCAN_MS, self.finish_scan)

    def finish_scan(self):
        """Ends a scan that found nothing new."""
        self.n_scans += 1
        self.ScanDone(True)
        return False

    def show(self, heard):
        """Takes what another program's scan found: changes show at once."""
        for bss in [bss for bss in self.shown if bss.heard not in heard]:
            self.shown.remove(bss)
            bss.remove_from_connection()
            self.BSSRemoved(bss.path)
        known = [bss.heard for bss in self.shown]
        for one in [one for one in heard if one not in known]:
            bss = Bss(self.bus, f"{self.path}/BSSs/{self.n_shown}", one)
            self.n_shown += 1
            self.shown.append(bss)
            self.BSSAdded(bss.path, bss.properties_of(BSS))
        self.PropertiesChanged(INTERFACE, self.properties_of(INTERFACE), [])

    @dbus.service.signal(INTERFACE, signature="b")
    def ScanDone(self, success):
        """A scan ended."""

    @dbus.service.signal(INTERFACE, signature="oa{sv}")
    def BSSAdded(self, path, properties):
        """An access point is heard."""

    @dbus.service.signal(INTERFACE, signature="o")
    def BSSRemoved(self, path):
        """An access point is no longer heard."""


class Supplicant(Properties):
    """The root object."""

    def __init__(self, bus, interface):
        super().__init__(bus, ROOT)
        self.interface = interface

    def properties_of(self, interface):
        if interface != NAME:
            return dbus.Dictionary({}, signature="sv")
        paths = dbus.Array([dbus.ObjectPath(self.interface.path)], signature="o")
        return dbus.Dictionary({"Interfaces": paths}, signature="sv")


class Air(dbus.service.Object):
    """What the test says to the stand-in."""

    def __init__(self, bus, interface):
        super().__init__(bus, AIR_PATH)
        self.interface = interface

    @dbus.service.method(AIR, in_signature="a(ssnq)", out_signature="")
    def Set(self, heard):
        """What is heard from now on: address, name, level in dBm, frequency in MHz."""
        self.interface.show(
            [
                {"mac": str(mac), "ssid": str(ssid), "dbm": int(dbm), "mhz": int(mhz)}
                for mac, ssid, dbm, mhz in heard
            ]
        )

    @dbus.service.method(AIR, in_signature="", out_signature="u")
    def Scans(self):
        """How many scans were done."""
        return self.interface.n_scans
