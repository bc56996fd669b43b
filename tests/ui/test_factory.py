# SPDX-License-Identifier: Apache-2.0
"""A factory station with eight slots: a scanner types, one cable is pulled, a number is refused, and a lock that leaves
nothing but the operator's part, also after the program was started again. Then one that is killed: the number that it leaves
in doubt is decided on, and failures stop it."""
import os
import re
import subprocess
import tempfile

from a11y import App, inside, keys, type_text, wait
from factory_line import PIN, Line, serial
from notifications import Notifications

SLOTS = 8
OPERATORS = {"win.show-factory", "win.escape", "win.lock-station", "win.start-slots", "win.retry-failed", "win.focus-serial",
             "win.full-screen"}


def scan(text):
    """As a scanner does: fast, then Enter."""
    type_text(text)
    keys("Return")


def slot(app, number):
    """All texts of a slot, by the heading that begins with its number."""
    nodes = app.root.nodes()
    grid = next(n for n in nodes if n.role == "table" and n.name == "Slots")
    texts = [n.name for n in inside(nodes, grid) if n.role == "label"]
    starts = [i for i, text in enumerate(texts) if text == str(number) or text.startswith(f"{number} ")]
    ends = [i for i, text in enumerate(texts) if text == str(number + 1) or text.startswith(f"{number + 1} ")]
    return texts[starts[0]:ends[0] if ends else None]


def shows(app, number, word, limit=15.0):
    wait(lambda: word in slot(app, number), f"{word} in slot {number}", limit)


def verdicts(app):
    """The words of all slots that have ended, in their order."""
    return [text for text in app.texts() if text in ("PASS", "FAIL")]


def eight_at_once(app, line):
    for number in range(1, SLOTS + 1):
        # the one whose cable is pulled has more to send
        line.plug(number, *(["--unplug-at", "9000", "--replug-after", "600000"] if number == 5 else []))
    wait(lambda: app.texts().count("Scan") == SLOTS, "eight boards")
    # the label of a slot, then its number: not the first that waits
    scan("SLOT:8")
    app.see("^The next number is for slot 8$")
    scan(serial(8))
    app.see("^Taken for slot 8$")
    for number in range(1, SLOTS):
        scan(serial(number))
    wait(lambda: len(verdicts(app)) == SLOTS, "eight verdicts", 60)
    for number in range(1, SLOTS + 1):
        texts = slot(app, number)
        assert ("FAIL" if number == 5 else "PASS") in texts, texts
        assert any(text.startswith(serial(number)) for text in texts), texts
    assert "Cable unplugged" in slot(app, 5) or "Stopped answering" in slot(app, 5), slot(app, 5)
    app.see("^Pass 7$", "^Fail 1$", "^Yield 87.5 %$", "^7/h$")


def refused(app, line):
    """Nothing is started, and the reason stands beside."""
    scan(serial(1))
    app.see("used before|Another board")
    scan("WS63-12345")
    app.see("check digit")
    scan("4006381333931")
    app.see("does not look like")
    scan("SLOT:9")
    app.see("no such slot")
    # all slots have their board: the number waits for the next one
    scan(serial(9))
    app.see("^No slot is free", "^1 number waits for a board$")
    line.pull(1)
    shows(app, 1, "Insert board")
    line.plug(1)
    wait(lambda: not app.sees("waits for a board"), "the queue to be empty")
    shows(app, 1, "Ready")
    keys("space")
    shows(app, 1, "PASS", 30)
    app.see("^Pass 8$")


def failure_stays(app, line):
    """Until someone acts: puts in another board, or has this one tried again, with the number that it had."""
    assert "FAIL" in slot(app, 5)
    line.pull(5)
    line.plug(5, "--hardware-id", "77")
    shows(app, 5, "Scan")
    scan(serial(5))
    shows(app, 5, "FAIL", 30)
    assert "Wrong board" in slot(app, 5), slot(app, 5)
    app.press("^_?Retry.*slot 5")
    wait(lambda: "Fail 3" in app.texts(), "the second failure of that board")
    shows(app, 5, "FAIL")


def lock(app, line):
    """The first time the station gets its PIN."""
    keys("ctrl+shift+l")
    app.see("^Choose the PIN")
    type_text("12")
    keys("Return")
    type_text("12")
    keys("Return")
    app.see("at least 4")
    type_text(PIN)
    keys("Return")
    type_text(PIN)
    keys("Return")
    app.see("^Operator$")
    with open(line.station, encoding="utf-8") as file:
        text = file.read()
    assert "pin = pbkdf2-sha256:" in text and PIN + "\n" not in text


