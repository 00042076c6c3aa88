#!/usr/bin/python3
"""CleverReach on loopback, for tests: its REST API v3 as recordings, the vendor's words and its clients tell of it.

It prints {"event":"listening","url":"http://127.0.0.1:PORT"} when it is ready, then serves until SIGTERM. Where nobody
knows what the real one does there is a switch (switches.py); what can go wrong can be made to (faults.py); tests see
and steer the account under /_sim (control.py).
"""
import argparse
import json
import os
import pathlib
import signal
import sys
import threading

import access
import batches
import blacklist
import control
import groups
import hooks
import listing
import receivers
from account import Account
from faults import RESET, Faults
from journal import Journal
from routes import Answer, Refused, api, behind
from server import Server
from state import StateFile
from switches import SWITCHES, Switches

ENDINGS = {signal.SIGTERM, signal.SIGINT}
SECONDS_BETWEEN_SAVES = 1
CALLS = (access, groups, receivers, batches, listing, blacklist, hooks, control)  # importing them made the routes


class Simulator:
    """The account, and what tests hold against it."""

    def __init__(self, account):
        self.account, self.faults, self.journal = account, Faults(), Journal()

    def start_over(self):
        self.account.switches.start_over()
        self.account.start_over()
        self.faults.clear()
        self.journal.start_over()

    def answer(self, call):
        """An Answer or RESET. A fault comes before everything else, tokens included."""
        if call.segments[:1] == ["_sim"]:
            return self.do(call, lambda: behind.find(call), self)
        try:
            found = api.find(call)
            name, find = found[0].name, lambda: found
        except Refused:
            name, find = f"{call.method} (unknown)", lambda: api.find(call)
        items, fault = call.items(), self.faults.meet(call)

        def process():
            return self.do(call, find, self.account)

        answer = fault.around(call, process) if fault else process()
        self.journal.note(call, name, answer if answer is RESET else answer.status, items)
        return answer

    def do(self, call, find, whose):
        account = self.account
        try:
            route, arguments = find()
            with account.lock:
                if whose is account and not route.open:
                    access.require_token(account, call)
                if call.unreadable:
                    raise Refused(400, "invalid body")
                if not route.unlocked:
                    account.revision += not route.reads
                    return as_answer(route.function(whose, call, *arguments))
            return as_answer(route.function(whose, call, *arguments))
        except Refused as refused:
            return refused.answer
        except (KeyError, TypeError, ValueError) as error:
            if whose is account:
                raise
            return Answer({"error": f"{type(error).__name__}: {error}"}, 400)  # of a test's own call


def as_answer(value):
    return value if isinstance(value, Answer) else Answer(value)


def pair(text):
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="switches: " + ", ".join(SWITCHES))
    parser.add_argument("--port", type=int, default=0, help="0, the default: a free one")
    parser.add_argument("--client-id", default="simulator", metavar="ID")
    parser.add_argument("--client-secret", default="simulator-secret", metavar="S")
    parser.add_argument("--group", action="append", default=[], metavar="NAME",
                        help="have this group; the first gets the id 1001, the next 1002 …")
    parser.add_argument("--switch", type=pair, action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--state", type=pathlib.Path, metavar="FILE", help="keep the account here over a restart")
    parser.add_argument("--stdin-lives", action="store_true", help="end when stdin closes (the parent has died)")
    return parser.parse_args()


def end_with_stdin():
    while os.read(sys.stdin.fileno(), 64):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def serve(options):
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)  # in every thread: only the wait below sees them
    account = Account(options.client_id, options.client_secret, Switches(options.switch), options.group)
    simulator = Simulator(account)
    state = StateFile(options.state, account) if options.state else None
    server = Server(options.port, simulator)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if options.stdin_lives:
        threading.Thread(target=end_with_stdin, daemon=True).start()
    print(json.dumps({"event": "listening", "url": f"http://127.0.0.1:{server.server_port}"},
                     separators=(",", ":")), flush=True)
    ended = False
    while not ended:
        ended = signal.sigtimedwait(ENDINGS, SECONDS_BETWEEN_SAVES) is not None
        if state:
            state.save()


if __name__ == "__main__":
    try:
        serve(arguments())
    except (ValueError, OSError) as error:
        sys.exit(f"simulator: {error}")
