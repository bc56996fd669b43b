#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts test cases over the JUnit files that `meson test` writes, and ends with one line."""

import argparse
import sys
import xml.etree.ElementTree as ElementTree


def outcome(case):
    """Of one <testcase>: passed, failed or skipped."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    if case.find("skipped") is not None:
        return "skipped"
    return "passed"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skipped", type=int, default=0, help="cases that could not even be started")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()

    counts = {"passed": 0, "failed": 0, "skipped": arguments.skipped}
    for name in arguments.files:
        for case in ElementTree.parse(name).iter("testcase"):
            result = outcome(case)
            counts[result] += 1
            if result == "failed":
                print(f"failed: {case.get('classname')} {case.get('name')} ({name})")
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] or not counts["passed"] else 0


sys.exit(main())
