"""The stand-ins for what surrounds GeoClue on a desktop, in one process.

Serves on the bus at DBUS_SYSTEM_BUS_ADDRESS until it is ended.
"""

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

import air
import modem
from agent import Agent


def main():
    """Serves until ended."""
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SystemBus()
    interface = air.Interface(bus, f"{air.ROOT}/Interfaces/0")
    phone = modem.Modem(bus)
    kept = [air.Supplicant(bus, interface), air.Air(bus, interface), Agent(bus)]
    kept += [modem.Manager(bus, phone), modem.Sky(bus, phone)]
    kept += [dbus.service.BusName(name, bus, do_not_queue=True) for name in (air.NAME, modem.NAME)]
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
