# SPDX-License-Identifier: Apache-2.0
"""What is not to be flashed is not: a wrong file, a package under another key."""
import os
import subprocess
import tempfile

from a11y import FAST, App, Program, simulated, wait

vectors = os.environ["VECTORS"]

with tempfile.TemporaryDirectory() as folder:
    wrong = os.path.join(folder, "a&b <program>.bin")
    with open(wrong, "wb") as file:
        file.write(b"\x7fELF" + bytes(4096))

    # a file that is no package, by argument
    with App(wrong) as app:
        app.see("This is not an upgrade package")
        app.do("show-flash")
        app.see("a&b <program>.bin", "package/not-recognised", "The package cannot be flashed")
        assert not app.button("^_?Flash( |$)").is_sensitive()

    # the same, dropped on the window
    with App() as app:
        source = subprocess.Popen([os.environ["DRAG_SOURCE"], wrong])
        try:
            wait(lambda: Program.find("drag-source"), "the source of the drag")
            place = subprocess.check_output(["xdotool", "search", "--sync", "--name", "Gantry"], text=True).split()[0]
            subprocess.run(["xdotool", "windowmove", "--sync", place, "0", "0"], check=True)
            other = subprocess.check_output(["xdotool", "search", "--sync", "--name", "Drag source"], text=True).split()[0]
            subprocess.run(["xdotool", "windowmove", "--sync", other, "1080", "720"], check=True)
            steps = ["mousemove", "1150", "790", "sleep", "0.2", "mousedown", "1", "sleep", "0.1"]
            for x, y in ((1130, 770), (1100, 740), (900, 600), (700, 450), (600, 400), (590, 395)):
                steps += ["mousemove", str(x), str(y), "sleep", "0.08"]
            subprocess.run(["xdotool", *steps, "mouseup", "1"], check=True)
            app.see("This is not an upgrade package")
        finally:
            source.terminate()
            source.wait()

# a sound package that another root key vouches for: found before anything is erased
with App(os.path.join(vectors, "ws63/v01_app_lzma/signed.fwpkg"), "--simulate", FAST) as app:
    app.do("show-flash")
    app.see("^Ready.*1.0")
    app.do("start")
    app.see("signed under another root key", "Nothing was changed; Simulated board 1 still runs 1.0", "untrusted-key")
