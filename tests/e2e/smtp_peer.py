"""The SMTP server of tests/peers as a process beside the service."""
import json
import pathlib
import subprocess

from service import ROOT, Maildir, wait_for


class SmtpPeer:
    def __init__(self, test, *options, port=0):
        self.folder = pathlib.Path(test.temporary_folder())
        self.store = self.folder / "store"
        self.ca_file = self.folder / "cert.pem"
        self.maildir = Maildir(self.store)
        self.process = subprocess.Popen(
            ["/usr/bin/python3", str(ROOT / "tests/peers/smtp_server.py"), "--store", str(self.store),
             "--cert-dir", str(self.folder), "--port", str(port), "--stdin-lives", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        test.addCleanup(self.stop)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdin.close()
        self.process.stdout.close()

    def facts(self, letter):
        """Envelope and connection of a letter that came."""
        return json.loads(letter.path.with_suffix(".json").read_text())

    def count(self, verb):
        """How often the verb has been heard."""
        events = self.store / "events.jsonl"
        lines = events.read_text().splitlines() if events.exists() else []
        return sum(json.loads(line).get("verb") == verb for line in lines)

    def wait_for_verb(self, verb, times=1):
        wait_for(lambda: self.count(verb) >= times, f"{times} × {verb}")
