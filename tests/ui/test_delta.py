# SPDX-License-Identifier: Apache-2.0
"""The choice to send only the difference: for systems that have one, by keys, and as it was left."""
import os
import subprocess

from a11y import App, Atspi, find, keys, wait

VECTORS = os.environ["VECTORS"]
LITEOS = os.path.join(VECTORS, "liteos/pkg/p1_full.info32.bin")
WS63 = os.path.join(VECTORS, "ws63/v01_app_lzma/signed.fwpkg")
CHOICE = "^Send only the difference when possible$"


def switch(app):
    return find(app.root, "check box", "Send only the difference when possible")


def is_on(app):
    node = switch(app)
    return node is not None and node.is_checked()


def tab_to_it(app):
    keys("Tab")
    node = switch(app)
    return node is not None and node.has_state(Atspi.StateType.FOCUSED)


with App(LITEOS) as app:
    app.do("show-flash")
    app.see("^p1_full.info32.bin$", CHOICE)
    assert app.unnamed() == [], app.unnamed()
    assert not is_on(app)
    wait(lambda: tab_to_it(app), "the choice to be reached by Tab")
    keys("space")
    wait(lambda: is_on(app), "the choice to be made")

    # a package without differences has no such choice; the next one finds it as it was left
    subprocess.run([os.environ["GANTRY_GUI"], WS63], check=True, env=app.env, timeout=10)
    app.do("show-flash")
    app.see("^signed.fwpkg$")
    wait(lambda: not app.sees(CHOICE), "the choice to go")
    subprocess.run([os.environ["GANTRY_GUI"], LITEOS], check=True, env=app.env, timeout=10)
    app.do("show-flash")
    app.see("^p1_full.info32.bin$", CHOICE)
    assert is_on(app)
