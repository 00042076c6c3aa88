"""The requests that are measured."""
import itertools
import json

from processes import bench_json

_runs = itertools.count(1)

# What a website's form sends. {n} makes every address a new one, also over several runs on one state.
SIGNUP = json.dumps({
    "email": "anna.lindqvist+run-{n}@example.com",
    "name": "Anna Lindqvist",
    "locale": "de",
    "source_url": "https://www.example.de/newsletter",
})
CONFIRMATION = json.dumps({"token": "{line}"})
LOOK_UP = json.dumps({"email": "person-{n}@example.org", "reason": "bench"})


def _load(server, connections, seconds, *more):
    return bench_json("load", "--port", server.port, "--connections", connections, "--seconds", seconds, *more)


def sign_ups(server, connections, seconds):
    """The same bytes go to the service and to bare cpp-httplib."""
    return _load(server, connections, seconds, "--path", "/v1/signups", "--body", SIGNUP, "--expect", 202,
                 "--first", next(_runs) * 1_000_000_000)


def confirmations(server, connections, seconds, tokens):
    return _load(server, connections, seconds, "--path", "/v1/confirmations", "--body", CONFIRMATION,
                 "--lines", tokens)


def look_ups(server, connections, seconds, key, people):
    return _load(server, connections, seconds, "--path", "/v1/proofs", "--body", LOOK_UP, "--bearer", key,
                 "--random-below", people)
