"""A stand-in for ModemManager: one modem with a GPS receiver and a cell.

The fix and the cell are set by `Fix` and `Cell` of the interface `test.cairn.Sky`.
"""

import datetime

import dbus
import dbus.service

from properties import Properties

NAME = "org.freedesktop.ModemManager1"
ROOT = "/org/freedesktop/ModemManager1"
MODEM_PATH = f"{ROOT}/Modem/0"
MODEM = f"{NAME}.Modem"
LOCATION = f"{NAME}.Modem.Location"
OBJECTS = "org.freedesktop.DBus.ObjectManager"
SKY = "test.cairn.Sky"
SKY_PATH = "/test/cairn/Sky"

# ModemManager's own numbers.
STATE_REGISTERED = 8
CELL, NMEA = 1, 4


class Modem(Properties):
    """The modem."""

    def __init__(self, bus):
        super().__init__(bus, MODEM_PATH)
        self.enabled, self.location = 0, {}

    def properties_of(self, interface):
        if interface == MODEM:
            known = {"State": dbus.Int32(STATE_REGISTERED)}
        elif interface == LOCATION:
            known = {
                "Capabilities": dbus.UInt32(CELL | NMEA),
                "Enabled": dbus.UInt32(self.enabled),
                "SignalsLocation": dbus.Boolean(True),
                "Location": self.GetLocation(),
                "GpsRefreshRate": dbus.UInt32(0),
            }
        else:
            known = {}
        return dbus.Dictionary(known, signature="sv")

    @dbus.service.method(LOCATION, in_signature="ub", out_signature="")
    def Setup(self, sources, _signals):
        """Turns sources on."""
        self.enabled = int(sources)
        self.tell()

    @dbus.service.method(LOCATION, in_signature="u", out_signature="")
    def SetGpsRefreshRate(self, _rate):
        """How often the receiver tells; it tells when the test does."""

    @dbus.service.method(LOCATION, in_signature="", out_signature="a{uv}")
    def GetLocation(self):
        """What the turned-on sources know."""
        known = {dbus.UInt32(k): v for k, v in self.location.items() if k & self.enabled}
        return dbus.Dictionary(known, signature="uv")

    def tell(self):
        """Says that something changed."""
        self.PropertiesChanged(LOCATION, self.properties_of(LOCATION), [])


class Manager(dbus.service.Object):
    """The root, which lists the modem."""

    def __init__(self, bus, modem):
        super().__init__(bus, ROOT)
        self.modem = modem

    @dbus.service.method(OBJECTS, in_signature="", out_signature="a{oa{sa{sv}}}")
    def GetManagedObjects(self):
        """Everything there is."""
        interfaces = {name: self.modem.properties_of(name) for name in (MODEM, LOCATION)}
        return dbus.Dictionary(
            {dbus.ObjectPath(MODEM_PATH): dbus.Dictionary(interfaces, signature="sa{sv}")},
            signature="oa{sa{sv}}",
        )


class Sky(dbus.service.Object):
    """What the test says to the stand-in."""

    def __init__(self, bus, modem):
        super().__init__(bus, SKY_PATH)
        self.modem = modem

    @dbus.service.method(SKY, in_signature="dd", out_signature="")
    def Fix(self, latitude, longitude):
        """The receiver has a fix."""
        self.modem.location[NMEA] = gga(latitude, longitude)
        self.modem.tell()

    @dbus.service.method(SKY, in_signature="uuuu", out_signature="")
    def Cell(self, mcc, mnc, lac, cid):
        """The modem is in a cell."""
        self.modem.location[CELL] = f"{mcc:03},{mnc:02},{lac:X},{cid:X},0"
        self.modem.tell()


def gga(latitude, longitude):
    """The NMEA sentence of a good fix, now."""
    time = datetime.datetime.now(datetime.timezone.utc).strftime("%H%M%S.00")
    north, south = degrees(latitude, 2), "N" if latitude >= 0 else "S"
    east, west = degrees(longitude, 3), "E" if longitude >= 0 else "W"
    body = f"GPGGA,{time},{north},{south},{east},{west},1,09,3.0,35.0,M,47.0,M,,"
    check = 0
    for letter in body.encode():
        check ^= letter
    return f"${body}*{check:02X}\r\n"


def degrees(value, digits):
    """Degrees and minutes in one number, as NMEA writes them."""
    whole, rest = divmod(abs(value), 1)
    return f"{int(whole):0{digits}}{rest * 60:08.5f}"
