# SPDX-License-Identifier: Apache-2.0
"""What is not to be flashed is not: a wrong file, a package under another key."""
import os
import tempfile

from a11y import FAST, App

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

# a sound package that another root key vouches for: found before anything is erased
with App(os.path.join(vectors, "ws63/v01_app_lzma/signed.fwpkg"), "--simulate", FAST) as app:
    app.do("show-flash")
    app.see("^Ready.*1.0")
    app.do("start")
    app.see("signed under another root key", "Nothing was changed; Simulated board 1 still runs 1.0", "untrusted-key")
