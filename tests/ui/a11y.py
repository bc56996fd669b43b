# SPDX-License-Identifier: Apache-2.0
"""The app as assistive technology sees it: find, press, type, wait."""
import contextlib
import functools
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

# What GTK, its buses and Mesa say of a bare display, which is not about the app.
HARMLESS = re.compile(r"libEGL|MESA|dconf-CRITICAL.*unable to create|Unable to acquire session bus|unable to send notifications")
WARNING = re.compile(r"(WARNING|CRITICAL|ERROR) \*\*|runtime error:|AddressSanitizer|LeakSanitizer")

# A sanitizer looks for leaks at the end. In the libraries it loses its way after one frame, unless every frame is looked
# up, which makes the app some three times slower: that is for GANTRY_FULL=1, where what has no frame of ours in its stack
# is the libraries'. Else only this is known to be theirs: GLib's table of 2048 quarks, left where it is when it has been
# outgrown, now and then a name that GTK's theme of icons drops, and the first 128 bytes of messages that GDBus has not
# handed to its bus yet.
IS_FULL = os.environ.get("GANTRY_FULL") == "1"
WHOLE_STACKS = ":detect_leaks=1:fast_unwind_on_malloc=0:malloc_context_size=30"
OF_LIBRARIES = re.compile(r"Direct leak of ((16384|[12]?\d) byte\(s\) in 1 object\(s\)"
                          r"|(128 byte\(s\) in 1|256 byte\(s\) in 2|384 byte\(s\) in 3) object\(s\)[^\n]*\n[^\n]*_realloc )")
OURS = re.compile(r"/(ui|engine|protocol)/[\w/-]+\.[ch]:\d")

ROOT = "/org/a11y/atspi/accessible/root"
WINDOW_COORDINATES = GLib.Variant("(u)", (int(Atspi.CoordType.WINDOW),))


def wait(probe, what, limit=15.0):
    """Polls until probe() is true, and returns what it gave."""
    end = time.monotonic() + limit * float(os.environ.get("TEST_SLOWNESS", "4" if IS_FULL else "1"))
    while time.monotonic() < end:
        try:
            got = probe()
            if got:
                return got
        except GLib.Error:
            pass  # the node went away while we looked
        time.sleep(0.03)
    raise AssertionError(f"gave up waiting for {what}")


class Bus:
    """The accessibility bus, without a cache of what it said before."""

    _connection = None

    @classmethod
    def _connect(cls):
        if cls._connection:
            return cls._connection
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address, = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                     Gio.DBusCallFlags.NONE, -1, None).unpack()
        flags = Gio.DBusConnectionFlags
        cls._connection = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)
        return cls._connection

    @classmethod
    def ask(cls, peer, path, interface, method, arguments=None):
        return cls._connect().call_sync(peer, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, 15000, None)

    @classmethod
    def call(cls, peer, path, interface, method, arguments=None):
        return cls.ask(peer, path, interface, method, arguments).unpack()

    @classmethod
    def call_many(cls, peer, calls):
        """All calls (path, interface, method, arguments) at once: the answers in their order, None for an error."""
        answers = {}

        def on_answer(connection, result, index):
            try:
                answers[index] = connection.call_finish(result)
            except GLib.Error:
                answers[index] = None

        for index, (path, interface, method, arguments) in enumerate(calls):
            cls._connect().call(peer, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, 15000, None,
                                on_answer, index)
        while len(answers) < len(calls):
            GLib.MainContext.default().iteration(True)
        return [answers[index] for index in range(len(calls))]


@functools.lru_cache(maxsize=None)
def role_name(role):
    return Atspi.role_get_name(Atspi.Role(role))


