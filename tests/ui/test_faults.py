# SPDX-License-Identifier: Apache-2.0
"""What goes wrong on a bench: the cable is pulled in mid-transfer, a person stops it, a board does not answer."""
import re

from a11y import FAST, App, simulated, wait


def percent(app):
    """How far the transfer is."""
    return max((int(text[:-2]) for text in app.texts() if re.fullmatch(r"\d+ %", text)), default=0)


# the cable goes after 40 000 of some 70 000 bytes and is back a while later: the transfer goes on
with App("--simulate", FAST + ",baud=230400,unplug-at=40000,replug-after=2500") as app:
    simulated(app)
    app.do("start")
    app.see("The board is silent")
    app.see("now runs 1.1", limit=40)
    assert not app.button("Cancel") or not app.button("Cancel").is_sensitive()

# stopped in mid-transfer: nothing but what is said has changed
with App("--simulate", FAST + ",code-size=524288") as app:
    simulated(app)
    app.do("start")
    app.see(r"KiB/s")
    app.press("Cancel")
    app.see("^Flashing was cancelled", "still runs 1.0", "^job/cancelled$")

    # and it can be done again at once
    app.press("Try Again")
    app.see(r"KiB/s")
    app.do("show-flash")
    app.do("escape")
    app.see("^Flashing was cancelled")

    # the window asks before it leaves a board half way
    app.press("Try Again")
    app.see(r"KiB/s")
    app.do("close")
    app.see("A board is being flashed")
    app.press("Keep Flashing")
    before = percent(app)
    wait(lambda: percent(app) > before, "the transfer to go on")
    app.press("Cancel")
    app.see("^Flashing was cancelled")
