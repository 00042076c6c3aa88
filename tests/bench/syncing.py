#!/usr/bin/python3
"""`optledger sync` to CleverReach's simulator, beside a bare libcurl loop that posts the same bodies.

Alone: tests/bench/syncing.py [--people 10000 100000] [--program build/release/optledger]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

import report
from processes import OPTLEDGER, SOURCE, bench_json, build
from trial import Trial

sys.path.insert(0, str(SOURCE / "tests" / "peers" / "cleverreach"))
from client import CLIENT_ID, CLIENT_SECRET, Simulator  # noqa: E402  (the folder has to be known first)

BATCH = 250  # the default of [list.cleverreach]
PAGE = 1000
REAL_ANSWER_MS = 100
SENT = ("email", "registered", "activated", "attributes", "source", "tags")
SECTION = """\
[list.cleverreach]
group = "{group}"
client_id = "{client_id}"
base_url = "{url}"
batch = {batch}
"""


def simulator(answer_ms):
    """One that tells no hooks, and takes so long for each batch as the way to the real one and back may take."""
    there = Simulator(switches={"api_writes_fire_hooks": "off"})
    if answer_ms:
        there.fault(path="upsertplus", delay=answer_ms / 1000, times=None)
    return there


def watched(command, environment):
    """Its output, its seconds and the most memory it ever had, in MB of 10^6. Not from getrusage(2), where a
    child begins with what its parent had."""
    began, most = time.monotonic(), 0
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True,
                          env={**os.environ, **environment}) as process:
        status = pathlib.Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            words = status.read_text().split()
            if "VmHWM:" in words:  # not while it ends
                most = int(words[words.index("VmHWM:") + 1])
            time.sleep(0.005)
        seconds, output = time.monotonic() - began, process.stdout.read()
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return output, seconds, most * 1024 / 1e6


def sync(trial, there):
    there.forget_calls()
    output, seconds, mb = watched([trial.program, "--config", trial.config, "sync", "--json"],
                                  {"OPTLEDGER_CLEVERREACH_CLIENT_SECRET": CLIENT_SECRET})
    facts = json.loads(output)["lists"]["news"]
    return {"seconds": seconds, "mb": mb, "calls": there.counters()["total"], "pushed": facts["pushed"],
            "pending": facts["pending"]}


def keep_bodies(there, file):
    """What was sent, put together again from what has arrived: in other order, but the same fields."""
    group = there.group_id()
    with open(file, "w", encoding="utf-8") as out:
        for page in range(sys.maxsize):
            _, receivers = there.api("GET", f"/v3/groups/{group}/receivers?pagesize={PAGE}&page={page}&detail=4")
            sent = [{name: one[name] for name in SENT if one.get(name)} for one in receivers]
            for first in range(0, len(sent), BATCH):
                json.dump(sent[first:first + BATCH], out, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
                out.write("\n")
            if len(receivers) < PAGE:
                return


def bare(people, bodies, attributes, answer_ms):
    """The same to an account that is as empty as the first one was, with the attributes that are written."""
    there = simulator(answer_ms)
    try:
        group = there.group_id()
        for name in attributes:
            there.api("POST", f"/v3/groups/{group}/attributes", {"name": name})
        figures = bench_json("bare_upserts", "--url", there.url, "--group", group, "--client-id", CLIENT_ID,
                             "--client-secret", CLIENT_SECRET, "--bodies", bodies)
        if len(there.receivers()) != people:
            sys.exit(f"the bare loop wrote {len(there.receivers())} of {people}")
        return figures
    finally:
        there.stop()


def measure(people, folder, program, answer_ms=0):
    trial = Trial(pathlib.Path(folder) / "sync", program)
    trial.serve().stop()
    trial.fill(people, confirmed=True)
    there = simulator(answer_ms)
    try:
        trial.add_to_configuration(SECTION.format(group=there.group_id(), client_id=CLIENT_ID, url=there.url,
                                                  batch=BATCH))
        first, idle = sync(trial, there), sync(trial, there)
        if (first["pushed"], first["pending"], len(there.receivers())) != (people, 0, people):
            sys.exit(f"not everybody is there: {first}")
        bodies = trial.folder / "bodies"
        keep_bodies(there, bodies)
        _, attributes = there.api("GET", f"/v3/groups/{there.group_id()}/attributes")
    finally:
        there.stop()
    figures = {"people": people, "batch": BATCH, "answer_ms": answer_ms, "sync": first, "idle": idle,
               "bare": bare(people, bodies, [one["name"] for one in attributes], answer_ms)}
    trial.remove()
    return figures


def measure_all(numbers, folder, program):
    """Each number of people at once, and the smallest one over a line as slow as a real one."""
    return [measure(people, folder, program) for people in numbers] + [
        measure(numbers[0], folder, program, answer_ms=REAL_ANSWER_MS)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--folder", default=str(SOURCE / "build" / "bench-state"))
    parser.add_argument("--program", help="measure this binary, and build nothing")
    options = parser.parse_args()
    if options.program is None:
        build()
    pathlib.Path(options.folder).mkdir(parents=True, exist_ok=True)
    print(f"load before: {os.getloadavg()[0]:.2f}")
    print(report.sync_table(measure_all(options.people, options.folder, options.program or OPTLEDGER)))


if __name__ == "__main__":
    main()
