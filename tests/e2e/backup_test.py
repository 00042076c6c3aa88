"""Backup, restore, and a database copied back from before somebody left, on the real program."""
import json
import os
import pathlib
import pty
import shutil
import sqlite3
import stat
import subprocess

from crowd import Crowd, lost
from leaving_test import FORM, ONE_CLICK, Readers
from service import wait_for
from traces import traces

# Who leaves after the backup, and how. "bleibt" does not.
ERASED, RESTRICTED, LEFT = "geloescht@example.org", "beschraenkt@example.org", "gegangen@example.org"
BLOCKED, CANCELLED, STAYS = "gesperrt@example.org", "nichtich@example.org", "bleibt@example.org"
NEW = "neu@example.org"  # signs up after the backup
GONE_WORDS = ["geloescht", "nichtich"]
# System call: before which of its uses the restore is killed.
POINTS = {"openat": [40, 60, 80, 100], "pwrite64": [1, 2, 3, 8, 20, 40, 60, 80, 120, 200], "fdatasync": [1, 2, 3, 4, 6, 8],
          "fsync": [1, 2, 3], "write": [1, 2, 3, 4], "ftruncate": [1, 2, 3], "rename": [1], "unlink": [1, 2, 3, 4]}


class Backups(Readers):
    """What an administrator does; no tests."""

    def backup(self, service, *options, name="backup.db"):
        file = service.folder / name
        code, out, error = service.cli("backup", str(file), *options)
        self.assertEqual(code, 0, out + error)
        return file

    def restored(self, service, file):
        code, out, error = service.cli("restore", str(file), "--json")
        self.assertEqual(code, 0, out + error)
        return json.loads(out)

    def events(self, service):
        return [json.loads(line)["event"] for line in service.log if line.startswith("{")]

    def with_leavers(self):
        """A stopped service, a backup of it with people in it who have left since, and what they had to click."""
        service = self.service().start()
        for address in (ERASED, RESTRICTED, LEFT, BLOCKED, STAYS):
            self.subscribed(service, address, name="Name von " + address.split("@")[0])
        service.sign_up(CANCELLED)
        cancelled = service.maildir.letter_to(CANCELLED).token
        wait_for(lambda: service.records(CANCELLED, "letter_sent"), "the record of the letter")
        self.leave_link = "/unsubscribe/" + self.link_of(service, LEFT)
        file = self.backup(service)
        self.assertEqual(service.cli("erase", ERASED, "--reason", "ticket 1", "--consent-confirmed")[0], 0)
        self.assertEqual(service.cli("erase", RESTRICTED, "--reason", "ticket 2")[0], 1)
        self.assertEqual(service.call("POST", self.leave_link, ONE_CLICK, FORM).status, 200)
        self.assertEqual(self.manage(service, "/v1/blocks", email=BLOCKED).status, 200)
        self.assertEqual(service.call("POST", f"/confirm/{cancelled}", "action=cancel&no_more_letters=on", FORM).status,
                         200)
        self.subscribed(service, NEW)
        self.held_until = service.look_up(LEFT).json()["conclusion"]["held_until"]
        wait_for(lambda: traces(service.state, GONE_WORDS) == [], "clean files")
        self.assertEqual(service.terminate(), 0)
        return service, file

    def link_of(self, service, address):
        """The confirmed page of a used link names the unsubscribe link again."""
        token = service.maildir.letter_to(address).token
        answer = service.call("POST", "/v1/confirmations", json.dumps({"token": token}),
                              {"Content-Type": "application/json"})
        return answer.json()["unsubscribe_url"].rsplit("/", 1)[1]

    def assert_nobody_is_back(self, service):
        """On a service that has just started."""
        self.assertEqual(traces(service.state, GONE_WORDS), [])
        self.assertEqual(service.look_up(ERASED).json()["format"], "optledger-erasure-receipt/1")
        for address, reason in ((ERASED, "unsubscribed"), (RESTRICTED, "unsubscribed"), (LEFT, "unsubscribed"),
                                (BLOCKED, "blocked"), (CANCELLED, "blocked")):
            answer = self.suppressed(service, address, list="news")
            self.assertEqual((answer["suppressed"], answer.get("reason")), (True, reason), address)
        for address, state in ((RESTRICTED, "unsubscribed"), (LEFT, "unsubscribed"), (BLOCKED, "blocked"),
                               (STAYS, "confirmed")):
            self.assertEqual(service.look_up(address).json()["conclusion"]["state"], state, address)
        self.assertFalse(self.suppressed(service, STAYS, list="news")["suppressed"])
        self.assertEqual(service.look_up(LEFT).json()["conclusion"]["held_until"], self.held_until)
        for address in (ERASED, LEFT, BLOCKED, CANCELLED):
            self.assertIn(service.confirm(service.maildir.letter_to(address).token).status, (200, 410))
            self.assertTrue(self.suppressed(service, address, list="news")["suppressed"], address)
        self.assertEqual(service.cli("check")[0], 0)


