"""The real program as its users run it: a configuration file, `serve` in a process of its own, HTTP, letters.

BINARY_UNDER_TEST names the program; run.py sets it.
"""
import email
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

BINARY = os.environ.get("BINARY_UNDER_TEST", "build/dev/optledger")
ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"https?://[^\s\"<>]+/(confirm|privacy)/([A-Za-z0-9_-]{44})")
JSON = {"Content-Type": "application/json"}
PATIENCE = 60  # seconds for what takes a fraction of one on a machine with nothing else to do

SECTIONS = {
    "controller": {"name": "Example GmbH", "street": "Musterstraße 3", "postal_code": "65189",
                   "city": "Wiesbaden", "country": "DE", "email": "datenschutz@example.de",
                   "imprint_url": "https://example.de/impressum",
                   "privacy_url": "https://example.de/datenschutz"},
    "mail": {"from": "Example GmbH <newsletter@example.de>"},
    # All the people of a test have one address; tests of the limits set their own.
    "limits": {"signups_per_client": "1000000/1s", "signups_per_domain": "1000000/1s", "signups": "1000000/1s"},
}


def a_list(name, **more):
    wording = ROOT / "examples/wording"
    return {"id": name, "title": {"de": f"Neues {name}", "en": f"News {name}"},
            "wording": {"de": str(wording / "news.de.md"), "en": str(wording / "news.en.md")}, **more}


def toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)  # strings, numbers and lists look alike in both


