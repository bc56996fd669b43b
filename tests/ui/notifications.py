# SPDX-License-Identifier: Apache-2.0
"""Stands for the desktop where it shows notifications: prints "summary|body" of each, one on a line. Started as a program of its
own; Notifications in a test starts it and reads what it prints."""
import subprocess
import sys
import tempfile

from a11y import wait

INTERFACE = """<node><interface name='org.freedesktop.Notifications'>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>
<arg type='i' direction='in'/><arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
</interface></node>"""


class Notifications:
    def __enter__(self):
        self.log = tempfile.NamedTemporaryFile(mode="w+")
        self.process = subprocess.Popen([sys.executable, __file__], stdout=self.log)
        wait(lambda: "ready" in self.all(), "the place for notifications")
        return self

    def __exit__(self, *rest):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def all(self):
        with open(self.log.name, encoding="utf-8") as file:
            return file.read().splitlines()


def serve():
    from gi.repository import Gio, GLib

    def on_call(connection, sender, path, interface, method, parameters, invocation):
        answers = {"GetCapabilities": GLib.Variant("(as)", (["body"],)), "Notify": GLib.Variant("(u)", (1,))}
        if method == "Notify":
            print(f"{parameters[3]}|{parameters[4]}", flush=True)
        invocation.return_value(answers.get(method))

    def on_bus(connection, name):
        info = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        connection.register_object("/org/freedesktop/Notifications", info, on_call, None, None)

    Gio.bus_own_name(Gio.BusType.SESSION, "org.freedesktop.Notifications", Gio.BusNameOwnerFlags.NONE, on_bus,
                     lambda connection, name: print("ready", flush=True), None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    serve()
