#!/usr/bin/python3
"""Runs a trial of optledger on loopback: the service on its built-in defaults, its letters on a mailbox page."""
import json
import os
import signal
import subprocess
import sys
import threading

import mailbox_page


def main():
    binary = os.path.abspath(sys.argv[1])
    service = subprocess.Popen([binary, "serve"], stderr=subprocess.PIPE, text=True)
    line = service.stderr.readline()
    try:
        url = json.loads(line)["url"]
    except (ValueError, KeyError):
        sys.exit(line.strip() or "the service did not start")
    mailbox = mailbox_page.serve("optledger-data/mail")
    threading.Thread(target=mailbox.serve_forever, daemon=True).start()
    print(f"""
Sign-up page:  {url}/signup/news
Mailbox page:  http://127.0.0.1:{mailbox.server_address[1]}/   (the letters of this trial)

Look a proof up in another terminal:
  {os.path.relpath(binary)} proof ADDRESS --reason "trying it out"

State is in ./optledger-data. Ctrl-C stops all of it.
""", flush=True)
    # Ctrl-C reaches the service as well, which finishes by itself; here only its log is passed on until then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: service.terminate())
    for line in service.stderr:
        sys.stderr.write(line)
    sys.exit(service.wait())


if __name__ == "__main__":
    main()
