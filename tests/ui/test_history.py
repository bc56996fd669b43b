# SPDX-License-Identifier: Apache-2.0
"""The history: nothing yet, filter and search, a run's details, charts with their tables, export."""
import csv
import json
import os
import subprocess

import history_data
from a11y import App, find, keys, middle, type_text, wait

PACKAGE = os.path.join(os.environ["VECTORS"], "ws63/v04_app_boot_ver/signed.fwpkg")
DATABASE = os.path.join(os.environ["XDG_DATA_HOME"], "gantry", "records.db")


def click(node):
    """What has no action on the bus: a row."""
    subprocess.run(["xdotool", "mousemove", *map(str, middle(node)), "click", "1"], check=True)


def choose(app, name, last, times):
    """A choice by keys: so many down from where it stands. @last: seen only once it is open."""
    app.press(name)
    app.see(last)
    keys(*["Down"] * times, "Return")


def go_to_history(app):
    app.see("^Simulated$|^No Devices Yet$")
    app.do("show-history")


def export(app, item, path):
    button = wait(lambda: app.button("^Export") or find(app.root, "panel", "^Export"), "the button Export")
    click(button)
    entry = wait(lambda: find(app.root, "menu item", item), f"the menu item {item}")
    entry.click()
    wait(lambda: subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Export as"],
                                stdout=subprocess.DEVNULL, check=False).returncode == 0, "the chooser's window")
    keys("ctrl+a")
    type_text(path)
    keys("Return")
    app.see(r"runs? exported to " + os.path.basename(path))
    app.press("^GtkImage$")  # the platform's own button in the toast
    wait(lambda: not app.sees("exported to"), "the toast to go")


# nothing was recorded yet
with App() as app:
    go_to_history(app)
    app.see("^No Runs Yet$")
    assert app.unnamed() == [], app.unnamed()
    app.press("Choose a _?Board")
    app.see("^Simulated$|^No Devices Yet$")
assert not os.path.exists(DATABASE), "a look makes no database"

database = history_data.make(os.environ["GANTRY"], PACKAGE, DATABASE)
history_data.fill(database, days=6, each=5)
n_all, = database.execute("SELECT count(*) FROM record").fetchone()
n_failed, = database.execute("SELECT count(*) FROM record WHERE result = 'failed'").fetchone()
n_hash, = database.execute("SELECT count(*) FROM record WHERE code = 'device/hash'").fetchone()
database.close()

with App() as app:
    app.see("^Simulated$|^No Devices Yet$")
    keys("alt+6")
    app.see(rf"^{n_all} runs, \d+ % passed$")
    assert app.unnamed() == [], app.unnamed()

    # filter by result, then search, then everything again
    choose(app, "^Result", "^Running$", 2)
    app.see(rf"^{n_failed} runs, 0 % passed$")
    keys("ctrl+f")
    type_text("device/hash")
    app.see(rf"^{n_hash} runs?, 0 % passed$")
    type_text("nothing-has-this")
    app.see("^No Such Runs$")
    app.press("Show _?All Runs")
    app.see(rf"^{n_all} runs, ")

    # a run's details
    keys("ctrl+f")
    type_text("device/hash")
    app.see(rf"^{n_hash} runs?, 0 % passed$")
    click(wait(lambda: find(app.root, "label", "^Failed$"), "a failed run"))
    app.see("refused to FINISH: the digest differs",
            "^The application runs as before; what was stored beside it is gone\\.$", "^device/hash")
    assert find(app.root, "image", r"^Connect 0\.1 s, Check .*Transfer .*Verify "), "the stages have a sentence"
    assert app.unnamed() == [], app.unnamed()
    keys("ctrl+shift+c")
    app.see("^Copied$")
    app.press("^Close Details")
    wait(lambda: not app.sees("refused to FINISH"), "the details to close")

    # the focus is back in the table: the same by keys, and Escape closes
    keys("Down")
    app.see("refused to FINISH: the digest differs")
    keys("Escape")
    wait(lambda: not app.sees("refused to FINISH"), "the details to close")

    # what is exported is what the filter leaves
    export(app, "CSV", os.path.join(app.folder.name, "runs.csv"))
    with open(os.path.join(app.folder.name, "runs.csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == n_hash and all(row["code"] == "device/hash" for row in rows), rows
    os.remove(os.path.join(app.folder.name, "runs.csv"))
    export(app, "JSON", os.path.join(app.folder.name, "runs.json"))
    with open(os.path.join(app.folder.name, "runs.json"), encoding="utf-8") as file:
        assert [row["code"] for row in json.load(file)] == ["device/hash"] * n_hash
    os.remove(os.path.join(app.folder.name, "runs.json"))

    # the charts say in words what they show, and as tables
    keys("ctrl+f", "ctrl+a", "BackSpace")
    app.see(rf"^{n_all} runs, ")
    tab = wait(lambda: find(app.root, "page tab", "^Charts"), "the charts' tab")
    tab.click()
    wait(lambda: find(app.root, "image", rf"passed and {n_failed} failed: "), "the charts")
    for sentence in (rf"passed and {n_failed} failed", "^Half of the runs took", rf"^{n_failed} failures"):
        assert find(app.root, "image", sentence), sentence
    assert app.unnamed() == [], app.unnamed()

# a file that is something else: said in place, with what to do
with open(DATABASE, "w", encoding="utf-8") as file:
    file.write("no database, but long enough to be looked at")
with App() as app:
    go_to_history(app)
    app.see("^The Records Cannot Be Read$", "records/other")
    os.remove(DATABASE)
    app.press("_?Try Again")
    app.see("^No Runs Yet$")
