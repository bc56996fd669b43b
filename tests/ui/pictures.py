# SPDX-License-Identifier: Apache-2.0
"""Makes pictures of every place in every look into a folder: pictures.py FOLDER. To be looked at, not compared."""
import os
import subprocess
import sys
import time

from a11y import FAST, App, Atspi, find, keys, shot, simulated, wait

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
vectors = os.environ["VECTORS"]
SLOW = "code-size=786432,flash-timing=none"

looks = {
    "light": {},
    "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"},
    "contrast": {"ADW_DEBUG_HIGH_CONTRAST": "1"},
    "zh_CN": {"LANGUAGE": "zh_CN"},
    "narrow": {},
    "large": {"GTK_TEST_TEXT": "1.5"},
}


def size(look):
    width, height = ("720", "480") if look == "narrow" else ("1000", "680")
    window = subprocess.check_output(["xdotool", "search", "--sync", "--onlyvisible", "--name", "Gantry"], text=True)
    subprocess.run(["xdotool", "windowmove", window.split()[0], "40", "40"], check=True)
    subprocess.run(["xdotool", "windowsize", window.split()[0], width, height], check=True)


def take(look, name):
    time.sleep(0.5)  # what is on its way to the screen has come
    path = os.path.join(folder, f"{name}-{look}.png")
    shot(path)
    subprocess.run(["convert", path, "-crop", "1090x780+0+0", "+repage", path], check=True)


def first(look, env):
    with App(bare=True, **env) as app:
        size(look)
        for place in ("devices", "package", "flash", "console", "history"):
            app.do("show-" + place)
            take(look, place + "-empty")
        app.do("preferences")
        take(look, "preferences")
        keys("Escape")
        app.do("show-help-overlay")
        take(look, "shortcuts")


def busy(look, env):
    with App("--simulate", SLOW, "--simulate", SLOW, **env) as app:
        size(look)
        wait(lambda: sum("ws63" in t for t in app.texts()) >= 2, "two boards")
        take(look, "devices")
        app.do("show-flash")
        take(look, "flash-ready")
        app.do("start")
        wait(lambda: any("KiB/s" in t for t in app.texts()), "a rate")
        time.sleep(3)
        take(look, "flash-two-busy")
        wait(lambda: sum("1.1" in t and "1.0" in t for t in app.texts()) >= 2, "the end", 60)
        take(look, "flash-two-done")
        app.do("show-console")
        button = [n for n in buttons(app) if n.get_name() in ("Connect", "连接")]
        Atspi.Action.do_action(button[0], 0)
        take(look, "console")
        app.do("show-history")
        take(look, "history")
        app.do("show-package")
        take(look, "package")


def one(look, env):
    with App("--simulate", SLOW, **env) as app:
        size(look)
        app.do("show-console")
        app.do("show-devices")
        wait(lambda: any("ws63" in t for t in app.texts()), "the board")
        app.do("start")
        wait(lambda: any("KiB/s" in t for t in app.texts()), "a rate")
        time.sleep(4)
        take(look, "flash-busy")
        wait(lambda: any("1.1" in t and "1.0" in t for t in app.texts()), "the end", 60)
        take(look, "flash-done")


def buttons(app):
    from a11y import walk_seen
    return [n for n in walk_seen(app.root) if n.get_role_name() == "push button"]


def errors(look, env):
    with App(os.path.join(vectors, "ws63/v01_app_lzma/signed.fwpkg"), "--simulate", FAST, **env) as app:
        size(look)
        wait(lambda: any("ws63" in t for t in app.texts()) or app.do("show-devices"), "the board")
        app.do("show-flash")
        wait(lambda: any("1.0" in t for t in app.texts()), "its version")
        app.do("start")
        wait(lambda: any("untrusted-key" in t for t in app.texts()), "the refusal")
        take(look, "flash-error")
    with App(os.path.join(vectors, "ws63/README.md"), bare=True, **env) as app:
        size(look)
        app.do("show-flash")
        take(look, "package-error")


wanted = os.environ.get("LOOKS", " ".join(look for look in looks if look != "large")).split()
for look in wanted:
    for part in (first, one, busy, errors):
        part(look, looks[look])
        print(f"{look} {part.__name__}", flush=True)
