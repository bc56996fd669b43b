# SPDX-License-Identifier: Apache-2.0
"""The package page: what is in a file, a wrong key, a wrong drop; a package built and signed with a passphrase."""
import os
import subprocess
import tempfile

from a11y import App, dropped, find, keys, type_text, wait

VECTORS = os.path.join(os.environ["VECTORS"], "ws63")
GANTRY = os.environ["GANTRY"]
PASSPHRASE = "correct horse"


def has_keys():
    """The name of the window that keys go to."""
    return subprocess.run(["xdotool", "getactivewindow", "getwindowname"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False).stdout.strip()


def wait_for_keys(title):
    wait(lambda: has_keys() == title, f"the window {title} to have the keys")


def fill(app, name, text):
    """Into the entry of that name, as typing does."""
    def entry():
        return find(app.root, "text", name) or find(app.root, "entry", name)

    wait(entry, f"the entry {name}").write(text)


def save_as(title, path):
    """Types a path into the platform's file chooser."""
    wait_for_keys(title)
    keys("ctrl+a")
    type_text(path)
    keys("Return")


def answer(passphrase):
    wait_for_keys("Passphrase of the sub key")
    if passphrase:
        type_text(passphrase)
    keys("Return" if passphrase else "Escape")


def verify_with(app, key):
    app.do("verify")
    wait_for_keys("Verify With a Root Key")
    fill(app, "Root public key", key)
    keys("Return")
    wait_for_keys("Gantry")


# open and inspect; the wrong key, then the right one
with App(os.path.join(VECTORS, "v02_app_boot_nv/signed.fwpkg")) as app:
    app.see("^HiSilicon WS63 · 3 images, 40.1 KiB, signed$")
    app.see("choose the key that it has to come from")
    app.see("^application$", "^flashboot$", "^nv$", "^0x006050$", "^compressed$", "^Info area$")
    strip = wait(lambda: find(app.root, "image", "The package from its first byte to its last"), "the map")
    assert "flashboot, 5.1 KiB at 0x4b70" in strip.name, strip.name
    assert app.unnamed(decoration=False) == [], app.unnamed(decoration=False)

    verify_with(app, os.path.join(VECTORS, "keys/test_sub_public_key.pem"))
    app.see("signed under another root key")
    app.see("^key_area.sig_fota_key_area · 0xc0 · package/untrusted-key$")
    app.see("^Expected: a signature over the 192 bytes before it$")
    assert not app.button("Flash This Package").is_sensitive()
    app.press("Show in File")
    app.see(r"▸ 0000c0 \[")
    verify_with(app, os.path.join(VECTORS, "inputs/nv.bin"))
    app.see("^key/unusable$")
    verify_with(app, os.path.join(VECTORS, "keys/test_root_public_key.pem"))
    app.see("signed by test_root_public_key.pem$")
    app.see("^Verified: signed under this key, and every digest is right\\.$")
    assert not app.sees("^Findings")
    keys("ctrl+shift+c")
    app.see("^Copied$")

    # the page of flashing has it
    app.press("Flash This Package")
    app.see("^signed.fwpkg$")

with tempfile.TemporaryDirectory() as folder:
    # a file that is no package, dropped: said in place, with what to do next
    wrong = os.path.join(folder, "a&b <program>.bin")
    with open(wrong, "wb") as file:
        file.write(b"\x7fELF" + bytes(4096))
    with App() as app:
        with dropped(wrong, app.window):
            app.see("^This is not an upgrade package$")
        app.see("package/not-recognised")
        app.press("New Package From It")
        app.see("^The Package as It Would Be$")
        app.see("image/header")  # what is wrong with it, without being asked

    # build and sign by keys alone where keys can
    sub = os.path.join(folder, "sub key.pem")
    subprocess.run(["openssl", "pkcs8", "-topk8", "-in", os.path.join(VECTORS, "keys/test_sub_private_key.pem"),
                    "-out", sub, "-v2", "aes-128-cbc", "-passout", "pass:" + PASSPHRASE], check=True)
    package = os.path.join(folder, "built.fwpkg")
    recipe = os.path.join(folder, "built.gantry")
    with App() as app:
        app.see("^Devices$")
        keys("ctrl+n")
        app.see("^Choose the file of at least one image\\.$")
        assert app.unnamed(decoration=False) == [], app.unnamed(decoration=False)
        assert not app.button("Save Package").is_sensitive()
        fill(app, "^Application$", os.path.join(VECTORS, "inputs/app_sign.bin"))
        app.see("1 image, 18.6 KiB, to be signed when it is saved")
        fill(app, "^Version$", "far too long for a version")
        app.see("expected at most 16")
        wait(lambda: not app.button("Save Package").is_sensitive(), "no saving of what cannot be built")
        fill(app, "^Version$", "gantry_1.2.3")
        app.see("to be signed when it is saved")
        fill(app, "^Root key$", os.path.join(VECTORS, "keys/test_root_private_key.pem"))
        app.see("^test_root_private_key.pem · bp256r1, public half 847a160b…")
        fill(app, "^Sub key$", sub)
        app.see("^sub key.pem · encrypted; its passphrase is asked when it is used$")

        keys("ctrl+s")
        save_as("Save Recipe", recipe)
        app.see("^Recipe saved as built.gantry$")
        app.do("copy-command")
        app.see("^The command was copied$")

        # a wrong passphrase writes nothing
        keys("ctrl+shift+s")
        save_as("Save Package", package)
        answer("wrong")
        app.see("^Not saved$")
        app.see("key/passphrase")
        assert not os.path.exists(package)

        # given up: likewise
        keys("ctrl+shift+s")
        save_as("Save Package", package)
        answer(None)
        app.see("^Not saved$")
        assert not os.path.exists(package)

        keys("ctrl+shift+s")
        save_as("Save Package", package)
        answer(PASSPHRASE)
        app.see("^built.fwpkg is saved: 1 image, 18.6 KiB, signed$")
        subprocess.run([GANTRY, "verify", "--root-key", os.path.join(VECTORS, "keys/test_root_public_key.pem"), package],
                       check=True, stdout=subprocess.DEVNULL)
        with open(recipe, encoding="utf-8") as file:
            text = file.read()
        assert "gantry_1.2.3" in text and PASSPHRASE not in text, text

        # stopped while a signer thinks: nothing is written either
        other = os.path.join(folder, "other.fwpkg")
        for key in ("root", "sub"):
            fill(app, f"^{key.title()} key$", os.path.join(VECTORS, f"keys/test_{key}_public_key.pem"))
        # it signs when it is told to, and here it is told to only when everything was seen
        told = os.path.join(folder, "told")
        os.mkfifo(told)
        fill(app, "^Signer$", f"sh -c 'cat >/dev/null; timeout 120 cat {told}; exit 1'")
        app.see("to be signed when it is saved")
        keys("ctrl+shift+s")
        save_as("Save Package", other)
        app.see("^Building the package…$")
        app.press("^_?Cancel")
        app.see("^Cancelled; nothing was written$")
        os.close(os.open(told, os.O_WRONLY))
        assert not os.path.exists(other)

        # in a narrow window one side at a time
        subprocess.run(["xdotool", "getactivewindow", "windowsize", "--sync", "720", "480"], check=True)
        app.press("^R_?esult")
        app.see("^The Package as It Would Be$")
        wait(lambda: not find(app.root, "text", "^Signer$"), "the recipe to be out of sight")
        app.press("^_?Recipe")
        wait(lambda: not app.sees("^The Package as It Would Be$"), "the result to be out of sight")

        app.do("open")
        save_as("Open Package", package)
        app.see("^built.fwpkg$")
        app.see("^HiSilicon WS63 · 1 image, 18.6 KiB, signed$")

        # the recipe is still there
        app.press("^_?Recipe")
        wait(lambda: find(app.root, "text", "^Signer$"), "the recipe")

    # the recipe opens by its name; what it lacks is said
    with App(recipe) as app:
        app.see("^The Package as It Would Be$")
        app.see("^1 image, 18.6 KiB|· 1 image, 18.6 KiB")
        fill(app, "Partition table", "/nowhere/table.bin")
        app.see("^There is no such file\\.$")