class Node:
    """A widget: role and name as they were when the tree was read; state, place and value are asked when wanted."""

    def __init__(self, peer, path, role, name, depth):
        self.peer, self.path, self.role, self.name, self.depth = peer, path, role, name, depth

    def call(self, interface, method, arguments=None):
        return Bus.call(self.peer, self.path, "org.a11y.atspi." + interface, method, arguments)

    def extents(self):
        """x, y, width, height within its window."""
        return self.call("Component", "GetExtents", WINDOW_COORDINATES)[0]

    def has_state(self, state):
        words, = self.call("Accessible", "GetState")
        return bool(words[int(state) // 32] >> int(state) % 32 & 1)

    def is_sensitive(self):
        return self.has_state(Atspi.StateType.SENSITIVE)  # ENABLED is never set

    def is_checked(self):
        return self.has_state(Atspi.StateType.CHECKED)

    def actions(self):
        """Their stable names; GetActions has those of buttons translated."""
        return [answer.unpack()[0] for answer in Bus.call_many(self.peer, [
            (self.path, "org.a11y.atspi.Action", "GetName", GLib.Variant("(i)", (i,)))
            for i in range(len(self.call("Action", "GetActions")[0]))])]

    def do(self, action):
        assert self.call("Action", "DoAction", GLib.Variant("(i)", (self.actions().index(action),)))[0]

    def click(self):
        self.do("click")

    def value(self):
        wanted = GLib.Variant("(ss)", ("org.a11y.atspi.Value", "CurrentValue"))
        return Bus.call(self.peer, self.path, "org.freedesktop.DBus.Properties", "Get", wanted)[0]

    def text(self):
        return self.call("Text", "GetText", GLib.Variant("(ii)", (0, -1)))[0]

    def write(self, text):
        assert self.call("EditableText", "SetTextContents", GLib.Variant("(s)", (text,)))[0]


class Program:
    """A program on the accessibility bus."""

    def __init__(self, peer):
        self.peer = peer

    @classmethod
    def find(cls, name):
        """None as long as it is not there."""
        wanted = GLib.Variant("(ss)", ("org.a11y.atspi.Accessible", "Name"))
        peers, = Bus.call("org.a11y.atspi.Registry", ROOT, "org.a11y.atspi.Accessible", "GetChildren")
        for peer, _ in peers:
            if Bus.call(peer, ROOT, "org.freedesktop.DBus.Properties", "Get", wanted)[0] == name:
                return cls(peer)
        return None

    def nodes(self):
        """All that can be seen, each after its parent and in the order of reading."""
        below = self._paths_below()
        known = self._known()
        ordered = []

        def visit(path, depth):
            if path in known:  # else it went away meanwhile
                ordered.append(Node(self.peer, path, *known[path], depth))
            for child in below[path]:
                visit(child, depth + 1)

        visit(ROOT, 0)
        return ordered

    def _known(self):
        """Role and name by path, of all that was ever asked for. Unpacking the rest too would take most of the time."""
        answer = Bus.ask(self.peer, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems").get_child_value(0)
        known = {}
        for index in range(answer.n_children()):
            item = answer.get_child_value(index)
            path = item.get_child_value(0).get_child_value(1).get_string()
            known[path] = (role_name(item.get_child_value(7).get_uint32()), item.get_child_value(6).get_string())
        return known

    def _paths_below(self):
        """Which paths each path has below it, level by level. GTK 4.8 never says SHOWING; what was never mapped has no
        extent instead, and between a stack and what it shows there is an object that has no place at all."""
        below = {ROOT: []}
        level = [ROOT]
        while level:
            answers = Bus.call_many(self.peer, [(path, "org.a11y.atspi.Accessible", "GetChildren", None) for path in level])
            pairs = [(parent, child) for parent, answer in zip(level, answers) for child in paths_in(answer)]
            places = [None] * len(pairs)
            if level != [ROOT]:  # a window is there without having a place
                places = Bus.call_many(self.peer, [
                    (child, "org.a11y.atspi.Component", "GetExtents", WINDOW_COORDINATES) for _, child in pairs])
            level = []
            for (parent, child), place in zip(pairs, places):
                if child not in below and has_extent(place):
                    below[parent].append(child)
                    below[child] = []
                    level.append(child)
        return below


def paths_in(answer):
    """Of a list of references; none in an error."""
    if not answer:
        return []
    found = answer.get_child_value(0)
    return [found.get_child_value(i).get_child_value(1).get_string() for i in range(found.n_children())]


def has_extent(place):
    """What has no place has no empty one."""
    box = place.get_child_value(0) if place else None
    return not box or (box.get_child_value(2).get_int32() > 0 and box.get_child_value(3).get_int32() > 0)


def find(program, role, name):
    """The first node of that role whose name matches; None if there is none."""
    pattern = re.compile(name)
    return next((n for n in program.nodes() if n.role == role and pattern.search(n.name)), None)


def inside(nodes, node):
    """Those of nodes that stand below one of them."""
    start = next(i for i, each in enumerate(nodes) if each.path == node.path)
    end = next((i for i in range(start + 1, len(nodes)) if nodes[i].depth <= node.depth), len(nodes))
    return nodes[start + 1:end]


def keys(*combos):
    subprocess.run(["xdotool", "key", "--delay", "12", *combos], check=True)


def type_text(text):
    subprocess.run(["xdotool", "type", "--delay", "8", text], check=True)


def window_place(title="^Gantry$"):
    """Where the window's content begins on the screen."""
    window = subprocess.check_output(["xdotool", "search", "--sync", "--onlyvisible", "--name", title], text=True).split()[0]
    lines = subprocess.check_output(["xdotool", "getwindowgeometry", "--shell", window], text=True).splitlines()
    place = dict(line.split("=") for line in lines)
    return int(place["X"]), int(place["Y"])


def middle(node):
    """Of a node, on the screen."""
    left, top, width, height = node.extents()
    x, y = window_place()
    return x + left + width // 2, y + top + height // 2


@contextlib.contextmanager
def dropped(path, on, over=lambda: None):
    """A file from a window of its own on a node of the app, which is moved out of its way; over() is called before it is
    let go."""
    source = subprocess.Popen([os.environ["DRAG_SOURCE"], path])
    try:
        wait(lambda: Program.find("drag-source"), "the source of the drag")
        for title, x, y in (("^Gantry$", 0, 0), ("^Drag source$", 1080, 720)):
            window = subprocess.check_output(["xdotool", "search", "--sync", "--name", title], text=True).split()[0]
            subprocess.run(["xdotool", "windowmove", "--sync", window, str(x), str(y)], check=True)
        x, y = middle(on)
        steps = ["mousemove", "1150", "790", "sleep", "0.1", "mousedown", "1", "sleep", "0.05"]
        for place in ((1130, 770), (1100, 740), (x + 200, y + 100), (x + 10, y + 5), (x, y)):
            steps += ["mousemove", *map(str, place), "sleep", "0.05"]
        subprocess.run(["xdotool", *steps], check=True)
        over()
        subprocess.run(["xdotool", "mouseup", "1"], check=True)
        yield
    finally:
        source.terminate()
        source.wait()


def shot(path):
    subprocess.run(["import", "-window", "root", path], check=True)


def our_leaks(log):
    """Those of a sanitizer's report that are not the libraries'."""
    leaks = [block for block in log.split("\n\n") if " leak of " in block]
    return [leak for leak in leaks if (OURS.search(leak) if IS_FULL else not OF_LIBRARIES.search(leak))]


class App:
    """The program in a window; leaving fails if it wrote a warning or has left files behind."""

    def __init__(self, *arguments, bare=False, prefix=(), **env):
        """bare: as on a computer without any port, where no pty works either."""
        self.prefix = [os.environ["UMOCKDEV_RUN"], "--"] if bare and os.environ.get("UMOCKDEV_RUN") else list(prefix)
        self.folder = tempfile.TemporaryDirectory()
        self.arguments = arguments
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + (WHOLE_STACKS if IS_FULL else "")
        self.env = {**os.environ, "TMPDIR": self.folder.name, "G_DEBUG": "fatal-criticals", "ASAN_OPTIONS": sanitizer, **env}

    def __enter__(self):
        command = [*self.prefix, os.environ["GANTRY_GUI"], *self.arguments]
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(command, env=self.env, stdout=self.log, stderr=subprocess.STDOUT)
        try:
            self.root = wait(self._on_bus, "the app on the accessibility bus")
            self.window = wait(lambda: find(self.root, "frame", "Gantry"), "the window")
        except AssertionError:
            self.__exit__(AssertionError, None, None)
            raise
        return self

    def _on_bus(self):
        assert self.process.poll() is None, "the app has ended"
        return Program.find("gantry-gui")

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
        log = self.log.read()
        lines = log.splitlines()
        bad = [line for line in lines if WARNING.search(line) and not HARMLESS.search(line)]
        if "LeakSanitizer" in log and not our_leaks(log):
            bad = [line for line in bad if "LeakSanitizer" not in line and "byte(s) leaked" not in line]
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
        self.window.do("win." + action)

    def button(self, name, last=False):
        """last: the simulated boards stand after the ports that this computer may have."""
        pattern = re.compile(name)
        found = [n for n in self.root.nodes() if n.role in ("push button", "toggle button") and pattern.search(n.name)]
        return found[-1 if last else 0] if found else None

    def press(self, name, last=False):
        def sensitive_button():
            button = self.button(name, last)
            return button if button and button.is_sensitive() else None

        wait(sensitive_button, f"the button {name} to be sensitive").click()

    def texts(self):
        return [n.name for n in self.root.nodes() if n.role == "label" and n.name]

    def see(self, *patterns, limit=15.0):
        """Waits until each pattern is in some text on the screen; returns the text of the first."""
        wanted = [re.compile(pattern) for pattern in patterns]

        def look():
            texts = self.texts()
            found = [next((text for text in texts if pattern.search(text)), None) for pattern in wanted]
            return found[0] if all(found) else None

        return wait(look, f"the text {' and '.join(patterns)}", limit)

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
        return [f"{n.role} {n.name!r}" for n in self.root.nodes()
                if n.role in wanted and (not n.name or type_name.match(n.name))]


FAST = "flash-timing=none,code-size=65536"


def simulated(app):
    """The row of the simulated board, once it has answered."""
    app.see("^Simulated board 1$", "^Ready$")
