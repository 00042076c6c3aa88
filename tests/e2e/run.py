#!/usr/bin/python3
"""End-to-end tests of the real program: run.py BINARY [WORD…]   (only tests with a WORD in their name)

Several tests run at once, since most of them wait most of the time. Ends with "N passed, N failed"; exit
status 1 when something failed. Skipped tests are named.
"""
import concurrent.futures
import os
import pathlib
import sys
import time
import traceback
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
AT_ONCE = 4
ALONE = ("sign_ups_are_answered_at_once", "nobody_else_waiting", "tells_nothing_by_its_time")  # compare times


def sentence(test):
    return test.id().split(".")[-1].removeprefix("test_").replace("_", " ")


class Outcome(unittest.TestResult):
    """What became of one test: "ok", "FAILED" or "SKIPPED", and why."""

    def __init__(self):
        super().__init__()
        self.word, self.said, self.took = "ok", "", 0.0

    def note(self, word, said):
        self.word, self.said = word, self.said + said

    def addFailure(self, test, err):
        self.note("FAILED", "\n" + "".join(traceback.format_exception(*err)))

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        if err:
            told = "".join(traceback.format_exception(*err))
            self.note("FAILED", f"\n{subtest._subDescription()}\n{told}")

    def addSkip(self, test, reason):
        self.note("SKIPPED", ": " + reason)


def run(test):
    outcome, began = Outcome(), time.monotonic()
    test.run(outcome)
    outcome.took = time.monotonic() - began
    print(f"{outcome.word:<7} {sentence(test)} ({outcome.took:.1f} s){outcome.said}", flush=True)
    return outcome.word


def chosen(suite, words):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from chosen(test, words)
        elif not words or any(word in test.id() or word in sentence(test) for word in words):
            yield test


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    os.environ["BINARY_UNDER_TEST"] = os.path.abspath(sys.argv[1])
    for name in [name for name in os.environ if name.startswith("OPTLEDGER_")]:
        del os.environ[name]  # each would be a setting of every service under test
    sys.path.insert(0, str(FOLDER))
    found = unittest.defaultTestLoader.discover(str(FOLDER), "*_test.py", str(FOLDER))
    tests = list(chosen(found, sys.argv[2:]))
    alone = [test for test in tests if any(word in test.id() for word in ALONE)]
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        words = list(pool.map(run, [test for test in tests if test not in alone]))
    words += [run(test) for test in alone]
    print(f"\n{words.count('SKIPPED')} skipped, {time.monotonic() - began:.0f} s")
    print(f"{words.count('ok')} passed, {words.count('FAILED')} failed")
    sys.exit(0 if words.count("ok") and not words.count("FAILED") else 1)


if __name__ == "__main__":
    main()
