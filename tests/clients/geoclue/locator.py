"""The real GeoClue on the private bus, and a program that asks it where it is."""

import os
import pathlib
import subprocess

import dbus

from agent import AGENT_ID, EXACT
from bus import wait_until

GEOCLUE = "/usr/libexec/geoclue"
CONFIG_FOLDER = pathlib.Path("/etc/geoclue")
NAME = "org.freedesktop.GeoClue2"
MANAGER_PATH = "/org/freedesktop/GeoClue2/Manager"
CLIENT = f"{NAME}.Client"
LOCATION = f"{NAME}.Location"

# What the asking program calls itself; the configuration lets it know the place.
DESKTOP_ID = "cairn-test"

CONFIG = """[agent]
whitelist={agent}

[network-nmea]
enable=false

[3g]
enable={phone}

[cdma]
enable=false

[modem-gps]
enable={phone}

[compass]
enable=false

[wifi]
enable=true
url={url}/v1/geolocate?key=test
submit-data={phone}
submission-url={url}/v1/submit?key=test
submission-nick=cairn-test

[{app}]
allowed=true
system=true
users=
"""


def start_geoclue(children, bus_address, url, folder, has_phone):
    """Starts the daemon with a configuration of its own and waits until it is on the bus.

    With `has_phone` it uses the modem's cell and receiver, and submits what it hears where it has a fix.

    The daemon reads a fixed path. In a mount namespace of its own a folder of ours lies over it, so that
    the system's file is neither read nor changed.
    """
    config = folder / "geoclue"
    config.mkdir(exist_ok=True)
    phone = "true" if has_phone else "false"
    text = CONFIG.format(phone=phone, url=url, app=DESKTOP_ID, agent=AGENT_ID)
    (config / "geoclue.conf").write_text(text, encoding="utf-8")
    env = {
        "PATH": os.environ["PATH"],
        "DBUS_SYSTEM_BUS_ADDRESS": bus_address,
        "G_MESSAGES_DEBUG": "all",
        # A machine without a default route is online all the same: the service is on loopback.
        "GIO_USE_NETWORK_MONITOR": "base",
        "GIO_USE_PROXY_RESOLVER": "dummy",
        # Files of GLib's are looked for here and not found.
        "HOME": str(folder),
    }
    inside = f'mount --bind "$0" {CONFIG_FOLDER} && exec "$@"'
    command = ["unshare", "--mount", "--propagation", propagation(), "sh", "-c", inside]
    command += [str(config), GEOCLUE, "--timeout=0"]
    child = children.start("geoclue", command, folder / "geoclue.log", env=env)
    bus = dbus.SystemBus()
    wait_until(lambda: bus.name_has_owner(NAME) or child.poll() is not None, 20.0)
    if not bus.name_has_owner(NAME):
        raise RuntimeError(f"geoclue does not serve:\n{child.log.read_text(errors='replace')}")
    return child


def propagation():
    """What `unshare` can do about mounts: in a chroot the root is no mount that could be made private."""
    alone = ["unshare", "--mount", "--propagation", "private", "true"]
    is_possible = subprocess.run(alone, capture_output=True, check=False).returncode == 0
    return "private" if is_possible else "unchanged"


def uncover(folder):
    """Takes our folder off the system's, where the mount got out of its namespace (see `propagation`)."""
    if (folder / "geoclue").exists() and CONFIG_FOLDER.samefile(folder / "geoclue"):
        subprocess.run(["umount", str(CONFIG_FOLDER)], check=True)


class Locator:
    """One client of GeoClue."""

    def __init__(self, pump):
        """`pump` handles the signals that have come."""
        self.bus, self.pump = dbus.SystemBus(), pump
        manager = dbus.Interface(self.bus.get_object(NAME, MANAGER_PATH), f"{NAME}.Manager")
        self.path = manager.CreateClient()
        self.object = self.bus.get_object(NAME, self.path)
        self.updates = []
        self.client = dbus.Interface(self.object, CLIENT)
        self.client.connect_to_signal("LocationUpdated", lambda old, new: self.updates.append(new))
        self.set("DesktopId", DESKTOP_ID)
        self.set("RequestedAccuracyLevel", dbus.UInt32(EXACT))

    def set(self, name, value):
        """Sets a property of the client."""
        dbus.Interface(self.object, dbus.PROPERTIES_IFACE).Set(CLIENT, name, value)

    def is_active(self):
        """Whether GeoClue took the client in."""
        return bool(dbus.Interface(self.object, dbus.PROPERTIES_IFACE).Get(CLIENT, "Active"))

    def start(self):
        """Starts to ask."""
        self.client.Start()

    def stop(self):
        """Ends asking and forgets the client."""
        self.client.Stop()
        manager = dbus.Interface(self.bus.get_object(NAME, MANAGER_PATH), f"{NAME}.Manager")
        manager.DeleteClient(self.path)

    def wait(self, limit_s):
        """The newest location within `limit_s`: a dict, or None."""
        wait_until(lambda: self.updates, limit_s, self.pump)
        if not self.updates:
            return None
        location = self.bus.get_object(NAME, self.updates[-1])
        return dbus.Interface(location, dbus.PROPERTIES_IFACE).GetAll(LOCATION)