def wait_for(condition, what, patience=PATIENCE):
    """The first value of condition() that is true."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited {patience} s in vain for {what}")


class Answer:
    def __init__(self, answer):
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()

    def json(self):
        return json.loads(self.body)


class Letter:
    def __init__(self, path):
        self.path, self.raw = path, path.read_bytes()
        self.message = email.message_from_bytes(self.raw)
        # By hand: RFC 6532 has raw UTF-8 here, which Python's parser replaces.
        self.to = re.search(rb"^To: <?([^>\r\n]+)>?\r?$", self.raw, re.MULTILINE)[1].decode()
        text = self.message.get_payload(0).get_payload(decode=True).decode()
        self.text, link = text, LINK.search(text)
        self.kind, self.token = (link[1], link[2]) if link else (None, None)


class Maildir:
    """Letters of a folder, each read once. Any thread."""

    def __init__(self, folder):
        self.folder, self.known, self.lock = pathlib.Path(folder), {}, threading.Lock()

    def letters(self):
        with self.lock:
            for name in os.listdir(self.folder) if self.folder.exists() else []:
                if name not in self.known and not name.endswith((".json", ".jsonl", ".tmp")):
                    self.known[name] = Letter(self.folder / name)
            return list(self.known.values())

    def letter_to(self, address, patience=PATIENCE):
        return wait_for(lambda: next((one for one in self.letters() if one.to == address), None),
                        "a letter", patience)

    def await_all(self, addresses):
        wait_for(lambda: addresses <= {letter.to for letter in self.letters()}, "the last letters")


class Service:
    """One installation. `sections` are added to the configuration, section by section."""

    def __init__(self, sections=None, lists=(), state=None, environment=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="optledger-e2e-"))
        self.state = pathlib.Path(state) if state else self.folder / "state"
        self.database, self.keys = self.state / "optledger.db", self.state / "keys"
        self.maildir = Maildir(self.folder / "mail/new")
        self.lists = list(lists) or [a_list("news")]
        self.webhooks = []
        self.environment = environment or {}
        self.log, self.process, self.port, self.api_key = [], None, 0, None
        self.sections = {"server": {}, "storage": {"url": f"sqlite:{self.database}", "keys": str(self.keys)},
                         **{name: dict(section) for name, section in SECTIONS.items()}}
        self.sections["mail"]["url"] = f"mailbox:{self.folder / 'mail'}"
        for name, section in (sections or {}).items():
            self.sections.setdefault(name, {}).update(section)
        self.config = self.folder / "optledger.toml"

    # --- the configuration and the command line ---

    def write_config(self):
        server = {"listen": f"127.0.0.1:{self.port}", **self.sections["server"]}
        if self.port:
            server.setdefault("public_url", f"http://127.0.0.1:{self.port}")
        text = ""
        for name, section in {**self.sections, "server": server}.items():
            text += f"[{name}]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in section.items())
        for one in self.lists:
            text += "[[list]]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in one.items())
        for one in self.webhooks:
            text += "[[webhook]]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in one.items())
        self.config.write_text(text, encoding="utf-8")

    def command(self, *words):
        return [BINARY, "--config", str(self.config), *words]

    def cli(self, *words, environment=None):
        """Exit code, stdout, stderr."""
        self.write_config()
        variables = {**os.environ, **self.environment, **(environment or {})}
        done = subprocess.run(self.command(*words), env=variables, capture_output=True, text=True, timeout=60,
                              cwd=self.folder, check=False)
        return done.returncode, done.stdout, done.stderr

    # --- serve ---

    def start(self, environment=None, wrapper=(), sockets=()):
        """Waits for the "listening" line. The first free port is kept for later starts."""
        self.launch(environment, wrapper, sockets)
        line = wait_for(lambda: self.event("listening") or self.process.poll() is not None, "the start")
        if line is True:
            raise AssertionError(f"serve ended with {self.process.returncode}: {self.text_of_log()}")
        self.port = urllib.parse.urlsplit(line["url"]).port
        return self

    def launch(self, environment=None, wrapper=(), sockets=()):
        self.write_config()
        self.log = []
        self.process = subprocess.Popen([*wrapper, *self.command("serve")], cwd=self.folder, text=True,
                                        env={**os.environ, **self.environment, **(environment or {})},
                                        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, errors="replace", pass_fds=sockets)
        self.reader = threading.Thread(target=self.read_log, args=(self.process, self.log), daemon=True)
        self.reader.start()

    @staticmethod
    def read_log(process, log):
        with process.stderr:
            log.extend(iter(process.stderr.readline, ""))

    def text_of_log(self):
        return "".join(list(self.log))

    def event(self, name):
        lines = [json.loads(line) for line in list(self.log) if line.startswith("{")]
        return next((line for line in lines if line["event"] == name), None)

    def wait(self, patience=PATIENCE):
        """Exit code, after its last line has been read."""
        code = self.process.wait(patience)
        self.reader.join(patience)
        return code

    def kill9(self):
        self.process.send_signal(signal.SIGKILL)
        return self.wait()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill9()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- what users do ---

    def connect(self, patience=PATIENCE):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)

    def raw(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def call(self, method, path, body=None, headers=None):
        connection = self.connect()
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def sign_up(self, address, headers=None, **more):
        body = json.dumps({"email": address, "locale": "en", **more}).encode()
        return self.call("POST", "/v1/signups", body, {**JSON, **(headers or {})})

    def confirm(self, token, headers=None):
        return self.call("POST", f"/confirm/{token}", b"", headers)

    def leave(self, token):
        """As a mail client does it (RFC 8058)."""
        return self.call("POST", f"/unsubscribe/{token}", b"List-Unsubscribe=One-Click",
                         {"Content-Type": "application/x-www-form-urlencoded"})

    def key(self, scope="proof"):
        name = f"test-{scope}-{time.monotonic_ns()}"
        code, out, err = self.cli("apikey", "add", "--name", name, "--scope", scope, "--json")
        assert code == 0, err
        return {"Authorization": "Bearer " + json.loads(out)["key"]}

    def look_up(self, address, **more):
        self.api_key = self.api_key or self.key()
        body = json.dumps({"email": address, "reason": "end-to-end test", **more}).encode()
        return self.call("POST", "/v1/proofs", body, {**JSON, **self.api_key})

    def records(self, address, kind=None, **more):
        """Records of an address on its list, of one kind or all but those of looking; none when nothing is held."""
        answer = self.look_up(address, **more)
        if answer.status == 404:
            return []
        assert answer.status == 200, answer.body
        records = [entry["record"] for entry in answer.json()["records"]]
        return [record for record in records if record["kind"] == kind or (not kind and record["kind"] != "proof_issued")]


class EndToEnd(unittest.TestCase):
    """A test with services that are gone after it."""

    def service(self, *arguments, **named):
        service = Service(*arguments, **named)
        self.addCleanup(service.close)
        return service

    def temporary_folder(self):
        folder = tempfile.mkdtemp(prefix="optledger-e2e-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return pathlib.Path(folder)

    def tmpfs(self, options):
        """A file system of its own; a test that needs one says loudly when there cannot be any."""
        folder = self.temporary_folder()
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True,
                              text=True, check=False)
        if made.returncode != 0:
            self.skipTest("no tmpfs can be mounted (not root?): " + made.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=False)
        return folder
