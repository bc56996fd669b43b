# SPDX-License-Identifier: Apache-2.0
"""Every place in Chinese, and in the smallest window with text 1.5 times as large: named, and nothing beyond the edge."""
import os
import subprocess
import tempfile

from a11y import App, wait

PLACES = {"devices": "设备", "package": "升级包", "flash": "刷写", "console": "控制台", "history": "记录"}
WIDTH, HEIGHT = 720, 480

with App(LANGUAGE="zh_CN", bare=True) as app:
    for place, title in PLACES.items():
        app.do("show-" + place)
        app.see(f"^{title}$")
        assert app.unnamed() == [], f"{place}: {app.unnamed()}"

with tempfile.TemporaryDirectory() as folder:
    os.makedirs(os.path.join(folder, "gtk-4.0"))
    with open(os.path.join(folder, "gtk-4.0/settings.ini"), "w", encoding="utf-8") as settings:
        settings.write("[Settings]\ngtk-font-name=Cantarell 16.5\ngtk-enable-animations=0\ngtk-cursor-blink=0\n")
    with App(XDG_CONFIG_HOME=folder, ADW_DEBUG_HIGH_CONTRAST="1", bare=True) as app:
        window = subprocess.check_output(["xdotool", "search", "--sync", "--onlyvisible", "--name", "^Gantry$"], text=True)
        subprocess.run(["xdotool", "windowsize", "--sync", window.split()[0], str(WIDTH), str(HEIGHT)], check=True)
        wait(lambda: app.window.extents()[2] <= WIDTH, "the small window")
        for place in PLACES:
            app.do("show-" + place)
            assert app.unnamed() == [], f"{place}: {app.unnamed()}"
            for node in app.root.nodes():
                if node.role in ("label", "push button"):
                    x, _, width, _ = node.extents()
                    assert x >= 0 and x + width <= WIDTH, f"{place}: {node.role} {node.name!r} at {x}, {width} wide"
