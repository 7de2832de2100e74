"""A stand-in for the desktop's agent, without which GeoClue serves no user."""

import dbus
import dbus.service

from properties import Properties

GEOCLUE = "org.freedesktop.GeoClue2"
MANAGER_PATH = "/org/freedesktop/GeoClue2/Manager"
AGENT = f"{GEOCLUE}.Agent"
AGENT_PATH = "/org/freedesktop/GeoClue2/Agent"

# What it calls itself; the configuration has it on the list of agents.
AGENT_ID = "cairn-test-agent"

# GeoClue's own number for the finest answer.
EXACT = 8


class Agent(Properties):
    """Allows everything to everyone."""

    def __init__(self, bus):
        super().__init__(bus, AGENT_PATH)
        self.bus = bus
        self.watch = bus.watch_name_owner(GEOCLUE, self.register)

    def register(self, owner):
        """Makes itself known to each GeoClue that comes."""
        if owner:
            manager = dbus.Interface(
                self.bus.get_object(GEOCLUE, MANAGER_PATH, introspect=False), f"{GEOCLUE}.Manager"
            )
            manager.AddAgent(AGENT_ID, reply_handler=lambda: None, error_handler=print)

    def properties_of(self, interface):
        if interface != AGENT:
            return dbus.Dictionary({}, signature="sv")
        return dbus.Dictionary({"MaxAccuracyLevel": dbus.UInt32(EXACT)}, signature="sv")

    @dbus.service.method(AGENT, in_signature="su", out_signature="bu")
    def AuthorizeApp(self, _desktop_id, level):
        """Whether an application may know the place, and how well."""
        return True, level