class Backup(Backups):
    def test_everything_that_was_acknowledged_before_a_backup_under_load_is_there_after_the_restore(self):
        service = self.service().start()
        with Crowd(service) as crowd:
            wait_for(lambda: len(crowd.confirmed) > 20, "confirmations")
            acknowledged, confirmed = set(crowd.acknowledged), set(crowd.confirmed)
            file = self.backup(service)
            wait_for(lambda: len(crowd.acknowledged) > len(acknowledged) + 20, "sign-ups after the backup")
        self.assertEqual(crowd.odd, [])
        self.assertEqual(service.terminate(), 0)
        self.restored(service, file)
        service.start()
        later = crowd.acknowledged - acknowledged
        crowd.acknowledged, crowd.confirmed = acknowledged, confirmed
        self.assertEqual(lost(service, crowd), [])
        self.assertTrue(any(not service.records(address) for address in later), "it is the backup")
        self.assertEqual(service.sign_up("anna@example.org").status, 202)

    def test_a_backup_is_one_private_file_that_is_never_replaced_unasked(self):
        service = self.service().start()
        file = self.backup(service)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        before = file.read_bytes()
        code, out, error = service.cli("backup", str(file))
        self.assertEqual((code, out), (1, ""))
        self.assertIn("--force", error)
        self.assertEqual(file.read_bytes(), before)
        service.sign_up("anna@example.org")
        self.backup(service, "--force")
        self.assertNotEqual(file.read_bytes(), before)
        folder = service.folder / "backups"
        folder.mkdir()
        code, out, error = service.cli("backup", str(folder), "--json")
        self.assertEqual(code, 0, error)
        told = json.loads(out)
        self.assertEqual([str(path) for path in folder.iterdir()], [told["file"]])
        self.assertRegex(told["file"], r"/optledger-\d{8}T\d{6}Z\.db$")
        self.assertEqual(told["octets"], pathlib.Path(told["file"]).stat().st_size)
        code, out, _ = service.cli("backup", str(folder / "another.db"))
        self.assertIn(f"The keys in {service.keys} are not in it", out)

    def test_a_backup_that_cannot_be_written_leaves_nothing_and_says_why(self):
        service = self.service().start()
        disk = self.tmpfs("size=64k")
        for destination in (disk / "backup.db", service.folder / "no" / "backup.db", service.database):
            code, out, error = service.cli("backup", str(destination), "--force")
            self.assertIn(code, (1, 2))
            self.assertEqual((out, len(error.splitlines())), ("", 1), error)
        self.assertEqual(list(disk.iterdir()), [])
        self.assertEqual(service.sign_up("anna@example.org").status, 202)

    def test_without_a_database_there_is_no_backup_and_none_is_made(self):
        service = self.service()
        code, _, error = service.cli("backup", str(service.folder / "backup.db"))
        self.assertEqual(code, 1, error)
        self.assertFalse(service.database.exists())

    def test_a_bar_on_a_terminal_and_nothing_on_a_pipe(self):
        service = self.service().start()
        ours, theirs = pty.openpty()
        done = subprocess.run(service.command("backup", str(service.folder / "b.db")), stderr=theirs,
                              stdout=subprocess.DEVNULL, timeout=60, check=False)
        os.close(theirs)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"100 %", os.read(ours, 65536))
        os.close(ours)
        self.assertEqual(service.cli("backup", str(service.folder / "c.db"))[2], "")


