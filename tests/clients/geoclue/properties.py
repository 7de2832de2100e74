"""What all stand-ins share: objects on the bus whose properties can be read."""

import dbus
import dbus.service


class Properties(dbus.service.Object):
    """An object whose properties can be read."""

    def properties_of(self, interface):
        """The properties of one interface, by name."""
        raise NotImplementedError

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        """One property."""
        return self.properties_of(interface)[name]

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        """All properties."""
        return self.properties_of(interface)

    @dbus.service.signal(dbus.PROPERTIES_IFACE, signature="sa{sv}as")
    def PropertiesChanged(self, interface, changed, invalidated):
        """Some properties have new values."""
