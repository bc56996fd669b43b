# SPDX-License-Identifier: Apache-2.0
"""Everything without a mouse, the console beside a flash, and a second start of the program."""
import os
import subprocess

from a11y import FAST, App, find, keys, simulated, type_text, wait

with App("--simulate", FAST) as app:
    simulated(app)
    keys("alt+5")
    app.see("^Not connected$")
    app.press("^Connect")
    app.see("^Connected$")
    wait(lambda: find(app.root, "text", "Line to send") or find(app.root, "entry", "Line to send"), "the entry")
    assert app.unnamed() == [], app.unnamed()
    for name in ("DTR", "RTS", "Break"):  # a simulated board's cable has none of them
        assert not app.button(f"^{name}").is_sensitive(), name

    # the entry has the focus: the shell of the board answers
    type_text("version")
    keys("Return")
    view = wait(lambda: find(app.root, "text", "Text of the board"), "the text")
    wait(lambda: "1.0" in view.text(), "the answer of the board's shell")

    # a job takes the port and gives it back
    keys("alt+3")
    app.see("^Boards$")
    keys("ctrl+Return")
    app.see("now runs 1.1", limit=40)
    keys("alt+5")
    app.see("^Connected$")

    # preferences, shortcuts and About open by keys and close with Escape
    keys("ctrl+comma")
    app.see("Default speed|Serial Ports")
    assert app.unnamed(decoration=False) == [], app.unnamed(decoration=False)
    keys("Escape")
    wait(lambda: not app.sees("^Serial Ports$"), "the preferences to close")
    keys("F1")
    app.see("^Shortcuts$")
    keys("Escape")
    wait(lambda: not app.sees("^Shortcuts$"), "the shortcuts to close")
    app.do("about")
    app.see("The Gantry authors")
    keys("Escape")
    keys("F9")
    keys("alt+1")
    app.see("^Simulated$")

    # another start hands over and ends
    subprocess.run([os.environ["GANTRY_GUI"], "--simulate", FAST], check=True, env=app.env, timeout=10)
    app.see("^Simulated board 2$")
