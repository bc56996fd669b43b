# SPDX-License-Identifier: Apache-2.0
"""A line without hardware: a folder with a station file, and simulated boards that are plugged in and pulled out."""
import os
import subprocess
import tempfile

VECTORS = os.path.join(os.environ["VECTORS"], "ws63")
PACKAGE = os.path.join(VECTORS, "v01_app_lzma/signed.fwpkg")
PIN = "4711"


class Line:
    def __init__(self, n_slots, extra="", serial="source = scanner\npattern = WS63-####!\ncheck-digit = luhn\n",
                 start="on = scan", package=PACKAGE):
        self.folder = tempfile.TemporaryDirectory()
        self.station = os.path.join(self.folder.name, "line-3.station")
        self.boards = {}
        slots = "".join(f"[slot {i}]\nlabel = {'Fixture L' if i == 1 else ''}\nport = socket:b{i}\n" for i in range(1, n_slots + 1))
        with open(self.station, "w", encoding="utf-8") as file:
            file.write(f"[station]\nname = sensor-line-3\npackage = {package}\nrecords = records.db\n{extra}\n"
                       f"[serial]\n{serial}\n[start]\n{start}\n\n{slots}")

    def __enter__(self):
        return self

    def __exit__(self, *rest):
        for slot in list(self.boards):
            self.pull(slot)
        self.folder.cleanup()

    def path(self, slot):
        return os.path.join(self.folder.name, f"b{slot}")

    def plug(self, slot, *options):
        """A board that takes no time, unless options say so."""
        root = os.path.join(VECTORS, "keys/test_root_public_key.pem")
        image = os.path.join(VECTORS, "inputs/app_unaligned.bin")
        self.boards[slot] = subprocess.Popen(
            [os.environ["GANTRY_SIM"], "--new", "--root-key", root, "--image", f"application={image}", "--version", "1.0",
             "--socket", self.path(slot), "--quiet", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def pull(self, slot):
        board = self.boards.pop(slot)
        board.kill()
        board.wait()
        try:
            os.unlink(self.path(slot))
        except FileNotFoundError:
            pass


def luhn(number):
    """The check digit of the digits in it that are not fixed."""
    total = 0
    for index, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value // 10 + value % 10
    return str((10 - total % 10) % 10)


def serial(count):
    return f"WS63-{count:04}{luhn(f'{count:04}')}"
