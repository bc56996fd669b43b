# SPDX-License-Identifier: Apache-2.0
"""The first thirty seconds without a board: from the empty page to a board that runs new firmware."""
import os

from a11y import App, find, simulated, wait

if os.environ.get("UMOCKDEV_RUN"):
    with App(bare=True) as app:
        app.see("No Devices Yet")
        assert app.button("Try with a Simulated Board").is_sensitive()
        for place in ("flash", "console", "devices"):
            app.do("show-" + place)
            assert app.unnamed() == [], f"{place}: {app.unnamed()}"

with App() as app:
    app.press("Try with a Simulated Board|Add Simulated Board")
    simulated(app)
    assert app.unnamed() == [], app.unnamed()

    # the package is checked against the board that is there
    app.do("show-package")
    app.see("^HiSilicon WS63 · 1 image, .* KiB, signed, fits Simulated board 1$")
    app.do("show-devices")

    app.press("^Flash…", last=True)
    app.see("sample-1.1.fwpkg", "1 image, .* KiB, signed")
    assert app.unnamed() == [], app.unnamed()
    app.press("^_?Flash( |$)")

    bar = wait(lambda: find(app.root, "progress bar", "Transfer progress"), "the bar")
    seen = []

    def look():
        seen.append(bar.value())
        return app.sees("now runs 1.1")

    wait(look, "the result", 60)
    assert seen == sorted(seen), f"the bar went back: {seen}"
    assert any(0.05 < value < 0.95 for value in seen), "the bar did not move"
    app.see(r"Simulated board 1 now runs 1\.1 \(was 1\.0\)\. [0-9.]+ s\.")
    assert app.unnamed() == [], app.unnamed()

    app.press("Flash _?Another")
    app.see("^Boards$")
    assert app.button("^_?Flash( |$)").is_sensitive()
    app.do("show-devices")
    app.see("^1.1$")