class Restore(Backups):
    def test_whoever_left_after_the_backup_stays_away_after_a_restore(self):
        service, file = self.with_leavers()
        self.assertTrue(any(word in str(traces(file.parent, [word])) for word in GONE_WORDS), "the search itself works")
        told = self.restored(service, file)
        self.assertEqual((told["took_over_departures"], told["erased_signups"], told["ended_subscriptions"]),
                         (True, 2, 3))
        self.assertEqual(traces(service.state, GONE_WORDS), [], "before anything else is started")
        service.start()
        self.assert_nobody_is_back(service)
        self.assertEqual(service.records(NEW), [], "it is the backup")
        service.terminate()
        self.assertNotIn("departures_applied_again", self.events(service))

    def test_whoever_left_after_the_copy_stays_away_when_the_file_is_copied_back_by_hand(self):
        service, file = self.with_leavers()
        shutil.copyfile(file, service.database)
        self.assertTrue(traces(service.state, GONE_WORDS))
        self.assertIn("departures_applied_again", self.said_to_be_restored(service))
        self.assertEqual(traces(service.state, GONE_WORDS), [])
        service.start()
        self.assertNotIn("departures_applied_again", self.events(service))
        self.assert_nobody_is_back(service)

    def said_to_be_restored(self, service):
        """Nobody is answered before the ledger is told; what it logs."""
        for command in (("serve",), ("export", "--kind", "suppressions")):
            code, out, error = service.cli(*command)
            self.assertEqual((code, out, len(error.splitlines())), (1, "", 1), error)
            self.assertRegex(error, "older copy.*optledger ledger restored --reason")
        code, out, error = service.cli("ledger", "restored", "--reason", "copied back by hand", "--json")
        self.assertEqual(code, 0, error)
        self.assertGreater(json.loads(out)["entries_put_back"], 0)
        return error

    def test_when_the_mirror_is_lost_too_the_journal_is_applied_and_the_mirror_made_anew(self):
        service, file = self.with_leavers()
        shutil.copyfile(file, service.database)
        shutil.rmtree(service.database.with_name("optledger.db-ledger"))
        code, _, error = service.cli("export", "--kind", "suppressions")
        self.assertEqual(code, 1)
        self.assertIn("is missing or empty", error)
        code, out, error = service.cli("ledger", "restored", "--reason", "all but the backup is lost", "--json")
        self.assertEqual(code, 0, error)
        self.assertEqual((json.loads(out)["entries_put_back"], json.loads(out)["mirror_made_anew"]), (0, True))
        self.assertIn("departures_applied_again", error)
        code, out, _ = service.cli("export", "--kind", "suppressions")
        self.assertEqual(code, 0)
        self.assertGreaterEqual(len(out.splitlines()), 5)
        code, out, _ = service.cli("proof", ERASED, "--reason", "case 17")
        self.assertEqual((code, json.loads(out)["format"]), (0, "optledger-erasure-receipt/1"))

    def test_a_killed_service_has_noted_who_left_a_moment_before(self):
        service = self.service().start()
        link = self.subscribed(service, LEFT)
        file = self.backup(service)
        journal = service.database.with_name("optledger.db-departures")
        size = journal.stat().st_size
        self.assertEqual(service.call("POST", link, ONE_CLICK, FORM).status, 200)
        wait_for(lambda: journal.stat().st_size > size, "the journal", patience=10)
        service.kill9()
        for name in ("optledger.db-wal", "optledger.db-shm"):
            service.database.with_name(name).unlink(missing_ok=True)
        shutil.copyfile(file, service.database)
        service.cli("ledger", "restored", "--reason", "killed")  # unless it was killed before it published
        service.start()
        self.assertTrue(self.suppressed(service, LEFT, list="news")["suppressed"])

    def test_a_database_that_is_gone_or_cannot_be_read_is_replaced_and_the_journal_applied(self):
        service, file = self.with_leavers()
        for damage in (lambda: service.database.write_bytes(b"x" * 50_000), lambda: self.cut(service.database),
                       service.database.unlink):
            damage()
            self.assertEqual(self.restored(service, file)["erased_signups"], 2)
            self.assertEqual(traces(service.state, GONE_WORDS), [])
        service.start()
        self.assert_nobody_is_back(service)

    @staticmethod
    def cut(database):
        with open(database, "r+b") as file:
            file.seek(4096)
            file.write(b"\xaa" * 8192)

    def test_what_cannot_be_restored_is_refused_in_one_line_and_nothing_is_changed(self):
        service, file = self.with_leavers()
        state = self.bytes_of(service.state)
        other = self.service().start()
        foreign = self.backup(other)
        other.terminate()
        damaged = service.folder / "damaged.db"
        damaged.write_bytes(file.read_bytes()[:-8192])
        text = service.folder / "text.db"
        text.write_bytes(b"Dear diary, today I was put where a backup should be.\n" * 100)
        running = service.folder / "running.db"
        shutil.copyfile(file, running)
        (service.folder / "running.db-wal").write_bytes(b"x")
        for source, words in ((foreign, "keys in .* are not those of"), (damaged, "damaged"), (text, "damaged"),
                              (running, "-wal"), (service.folder / "none.db", "not a file"),
                              (service.database, "the database itself")):
            code, out, error = service.cli("restore", str(source))
            self.assertIn(code, (1, 2))
            self.assertEqual((out, len(error.splitlines())), ("", 1), error)
            self.assertRegex(error, words)
            self.assertEqual(self.bytes_of(service.state), state)
        journal = service.database.with_name("optledger.db-departures")
        journal.write_bytes(journal.read_bytes().replace(b"rule", b"rune"))
        state = self.bytes_of(service.state)
        code, _, error = service.cli("restore", str(file))
        self.assertEqual(code, 1)
        self.assertRegex(error, "journal of departures .* is damaged in line")
        code, out, _ = service.cli("check")
        self.assertEqual(code, 1)
        self.assertRegex(out, "(?m)^FAIL storage: the journal of departures .* is damaged in line")
        self.assertEqual(self.bytes_of(service.state), state)

    @staticmethod
    def bytes_of(folder):
        return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def test_beside_a_running_serve_nothing_is_restored(self):
        service = self.service().start()
        file = self.backup(service)
        service.sign_up("anna@example.org")
        code, _, error = service.cli("restore", str(file))
        self.assertEqual(code, 1)
        self.assertIn("stop it first", error)
        self.assertTrue(service.records("anna@example.org"))

    def test_a_restore_that_is_killed_at_any_point_leaves_the_old_state_or_the_new_one_and_nobody_back(self):
        if not shutil.which("strace"):
            self.skipTest("no strace")
        service, file = self.with_leavers()
        kept = service.folder / "kept"
        shutil.copytree(service.state, kept)
        found = set()
        for call, count in [(call, count) for call, counts in POINTS.items() for count in counts]:
            with self.subTest(call=call, count=count):
                shutil.rmtree(service.state)
                shutil.copytree(kept, service.state)
                done = subprocess.run(["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                                       f"inject={call}:signal=KILL:when={count}",
                                       *service.command("restore", str(file))],
                                      capture_output=True, timeout=60, check=False)
                code, out, error = service.cli("check")
                self.assertEqual(code, 0, out + error)
                self.assertEqual(traces(service.state, GONE_WORDS), [])
                found.add((self.examine(service), done.returncode == 0))
        self.assertIn(("old", False), found)
        self.assertIn(("new", False), found, "no point was between the two")
        service.start()
        self.assert_nobody_is_back(service)

    def examine(self, service):
        """Which of the two states it is, after it was opened once."""
        database = sqlite3.connect(service.database)
        (people,) = database.execute("SELECT group_concat(email) FROM signup").fetchone()
        states = dict(database.execute("SELECT signup.email, subscription.state FROM subscription JOIN signup "
                                       "USING (signup_id)").fetchall())
        (rules,) = database.execute("SELECT count(DISTINCT fingerprint) FROM suppression").fetchone()
        database.close()
        for address, state in ((STAYS, "confirmed"), (LEFT, "unsubscribed"), (RESTRICTED, "unsubscribed"),
                               (BLOCKED, "blocked")):
            self.assertEqual(states[address], state)
        self.assertNotIn(ERASED, people)
        self.assertNotIn(CANCELLED, people)
        self.assertEqual(rules, 5)
        return "old" if NEW in people else "new"

    def test_what_a_killed_restore_left_is_cleaned_up_before_the_first_answer(self):
        service, file = self.with_leavers()
        service.database.write_bytes(b"x" * 50_000)  # so that the file is replaced as a file
        subprocess.run(["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=rename", "-e",
                        "inject=rename:signal=KILL:when=1", *service.command("restore", str(file))],
                       capture_output=True, timeout=60, check=False)
        self.assertTrue(traces(service.state, GONE_WORDS), "it was killed before the end")
        self.restored(service, file)
        self.assertEqual(traces(service.state, GONE_WORDS), [])
        shutil.copyfile(file, service.database.with_name("optledger.db-restoring"))
        service.start()
        self.assertEqual(traces(service.state, GONE_WORDS), [])
