#!/usr/bin/python3
"""Runs a trial of optledger on loopback: the service, its letters on a mailbox page, a stand-in for CleverReach."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading

import mailbox_page
from trial_files import ENVIRONMENT, start_simulator, write_config


def main():
    binary = os.path.abspath(sys.argv[1])
    folder = pathlib.Path("optledger-data").absolute()
    folder.mkdir(mode=0o700, exist_ok=True)
    simulator = start_simulator(folder)
    config = write_config(folder, simulator)
    environment = {**os.environ, **ENVIRONMENT}
    command = [binary, "--config", str(config)]
    service = subprocess.Popen([*command, "serve"], stderr=subprocess.PIPE, text=True, env=environment)
    line = service.stderr.readline()
    try:
        url = json.loads(line)["url"]
    except (ValueError, KeyError):
        sys.exit(line.strip() or "the service did not start")
    subprocess.run([*command, "provider", "connect"], env=environment, stdout=subprocess.DEVNULL, check=True)
    mailbox = mailbox_page.serve(folder / "mail")
    threading.Thread(target=mailbox.serve_forever, daemon=True).start()
    program = f"{os.path.relpath(binary)} --config {os.path.relpath(config)}"
    print(f"""
Sign-up page:  {url}/signup/news
Your data:     {url}/privacy
Mailbox page:  http://127.0.0.1:{mailbox.server_address[1]}/   (the letters of this trial)
CleverReach:   {simulator.url}/_sim/groups/News   (a stand-in, in step within seconds)

In another terminal:
  {program} proof ADDRESS --reason "trying it out"
  {program} requests

State is in ./optledger-data. Ctrl-C stops all of it.
""", flush=True)
    # Ctrl-C reaches the service as well, which finishes by itself; here only its log is passed on until then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: service.terminate())
    for line in service.stderr:
        sys.stderr.write(line)
    code = service.wait()
    simulator.stop()
    sys.exit(code)


if __name__ == "__main__":
    main()
