# SPDX-License-Identifier: Apache-2.0
"""A port that this user may not open: said before anything is tried, with what to do; usable as soon as it is allowed."""
import os
import tempfile

from a11y import App, wait

USB = "/devices/usb1/1-4"
PORT = f"""P: {USB}
N: bus/usb/001/002
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: DEVNAME=/dev/bus/usb/001/002
A: busnum=1\\n
A: devnum=2\\n
A: idVendor=1a86\\n
A: idProduct=7523\\n
A: product=USB Serial\\n

P: {USB}/1-4:1.0
E: SUBSYSTEM=usb
E: DEVTYPE=usb_interface
A: bInterfaceClass=ff\\n

P: {USB}/1-4:1.0/ttyUSB0
E: SUBSYSTEM=usb-serial
A: port_number=0\\n

P: {USB}/1-4:1.0/ttyUSB0/tty/ttyUSB0
N: ttyUSB0=00
E: SUBSYSTEM=tty
E: DEVNAME=/dev/ttyUSB0
L: device=../../../ttyUSB0

"""

assert os.geteuid() != 0, "to root nothing is forbidden"

with tempfile.TemporaryDirectory() as folder:
    device = os.path.join(folder, "port")
    place = os.path.join(folder, "place")
    with open(device, "w", encoding="utf-8") as file:
        file.write(PORT)
    forbid = 'chmod 000 "$UMOCKDEV_DIR/dev/ttyUSB0" && echo "$UMOCKDEV_DIR" >"$0" && exec "$@"'
    with App(prefix=[os.environ["UMOCKDEV_RUN"], "-d", device, "--", "sh", "-c", forbid, place]) as app:
        app.see("^No permission$", "Your account may not use this port.*link/forbidden")
        assert not app.button("^Identify").is_sensitive()
        assert not app.button("^Flash…").is_sensitive()
        assert app.unnamed() == [], app.unnamed()
        app.press("^Copy Command")
        wait(lambda: app.button("Copied"), "the button to say so")

        # where boards are chosen it says so too
        app.do("show-flash")
        app.see("No permission", "ttyUSB0")
        app.do("start")
        app.see("^Choose a package first$")
        app.do("show-devices")

        # the right is given: a look again is enough
        with open(place, encoding="utf-8") as file:
            os.chmod(os.path.join(file.read().strip(), "dev/ttyUSB0"), 0o600)
        app.do("rescan")
        app.see("^Not asked$")
        wait(lambda: app.button("^Identify").is_sensitive(), "Identify to be sensitive")
