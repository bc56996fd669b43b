# SPDX-License-Identifier: Apache-2.0
"""Every place in Chinese, and in the smallest window with text 1.5 times as large: named, and nothing beyond the edge."""
import os
import subprocess
import tempfile

from a11y import App, inside, keys, wait

PLACES = {"devices": "设备", "package": "升级包", "flash": "刷写", "factory": "产线", "console": "控制台", "history": "记录"}
WIDTH, HEIGHT = 720, 480

PACKAGE = os.path.join(os.environ["VECTORS"], "ws63/v02_app_boot_nv/signed.fwpkg")


def within(app, place):
    """No text and no button stands beyond the window's edge; a table is scrolled."""
    nodes = app.root.nodes()
    scrolled = {cell.path for table in nodes if table.role == "tree table" for cell in inside(nodes, table)}
    for node in nodes:
        if node.role in ("label", "push button") and node.path not in scrolled:
            x, _, width, _ = node.extents()
            assert x >= 0 and x + width <= WIDTH, f"{place}: {node.role} {node.name!r} at {x}, {width} wide"


with App(LANGUAGE="zh_CN", bare=True) as app:
    for place, title in PLACES.items():
        app.do("show-" + place)
        app.see(f"^{title}$")
        assert app.unnamed() == [], f"{place}: {app.unnamed()}"
    app.do("preferences")
    app.see("^串口$")
    keys("Escape")

with tempfile.TemporaryDirectory() as folder:
    os.makedirs(os.path.join(folder, "gtk-4.0"))
    with open(os.path.join(folder, "gtk-4.0/settings.ini"), "w", encoding="utf-8") as settings:
        settings.write("[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=0\ngtk-cursor-blink=0\n")
    # as people set it: every size in points follows, those of the theme too
    with open(os.path.join(folder, "gtk-4.0/gtk.css"), "w", encoding="utf-8") as style:
        style.write("* { -gtk-dpi: 144; }\n")
    with App(PACKAGE, XDG_CONFIG_HOME=folder, ADW_DEBUG_HIGH_CONTRAST="1", bare=True) as app:
        window = subprocess.check_output(["xdotool", "search", "--sync", "--onlyvisible", "--name", "^Gantry$"], text=True)

        def shrink():
            """Asked once it may come before the window's own first size."""
            subprocess.run(["xdotool", "windowsize", window.split()[0], str(WIDTH), str(HEIGHT)], check=True)
            return app.window.extents()[2] <= WIDTH

        wait(shrink, "the small window")
        for place in PLACES:
            app.do("show-" + place)
            if place == "package":  # loaded; its rows have lists and pictures of the platform's within
                app.see("^Findings")
            unnamed = app.unnamed(decoration=place != "package")
            assert unnamed == [], f"{place}: {unnamed}"
            within(app, place)
        app.do("preferences")
        app.see("^Serial Ports$")
        within(app, "preferences")
        keys("Escape")
