"""One fresh state in a folder of its own, with the configuration that every measurement uses."""
import json
import pathlib
import shutil
import sqlite3
import subprocess
import time

from processes import SOURCE, Server, bench_json, bench_program

CONFIGURATION = """\
[server]
listen = "127.0.0.1:0"
public_url = "https://newsletter.example.de"
access_log = "access.log"
[controller]
name = "Example GmbH"
street = "Musterstraße 3"
postal_code = "65189"
city = "Wiesbaden"
country = "DE"
email = "datenschutz@example.de"
imprint_url = "https://example.de/impressum"
privacy_url = "https://example.de/datenschutz"
privacy_notice = {{ de = "{examples}/privacy.de.md", en = "{examples}/privacy.en.md" }}
[storage]
url = "sqlite:state/optledger.db"
keys = "state/keys"
[mail]
url = "{mail}"
from = "Example GmbH <newsletter@example.de>"
connections = {connections}
[limits]
signups_per_client = "1000000/1s"
signups_per_domain = "1000000/1s"
signups = "1000000/1s"
[[list]]
id = "news"
title = {{ de = "Neuigkeiten", en = "News" }}
wording = {{ de = "{examples}/wording/news.de.md", en = "{examples}/wording/news.en.md" }}
"""


class Trial:
    def __init__(self, folder, program):
        self.folder = pathlib.Path(folder)
        self.program = program
        self.config = self.folder / "optledger.toml"
        self.database = self.folder / "state" / "optledger.db"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def serve(self, mail="mailbox:mail", connections=2):
        text = CONFIGURATION.format(examples=SOURCE / "examples", mail=mail, connections=connections)
        self.config.write_text(text, encoding="utf-8")
        return Server([self.program, "--config", self.config, "serve"], self.folder / "service.log")

    def add_to_configuration(self, text):
        with open(self.config, "a", encoding="utf-8") as file:
            file.write(text)

    def command(self, *arguments):
        command = [str(self.program), "--config", str(self.config), *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def proof_key(self):
        return json.loads(self.command("apikey", "add", "--name", "bench", "--scope", "proof", "--json"))["key"]

    def fill(self, people, confirmed, forget_at=None):
        """Gives the seconds it took. The service must have run once and be stopped."""
        started = time.monotonic()
        command = [bench_program("fill"), "--config", self.config, "--templates", SOURCE / "templates"]
        command += ["--people", str(people)] + (["--confirmed"] if confirmed else [])
        command += ["--forget-at", str(round(forget_at * 1000))] if forget_at else []
        subprocess.run(list(map(str, command)), check=True)
        return time.monotonic() - started

    def raw_sync(self, seconds):
        return bench_json("raw_sync", self.database.parent / "raw-sync", "--seconds", seconds)

    def tokens(self):
        """A file with the confirm token of every pending sign-up, one a line."""
        file = self.folder / "tokens"
        with open(file, "wb") as out:
            subprocess.run([bench_program("tokens"), "--config", str(self.config)], check=True, stdout=out)
        return file

    def held(self):
        """Consents that have ended and are still kept."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            return database.execute("SELECT COUNT(*) FROM signup WHERE held_until IS NOT NULL").fetchone()[0]

    def letters_owed(self):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            return database.execute("SELECT count(*) FROM letter_task").fetchone()[0]

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
