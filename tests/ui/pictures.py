# SPDX-License-Identifier: Apache-2.0
"""Makes pictures of every place in every look into a folder: pictures.py FOLDER. To be looked at, not compared."""
import os
import re
import subprocess
import sys
import tempfile
import time

from a11y import FAST, App, keys, shot, type_text, wait
from factory_line import PIN, Line, serial

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
vectors = os.environ["VECTORS"]
SLOW = "code-size=786432,flash-timing=none"

# as people set it: every size that the theme has in points follows
large = tempfile.TemporaryDirectory()
os.makedirs(os.path.join(large.name, "gtk-4.0"))
with open(os.path.join(large.name, "gtk-4.0/settings.ini"), "w", encoding="utf-8") as settings:
    settings.write("[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=0\ngtk-cursor-blink=0\n")
with open(os.path.join(large.name, "gtk-4.0/gtk.css"), "w", encoding="utf-8") as style:
    style.write("* { -gtk-dpi: 144; }\n")

looks = {
    "light": {},
    "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"},
    "contrast": {"ADW_DEBUG_HIGH_CONTRAST": "1"},
    "zh_CN": {"LANGUAGE": "zh_CN"},
    "narrow": {},
    "large": {"XDG_CONFIG_HOME": large.name},
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
    subprocess.run(["convert", path, "-trim", "+repage", path], check=True)


def first(look, env):
    with App(bare=True, **env) as app:
        size(look)
        for place in ("devices", "package", "flash", "factory", "console", "history"):
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
        time.sleep(2)
        take(look, "flash-two-busy")
        wait(lambda: sum("1.1" in t and "1.0" in t for t in app.texts()) >= 2, "the end", 60)
        take(look, "flash-two-done")
        app.do("show-console")
        app.press("^(Connect|连接)")
        time.sleep(0.5)
        type_text("version")
        keys("Return")
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
        time.sleep(2)
        take(look, "flash-busy")
        wait(lambda: any("1.1" in t and "1.0" in t for t in app.texts()), "the end", 60)
        take(look, "flash-done")


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


def package(look, env):
    """The package page: a sound one, a damaged one, its findings, and a recipe: empty, filled, not to be built."""
    with App(os.path.join(vectors, "ws63/v02_app_boot_nv/signed.fwpkg"), bare=True, **env) as app:
        size(look)
        wait(lambda: any("40.1 KiB" in t for t in app.texts()), "the summary")
        take(look, "package-inspect")
    with tempfile.TemporaryDirectory() as place:
        with open(os.path.join(vectors, "ws63/v02_app_boot_nv/signed.fwpkg"), "rb") as file:
            damaged = bytearray(file.read())
        damaged[5000] ^= 1
        with open(os.path.join(place, "damaged.fwpkg"), "wb") as file:
            file.write(damaged)
        with App(os.path.join(place, "damaged.fwpkg"), bare=True, **env) as app:
            size(look)
            wait(lambda: any("0x2a0" in t for t in app.texts()), "the finding")
            show = [n for n in app.root.nodes() if "button" in n.role and re.search("Show in File|在文件中", n.name)]
            show[0].click()
            take(look, "package-damaged")
    with App(os.path.join(vectors, "ws63/README.md"), bare=True, **env) as app:
        size(look)
        wait(lambda: any("not-recognised" in t for t in app.texts()), "the refusal")
        take(look, "package-failed")
    with App(bare=True, **env) as app:
        size(look)
        app.do("new-package")
        take(look, "package-new")
        entry = wait(lambda: next((n for n in app.root.nodes() if n.role == "text" and re.match("Application|应用", n.name)),
                                  None), "the entry of the image")
        entry.write(os.path.join(vectors, "ws63/inputs/app_sign.bin"))
        time.sleep(1)
        take(look, "package-recipe")
        entry.write(os.path.join(vectors, "ws63/inputs/nv.bin"))
        time.sleep(1)
        take(look, "package-recipe-error")


def scan(text):
    type_text(text)
    keys("Return")


