# SPDX-License-Identifier: Apache-2.0
"""Fills a database of records, the same each time."""
import os
import random
import sqlite3
import subprocess
import time
import uuid

STAGES = ("connect", "identify", "check", "prepare", "transfer", "verify", "trigger", "reboot", "confirm")
TYPICAL_MS = (120, 40, 260, 900, 9200, 700, 30, 2600, 340)
CAUSES = (
    ("link/no-answer", "no answer from the device within 3000 ms", "transfer", "storage-lost"),
    ("link/no-answer", "no answer from the device within 3000 ms", "identify", "untouched"),
    ("device/hash", "the device refused to FINISH: the digest differs (0x80001340)", "verify", "storage-lost"),
    ("package/untrusted-key", "the package is signed by another root key", "check", "untouched"),
    ("upgrade/rolled-back", "the device runs 1.4.1 again", "confirm", "old-runs"),
)


def make(gantry, package, path):
    """The tables are made by the program itself: a run on a port that is not there."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    subprocess.run([gantry, "flash", package, "--port", "socket:/nowhere/board", "--database", path],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return sqlite3.connect(path)


def insert(database, record):
    names = ", ".join(record)
    marks = ", ".join("?" * len(record))
    database.execute(f"INSERT INTO record ({names}) VALUES ({marks})", tuple(record.values()))


def run(chance, started, result, cause=None):
    """One record as a run leaves it."""
    last = STAGES.index(cause[2]) if cause else len(STAGES) - 1
    record = {
        "run": str(uuid.UUID(int=chance.getrandbits(128))), "started": started, "result": result,
        "stage": STAGES[last], "port": f"/dev/ttyUSB{chance.randrange(4)}", "place": f"1-4.{chance.randrange(1, 5)}",
        "device_id": f"{chance.getrandbits(64):016x}", "chip": "ws63", "board": chance.choice(("ws63-evb", "sensor-c")),
        "hardware_id": 7, "package": "packages/ws63-sensor-1.4.2.fwpkg", "package_sha256": "5e" * 32,
        "package_size": 1258291, "system": "ws63", "package_version": "1.4.2", "from_version": "1.4.1",
        "host": "bench-3", "host_version": "0.1.0", "bytes": 1258291,
    }
    times = [int(ms * chance.uniform(0.9, 1.3)) for ms in TYPICAL_MS[:last + 1]]
    if result != "in-doubt":
        record.update({f"{stage}_ms": ms for stage, ms in zip(STAGES, times)})
        record.update(total_ms=sum(times), ended=started + sum(times), outcome="upgraded")
    if result == "done":
        record.update(to_version="1.4.2", rate=1258291 * 1000 // times[4], resumed_at=0, reconnects=0)
    if cause:
        record.update(code=cause[0], message=cause[1], outcome=cause[3])
        record.update(log="     1.2 s  The port is gone; waiting for it\n     3.9 s  The port is back\n")
    return record


def fill(database, days=12, each=14, now=None):
    """Some runs on each of the last days; about one in nine fails, and each cause occurs."""
    chance = random.Random(4711)
    now = now or time.time()
    for day in range(days):
        for i in range(each + chance.randrange(4)):
            started = int((now - day * 86400 - i * 240 - 60) * 1000)
            if chance.random() < 0.11:
                insert(database, run(chance, started, "failed", chance.choice(CAUSES)))
            else:
                insert(database, run(chance, started, "done"))
    for i, cause in enumerate(CAUSES):
        insert(database, run(chance, int((now - 7000 - i * 60) * 1000), "failed", cause))
    doubt = run(chance, int((now - 5000) * 1000), "in-doubt", (None, None, "reboot", None))
    for name in ("code", "message", "outcome", "log"):
        doubt.pop(name, None)
    insert(database, doubt)
    stopped = run(chance, int((now - 6000) * 1000), "stopped", ("job/cancelled", "stopped on request", "transfer", "storage-lost"))
    insert(database, stopped)
    database.commit()
