# SPDX-License-Identifier: Apache-2.0
"""The app as assistive technology sees it: find, press, type, wait."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)

# What GTK, its buses and Mesa say of a bare display, which is not about the app.
HARMLESS = re.compile(r"libEGL|MESA|dconf-CRITICAL.*unable to create|Unable to acquire session bus|unable to send notifications")
WARNING = re.compile(r"(WARNING|CRITICAL|ERROR) \*\*|runtime error:|AddressSanitizer|LeakSanitizer")


def wait(probe, what, limit=15.0):
    """Polls until probe() is true, and returns what it gave."""
    end = time.monotonic() + limit * float(os.environ.get("TEST_SLOWNESS", "1"))
    while time.monotonic() < end:
        try:
            got = probe()
            if got:
                return got
        except GLib.Error:
            pass  # the node went away while we looked
        time.sleep(0.03)
    raise AssertionError(f"gave up waiting for {what}")


def children(node):
    return [c for c in (node.get_child_at_index(i) for i in range(node.get_child_count())) if c]


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


NO_PLACE = ("application", "frame", "dialog")


def walk_seen(node):
    """Only what is mapped: hidden places of the window stay in the tree, and asking each of their nodes takes long."""
    if node.get_role_name() in NO_PLACE or on_screen(node):
        yield node
    for child in children(node):
        # between a stack and what it shows there is an object that has no place
        if child.get_role_name() in NO_PLACE or child.get_component_iface() is None or on_screen(child):
            yield from walk_seen(child)


def on_screen(node):
    """GTK 4.8 never says SHOWING; what is not mapped has no extent instead."""
    try:
        extents = node.get_extents(Atspi.CoordType.WINDOW)
    except GLib.Error:  # it has no place, like the application itself, or is gone
        return False
    return extents.width > 0 and extents.height > 0


def sensitive(node):
    return node.get_state_set().contains(Atspi.StateType.SENSITIVE)


def find(root, role, name, visible=True):
    pattern = re.compile(name)
    for node in walk_seen(root) if visible else walk(root):
        if node.get_role_name() == role and pattern.search(node.get_name() or ""):
            return node
    return None


def actions(node):
    return [Atspi.Action.get_action_name(node, i) for i in range(Atspi.Action.get_n_actions(node))]


def keys(*combos):
    subprocess.run(["xdotool", "key", "--delay", "40", *combos], check=True)


def type_text(text):
    subprocess.run(["xdotool", "type", "--delay", "8", text], check=True)


def shot(path):
    subprocess.run(["import", "-window", "root", path], check=True)


class App:
    """The program in a window; leaving fails if it wrote a warning or has left files behind."""

    def __init__(self, *arguments, bare=False, **env):
        self.bare = bare  # as on a computer without any port, where no pty works either
        self.folder = tempfile.TemporaryDirectory()
        self.arguments = arguments
        self.env = {**os.environ, "TMPDIR": self.folder.name, "G_DEBUG": "fatal-criticals", **env}

    def __enter__(self):
        command = [os.environ["GANTRY_GUI"], *self.arguments]
        if self.bare and os.environ.get("UMOCKDEV_RUN"):
            command = [os.environ["UMOCKDEV_RUN"], "--", *command]
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(command, env=self.env, stdout=self.log, stderr=subprocess.STDOUT)
        try:
            self.root = wait(self._on_bus, "the app on the accessibility bus")
            self.window = wait(lambda: find(self.root, "frame", "Gantry", visible=False), "the window")
        except AssertionError:
            self.__exit__(AssertionError, None, None)
            raise
        return self

    def _on_bus(self):
        assert self.process.poll() is None, "the app has ended"
        return next((c for c in children(Atspi.get_desktop(0)) if c.get_name() == "gantry-gui"), None)

    def __exit__(self, kind, *rest):
        if kind:
            shot(os.path.join(os.environ.get("TEST_PICTURES", "."), os.path.basename(sys.argv[0]) + "-failed.png"))
            try:
                print("\n".join(self.texts()), file=sys.stderr)
            except Exception:  # the report of a failure must not hide it
                pass
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            kind = kind or AssertionError
            print("the app does not end", file=sys.stderr)
        self.log.seek(0)
        lines = self.log.read().splitlines()
        bad = [line for line in lines if WARNING.search(line) and not HARMLESS.search(line)]
        left = os.listdir(self.folder.name)
        self.folder.cleanup()
        if kind:
            print("\n".join(lines), file=sys.stderr)
            return
        assert not bad, "\n".join(lines)
        assert not left, f"left behind: {left}"

    # what people do

    def do(self, action):
        """A window action by its name: the same as its menu item and its key."""
        names = actions(self.window)
        assert Atspi.Action.do_action(self.window, names.index("win." + action))

    def button(self, name):
        return find(self.root, "push button", name) or find(self.root, "toggle button", name)

    def last_button(self, name):
        """The simulated boards stand after the ports that this computer may have."""
        found = [n for n in walk_seen(self.root)
                 if n.get_role_name() == "push button" and re.search(name, n.get_name() or "")]
        return found[-1] if found else None

    def press(self, name, which=None):
        button = wait(lambda: (which or self.button)(name), f"the button {name}")
        wait(lambda: sensitive(button), f"{name} to be sensitive")
        assert Atspi.Action.do_action(button, actions(button).index("click"))

    def texts(self):
        return [n.get_name() for n in walk_seen(self.root) if n.get_role_name() == "label" and n.get_name()]

    def see(self, pattern, limit=15.0):
        """Waits for a text on the screen and returns it."""
        rx = re.compile(pattern)
        return wait(lambda: next((t for t in self.texts() if rx.search(t)), None), f"the text {pattern}", limit)

    def sees(self, pattern):
        rx = re.compile(pattern)
        return any(rx.search(t) for t in self.texts())

    def unnamed(self, decoration=True):
        """What a person with a screen reader would hear as a type's name, or not at all."""
        wanted = {"push button", "toggle button", "check box", "progress bar", "entry", "text", "combo box", "switch",
                  "spin button"}
        if decoration:  # the platform's own rows have pictures and lists without a name
            wanted |= {"icon", "image", "list"}
        type_name = re.compile(r"^(Gtk|Adw|Gy)[A-Z]")
        return [f"{n.get_role_name()} {n.get_name()!r}" for n in walk_seen(self.root)
                if n.get_role_name() in wanted and (not n.get_name() or type_name.match(n.get_name()))]


FAST = "flash-timing=none,code-size=65536"


def simulated(app):
    """The row of the simulated board, once it has answered."""
    app.see("^Simulated board 1$")
    app.see("^Ready$")