def factory(look, env):
    """The factory page: a file with errors, not started, ready, at work, mixed verdicts, a refusal, and locked."""
    with Line(2, extra="colour = red\nsteps = flash, confirm, run self-test\n", package="nowhere.fwpkg") as line:
        with App(line.station, bare=True, **env) as app:
            size(look)
            wait(lambda: any("colour" in t for t in app.texts()), "the findings")
            take(look, "factory-errors")
    with Line(8, extra="[link]\nlost = 2s\n[before]\nhardware-id = 0\n") as line, App(line.station, bare=True, **env) as app:
        size(look)
        wait(lambda: any("sensor-line-3" in t for t in app.texts()), "the station")
        take(look, "factory-stopped")
        app.do("run-station")
        for slot, options in enumerate(([], ["--hardware-id", "77"], ["--baud", "9600"], ["--deaf"], []), 1):
            line.plug(slot, *options)
        wait(lambda: sum(t in ("Scan", "扫码") for t in app.texts()) == 5, "five boards")
        take(look, "factory-ready")
        for count in range(1, 5):
            scan(serial(count))
        wait(lambda: sum(t in ("PASS", "FAIL", "合格", "不合格") for t in app.texts()) >= 2, "two verdicts", 30)
        scan("WS63-12345")
        take(look, "factory-mixed")
        for count in range(5, 8):
            scan(serial(count))
        wait(lambda: sum(t in ("PASS", "FAIL", "合格", "不合格") for t in app.texts()) >= 4, "four verdicts", 30)
        app.do("lock-station")
        take(look, "factory-pin")
        for _ in range(2):
            scan(PIN)
        wait(lambda: any(t in ("Operator", "操作员") for t in app.texts()), "the lock")
        take(look, "factory-locked")
        app.do("lock-station")
        scan("0000")
        wait(lambda: any("not the PIN" in t or "PIN 不" in t for t in app.texts()), "the refusal")
        take(look, "factory-unlock")


def stopped(look, env):
    """The factory page after a crash: a number in doubt, and what to do with it; a cable that was pulled, a number that is
    there twice; a station that has stopped by itself."""
    slow = ["--baud", "9600"]
    with Line(4, extra="[link]\nlost = 2s\n[before]\nhardware-id = 0\n", start="on = scan\nuntil-failures = 2") as line:
        line.plug(1, *slow)
        with App(line.station, **env) as app:
            app.do("run-station")
            wait(lambda: any(t in ("Scan", "扫码") for t in app.texts()), "a board")
            scan(serial(1))
            wait(lambda: any(re.match("[1-9][0-9]* %", t) for t in app.texts()), "progress")
            app.process.kill()
        line.pull(1)
        with App(line.station, **env) as app:
            size(look)
            wait(lambda: any("sensor-line-3" in t for t in app.texts()), "the station")
            app.do("run-station")
            line.plug(1)
            line.plug(2, "--unplug-at", "9000", "--replug-after", "600000")
            wait(lambda: sum(t in ("Scan", "扫码") for t in app.texts()) == 2, "two boards")
            scan(serial(2))
            scan(serial(3))
            wait(lambda: sum(t in ("PASS", "FAIL", "合格", "不合格") for t in app.texts()) >= 2, "two verdicts", 30)
            scan(serial(2))
            take(look, "factory-duplicate")
            scan(serial(1))
            take(look, "factory-doubt")
            app.press("^_?Decide|^决定")
            take(look, "factory-doubt-list")
            line.plug(3, "--hardware-id", "77")
            wait(lambda: any(t in ("Scan", "扫码") for t in app.texts()), "a third board")
            scan(serial(4))
            wait(lambda: any(re.match("Stopped:|已停止", t) for t in app.texts()), "the end", 30)
            take(look, "factory-stopped-itself")


wanted = os.environ.get("LOOKS", " ".join(looks)).split()
parts = [globals()[name] for name in os.environ.get("PARTS", "first one busy errors package factory stopped").split()]
for look in wanted:
    with tempfile.TemporaryDirectory() as data:  # each begins without records
        for part in parts:
            part(look, {**looks[look], "XDG_DATA_HOME": data})
            print(f"{look} {part.__name__}", flush=True)