def nothing_reachable(app):
    """Walks what assistive technology can reach; then tries the keys of everything else."""
    nodes = app.root.nodes()
    buttons = [n for n in nodes if "button" in n.role and n.is_sensitive()]
    strange = [n.name for n in buttons if not any(word in n.name for word in ("Operator", "Unlock", "Retry"))]
    assert not strange, strange
    for forbidden in ("Devices", "Package", "Flash", "Console", "History", "Preferences"):
        assert not [n for n in nodes if n.name == forbidden and n.is_sensitive()], forbidden
    assert not [n for n in nodes if n.role in ("dialog", "list", "menu item") and n.is_sensitive()]
    for name in app.window.actions():
        if name not in OPERATORS and not name.startswith(("default.", "window.")):
            app.window.do(name)
    windows = [n for n in app.root.nodes() if n.role in ("frame", "dialog")]
    assert len(windows) == 1, [n.name for n in windows]
    keys("alt+1", "ctrl+comma", "F1", "F9", "F10", "ctrl+o", "ctrl+shift+o", "F8", "ctrl+shift+w", "ctrl+q", "alt+F4")
    subprocess.run([os.environ["GANTRY_GUI"], os.path.join(os.environ["VECTORS"], "ws63/README.md")], check=True, env=app.env,
                   timeout=10)
    app.see("^Operator$")
    assert app.process.poll() is None, "the app was closed"
    windows = [n for n in app.root.nodes() if n.role in ("frame", "dialog")]
    assert len(windows) == 1, [n.name for n in windows]
    assert app.sees("^sensor-line-3") and not app.sees("^Devices$|^Simulated$")


def operator_works(app, line):
    """Locked, and still a line."""
    line.pull(2)
    shows(app, 2, "Insert board")
    line.plug(2)
    shows(app, 2, "Scan")
    scan(serial(10))
    shows(app, 2, "PASS", 30)


def unlock(app):
    keys("ctrl+shift+l")
    app.see("PIN unlocks")
    type_text("0000")
    keys("Return")
    app.see("not the PIN")
    type_text(PIN)
    keys("Return")
    app.see("^Devices$", "^Lock$")
    # what was pressed before has opened nothing that comes to light now
    assert not [n.name for n in app.root.nodes() if n.role in ("menu", "menu item")]


def closing_asks(app, line):
    """Stopped and started again the file is read anew; while a board runs the window asks before it goes."""
    keys("F8")
    app.see("^Start Station$")
    line.pull(3)
    line.plug(3, "--baud", "9600")
    keys("F8")
    app.see("^Stop$")
    shows(app, 3, "Scan")
    scan("SLOT:3")
    scan(serial(11))
    wait(lambda: any(text.endswith(" %") for text in slot(app, 3)), "a board that runs")
    keys("ctrl+q")
    app.see("^A board is being flashed$")
    app.press("Stop and Close")
    wait(lambda: app.process.poll() is not None, "the end of the program")
    # a leak checker has a number of its own, and what it found is looked at when the program is left
    assert app.process.returncode >= 0


def cut_off(app, line):
    """Locked, with a board at work when the program dies."""
    app.do("lock-station")
    app.see("^Choose the PIN")
    for _ in range(2):
        type_text(PIN)
        keys("Return")
    app.see("^Operator$")
    line.plug(1, "--baud", "9600")
    # from its first percent on the board is in the records
    wait(lambda: any(re.match("[1-9][0-9]* %", text) for text in slot(app, 1)), "a board that runs")
    app.process.kill()


def decide(app, line, notifications):
    """The operator sees that a number is in doubt; the supervisor decides, and the station stays locked."""
    app.see("^1 serial number is in doubt")
    assert not app.sees("^WS63-0001$")
    app.press("^_?Decide")
    app.see("PIN is needed to decide")
    type_text("0000")
    keys("Return")
    app.see("not the PIN")
    type_text(PIN)
    keys("Return")
    app.see("^WS63-0001$", "^Slot 1 ")
    assert app.unnamed() == [], app.unnamed()
    app.press("^WS63-0001: A board bears")
    wait(lambda: not app.sees("in doubt"), "no doubt to be left")
    app.see("^Operator$")
    # it is used: the next board has the next number; and a failure stops this station, which is told to who looks elsewhere
    subprocess.run("xdotool search --onlyvisible --name Gantry windowminimize", shell=True, check=True)
    line.plug(1, "--hardware-id", "77")
    wait(lambda: any("WS63-0002" in text for text in slot(app, 1)), "the next number")
    app.see("^Stopped: 1 board has failed. Ask the supervisor.$")
    shows(app, 1, "FAIL")
    told = "sensor-line-3: Stopped: 1 board has failed|Pass 0, fail 1"
    wait(lambda: told in notifications.all(), "the notification")


with tempfile.TemporaryDirectory() as config, Line(SLOTS, extra="[link]\nlost = 2s\n[before]\nhardware-id = 0\n") as line:
    settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": config}
    with App(line.station, **settings) as app:
        app.see("^Start Station$", "^Not started$")
        assert app.unnamed() == [], app.unnamed()
        app.press("^_?Start Station")
        eight_at_once(app, line)
        refused(app, line)
        failure_stays(app, line)
        lock(app, line)
        nothing_reachable(app)
        operator_works(app, line)
        app.see("^Pass 9$", "^Fail 3$")
        assert app.unnamed() == [], app.unnamed()
    # locked it was left, locked it is; and what was counted still is
    with App(**settings) as app:
        app.see("^Operator$", "^Pass 9$", "^Fail 3$", "^Yield 75.0 %$")
        nothing_reachable(app)
        unlock(app)
        closing_asks(app, line)

COUNTER = "source = counter\npattern = WS63-####\n"
with tempfile.TemporaryDirectory() as config, Line(1, extra="[before]\nhardware-id = 0\n", serial=COUNTER,
                                                   start="until-failures = 1") as line:
    settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": config}
    with App(line.station, **settings) as app:
        app.see("^Start Station$")
        cut_off(app, line)
    line.pull(1)
    with Notifications() as notifications, App(**settings) as app:
        decide(app, line, notifications)
