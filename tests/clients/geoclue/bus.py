"""A private D-Bus system bus, and children that are ended by the one who started them."""

import pathlib
import signal
import subprocess
import time

# Nobody but this test can reach the socket, so the bus itself refuses nothing.
BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow send_type="method_call"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"""

# How long a child gets between being asked to end and being killed.
GRACE_S = 10.0


class Children:
    """What this test started, newest first when it is ended."""

    def __init__(self):
        self.running = []

    def start(self, name, command, log, env=None, stdout=None):
        """Starts a child whose output goes to the file `log`."""
        with open(log, "ab") as output:
            child = subprocess.Popen(
                command, env=env, stdin=subprocess.DEVNULL, stdout=stdout or output, stderr=output
            )
        child.name, child.log = name, pathlib.Path(log)
        self.running.append(child)
        return child

    def end(self, child):
        """Ends one child and returns its exit status."""
        self.running.remove(child)
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        try:
            return child.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()

    def end_all(self):
        """Ends every child that is left."""
        for child in reversed(list(self.running)):
            self.end(child)

    def dead(self):
        """The children that ended by themselves."""
        return [child for child in self.running if child.poll() is not None]


def start_bus(children, folder):
    """Starts the private bus and returns its address."""
    socket = folder / "bus"
    config = folder / "bus.conf"
    config.write_text(BUS_CONFIG.format(socket=socket), encoding="utf-8")
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"]
    child = children.start("dbus-daemon", command, folder / "bus.log")
    wait_until(lambda: socket.exists() or child.poll() is not None, 10.0)
    if child.poll() is not None:
        raise RuntimeError(f"dbus-daemon ended at once: {child.log.read_text(errors='replace')}")
    return f"unix:path={socket}"


def wait_until(is_so, limit_s, step=lambda: time.sleep(0.05)):
    """Whether `is_so` became true within `limit_s`; `step` passes the time between two looks."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if is_so():
            return True
        step()
    return bool(is_so())
