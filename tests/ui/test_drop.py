# SPDX-License-Identifier: Apache-2.0
"""A package dropped on a board's row: the place of flashing has both, and nothing is flashed before a person says so."""
import os

from a11y import FAST, App, dropped, find, wait

PACKAGE = os.path.join(os.environ["VECTORS"], "ws63/v04_app_boot_ver/signed.fwpkg")


def checks(app):
    """Which of the two is chosen; there may be ports of this computer beside them."""
    return [n.is_checked() for n in app.root.nodes() if n.role == "check box" and "Simulated" in n.name]


with App("--simulate", FAST, "--simulate", FAST) as app:
    app.see("^Simulated board 1$", "^Simulated board 2$")
    app.do("show-flash")
    wait(lambda: checks(app) == [True, True], "both boards to be chosen")
    app.do("show-devices")
    row = wait(lambda: find(app.root, "label", "^Simulated board 2$"), "the row")
    with dropped(PACKAGE, row, over=lambda: app.see("^Drop to flash Simulated board 2 with this package$")):
        app.see("^signed.fwpkg$", "^Boards$")
    assert not app.sees("^Drop to"), "the hint stays"
    wait(lambda: checks(app) == [False, True], "only that board to be chosen")
    assert app.button("^_?Flash( |$)").is_sensitive()
    assert not app.sees("%"), "it is flashed unasked"

    # anywhere else the package is looked at
    app.do("show-devices")
    with dropped(PACKAGE, wait(lambda: find(app.root, "label", "^Simulated$"), "the list's title"),
                 over=lambda: app.see("^Drop to check this package$")):
        app.see("^HiSilicon WS63 · 2 images")
    assert not app.sees("^Drop to"), "the hint stays"
