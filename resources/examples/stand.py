#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One board in each slot of a station, and how each of them did.

    stand.py STATION

Starts `gantry batch`, reads its events, and tells it by its control socket to stop when a board fails. Ends as gantry
does: 0 if every board passed, 8 if some failed. $GANTRY names the program, if it is not in the path.
"""
import json
import os
import socket
import subprocess
import sys
import tempfile


def tell(control, command):
    """Sends one line; returns the objects of the answer. The last one is of type "control"."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(control)
        connection.sendall(command.encode() + b"\n")
        answer = []
        with connection.makefile() as lines:
            for line in lines:
                answer.append(json.loads(line))
                if answer[-1]["type"] == "control":
                    return answer
    raise ConnectionError("the station went away")


def main(station):
    gantry = os.environ.get("GANTRY", "gantry")
    with tempfile.TemporaryDirectory() as folder:
        control = os.path.join(folder, "control")
        batch = subprocess.Popen([gantry, "batch", station, "--once", "--json", "--control", control],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        for line in batch.stdout:
            event = json.loads(line)
            # every event says whose it is: run, station, slot, port and serial_number
            if event["type"] == "step":
                print(f"slot {event['slot']}: {event['step']}", file=sys.stderr)
            elif event["type"] == "verdict":
                print(event["slot"], event["verdict"], event["serial_number"], event["code"] or "-", flush=True)
                if event["verdict"] == "fail":
                    tell(control, "stop finish")
            elif event["type"] == "error":
                print(event["message"], file=sys.stderr)
        return batch.wait()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
