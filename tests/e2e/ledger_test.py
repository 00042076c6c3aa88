"""The public ledger on the real program: published behind the records, by nobody's leave, and never against
what was published before. What it serves is checked by a few lines of this file's own."""
import base64
import contextlib
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import unittest

from leaving_test import FORM, ONE_CLICK, Readers
from service import wait_for

TILE = 256


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves):
    """RFC 6962."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of(leaves[:split]), root_of(leaves[split:]))


def number_path(number):
    groups = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03}")
    return "/".join(groups)


def partial(width):
    return "" if width == TILE else f".p/{width}"


class Checkpoint:
    def __init__(self, note):
        self.note = note
        text, signatures = note.split("\n\n")
        self.origin, size, root = text.split("\n")
        self.size, self.root = int(size), base64.b64decode(root)
        self.signatures = signatures.splitlines()


class Ledgers(Readers):
    """What somebody who watches does; no tests."""

    def checkpoint(self, service):
        answer = service.call("GET", "/v1/ledger/checkpoint")
        return Checkpoint(answer.body.decode()) if answer.status == 200 else None

    def published(self, service, size=1):
        """The first checkpoint of at least so many entries."""
        return wait_for(lambda: (now := self.checkpoint(service)) and now.size >= size and now, "a checkpoint")

    def all_published(self, service):
        """One that has all that is in the database now."""
        return self.published(service, self.entries_in(service.database))

    @staticmethod
    def entries_in(database):
        with contextlib.closing(sqlite3.connect(database)) as connection:
            return connection.execute("SELECT count(*) FROM ledger_entry").fetchone()[0]

    def download(self, service, size):
        """The leaves, from the tiles as any mirror would fetch them, and compared with the entries."""
        leaves, entries = [], []
        for number in range((size + TILE - 1) // TILE):
            width = min(TILE, size - number * TILE)
            path = number_path(number) + partial(width)
            tile = service.call("GET", f"/v1/ledger/tile/0/{path}").body
            bundle = service.call("GET", f"/v1/ledger/tile/entries/{path}").body
            self.assertEqual((len(tile), len(bundle)), (32 * width, 34 * width))
            leaves += [tile[i:i + 32] for i in range(0, len(tile), 32)]
            for i in range(0, len(bundle), 34):
                self.assertEqual(bundle[i:i + 2], b"\0\x20")
                entries.append(bundle[i + 2:i + 34])
        self.assertEqual([leaf(entry) for entry in entries], leaves)
        return leaves

    def assert_whole(self, service, now):
        leaves = self.download(service, now.size)
        self.assertEqual(root_of(leaves), now.root)
        return leaves

    def mirror(self, service):
        return service.database.with_name("optledger.db-ledger")

    def in_mirror(self, service):
        return Checkpoint((self.mirror(service) / "checkpoint").read_text())

    @staticmethod
    def change(service, sql):
        with contextlib.closing(sqlite3.connect(service.database)) as database, database:
            database.execute(sql)

    def busy(self, service, count=8):
        for number in range(count):
            self.assertEqual(service.sign_up(f"p{number}.{time.monotonic_ns()}@example.org").status, 202)

    def ready(self, service):
        return service.call("GET", "/readyz").json().get("detail", "")

    def stopped(self, service):
        self.assertEqual(service.terminate(), 0)
        return service


class Ledger(Ledgers):
    def test_a_record_is_published_within_a_second_as_anybody_can_check(self):
        service = self.service().start()
        self.assertEqual(service.call("GET", "/v1/ledger/checkpoint").status, 404)
        for _ in range(3):
            before = self.entries_in(service.database)
            self.busy(service, 1)
            began = time.monotonic()
            now = self.published(service, before + 1)
            self.assertLess(time.monotonic() - began, 3, "a second, on a machine with nothing else to do")
        self.assert_whole(service, self.all_published(service))
        vkey = service.call("GET", "/v1/ledger/vkey").body.decode()
        self.assertRegex(vkey, r"^[^ +]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}\n$")
        self.assertEqual(now.origin, vkey.split("+")[0])
        self.assertEqual(len(now.signatures), 1)

    def test_openssl_verifies_the_signature(self):
        service = self.service().start()
        self.busy(service, 1)
        now = self.published(service)
        name, key_id, key = service.call("GET", "/v1/ledger/vkey").body.decode().strip().split("+", 2)
        key = base64.b64decode(key)
        self.assertEqual(hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8], key_id)
        folder = self.temporary_folder()
        (folder / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + key[1:])
        (folder / "text").write_text(now.note.split("\n\n")[0] + "\n")
        (folder / "signature").write_bytes(base64.b64decode(now.signatures[0].split(" ")[2])[4:])
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder / "key.der",
                               "-rawin", "-in", folder / "text", "-sigfile", folder / "signature"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_tiles_are_cacheable_strictly_named_and_none_is_there_that_was_not_published(self):
        service = self.service().start()
        self.busy(service, 3)
        now = self.all_published(service)
        width = now.size
        for path in (f"tile/0/000.p/{width}", "tile/0/000.p/1", f"tile/entries/000.p/{width}"):
            answer = service.call("GET", "/v1/ledger/" + path)
            self.assertEqual(answer.status, 200, path)
            self.assertIn("immutable", answer.headers["Cache-Control"])
            self.assertEqual(answer.headers["Content-Type"], "application/octet-stream")
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
            head = service.call("HEAD", "/v1/ledger/" + path)
            self.assertEqual((head.status, head.body), (200, b""))
        for path in ("tile/0/000", f"tile/0/000.p/{width + 1}", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
                     "tile/0/0", "tile/0/001", "tile/1/000.p/1", "tile/00/000.p/1", "tile/0/x000/000.p/1",
                     "tile/0/000.p/1/", "tile/entries/000", "tile/entries/0.p/1", "tile/../checkpoint",
                     "tile/entries/../../checkpoint", "tile/0/%30%30%30.p/1", "tile/0//000.p/1", "tile/", "tile",
                     "tile/-1/000.p/1", "tile/0/999999999999999999999", "checkpoint.new", "", "tile/0/000.p/1\0"):
            status = service.call("GET", "/v1/ledger/" + path.replace("\0", "%00")).status
            self.assertIn(status, (400, 404), path)
        self.assertEqual(service.call("POST", "/v1/ledger/checkpoint", "").status, 405)

    def test_nothing_personal_is_in_the_mirror_and_erasing_does_not_touch_it(self):
        service = self.service().start()
        link = self.subscribed(service, "verschwindet@example.org", name="Verschwundene Person")
        before = self.all_published(service)
        leaves = self.assert_whole(service, before)
        self.assertEqual(service.call("POST", link, ONE_CLICK, FORM).status, 200)
        self.assertEqual(service.cli("erase", "verschwindet@example.org", "--reason", "t", "--consent-confirmed")[0], 0)
        after = self.all_published(service)
        self.assertEqual(self.assert_whole(service, after)[:before.size], leaves)
        for file in self.mirror(service).rglob("*"):
            if file.is_file():
                self.assertNotIn(b"verschw", file.read_bytes().lower())

    def test_commands_give_the_checkpoint_and_check_has_a_line(self):
        service = self.service().start()
        self.assertEqual(service.cli("ledger", "checkpoint")[0], 1)
        self.busy(service)
        now = self.all_published(service)
        code, out, _ = service.cli("ledger", "checkpoint")
        self.assertEqual((code, out), (0, now.note))
        code, out, _ = service.cli("ledger", "checkpoint", "--json")
        told = json.loads(out)
        self.assertEqual((told["size"], told["root"], told["checkpoint"], told["origin"]),
                         (now.size, now.root.hex(), now.note, now.origin))
        self.assertEqual(told["vkey"] + "\n", service.call("GET", "/v1/ledger/vkey").body.decode())
        code, out, _ = service.cli("check")
        self.assertEqual(code, 0)
        signed = re.search(r"(?m)^ok   ledger: .*, (\d+) entries under a signed checkpoint in ", out)
        self.assertGreaterEqual(int(signed[1]), now.size)  # a letter may have gone out meanwhile
        metrics = service.call("GET", "/metrics", headers=service.key("stats")).body.decode()
        self.assertGreaterEqual(int(re.search(r"(?m)^optledger_ledger_size (\d+)$", metrics)[1]), now.size)
        self.assertRegex(metrics, r"(?m)^optledger_ledger_unsigned_entries \d+$")

    def test_name_and_key_are_fixed_at_the_first_start(self):
        service = self.service().start()
        origin = self.service_origin(service)
        self.stopped(service)
        service.sections["ledger"] = {"origin": "elsewhere.example/ledger"}
        code, out, error = service.cli("serve")
        self.assertEqual((code, len(error.splitlines())), (1, 1))
        self.assertIn(f'begun as "{origin}"', error)
        service.sections["ledger"] = {"origin": origin}
        service.start()
        self.stopped(service)
        key = service.keys / "ledger.key"
        for change, words in ((lambda: key.write_bytes(os.urandom(32)), "ledger.key is not that of this ledger"),
                              (lambda: key.write_bytes(b"short"), "damaged"), (key.unlink, "is missing")):
            kept = key.read_bytes()
            change()
            for command in (("serve",), ("check",), ("block", "a@example.org")):
                code, out, error = service.cli(*command)
                self.assertEqual(code, 1, command)
                self.assertIn(words, out + error)
            key.write_bytes(kept)
            key.chmod(0o600)
        service.start()

    def service_origin(self, service):
        return service.call("GET", "/v1/ledger/vkey").body.decode().split("+")[0]

    def test_a_service_killed_at_any_moment_goes_on_with_the_same_ledger(self):
        service = self.service().start()
        seen, leaves = [], []
        for wait in (0.05, 0.2, 0.35, 0.5, 0.65, 0.8):
            busy = threading.Thread(target=self.ignore_faults, args=(service,))
            busy.start()
            time.sleep(wait)
            if now := self.checkpoint(service):
                seen.append(now)
            service.kill9()
            busy.join()
            service.start()
            now = self.all_published(service)
            again = self.assert_whole(service, now)
            self.assertEqual(again[:len(leaves)], leaves)
            leaves = again
        for old in seen:
            self.assertEqual(root_of(leaves[:old.size]), old.root)

    def ignore_faults(self, service, count=40):
        with contextlib.suppress(OSError, AssertionError, http.client.HTTPException):  # it is killed meanwhile
            self.busy(service, count)

    def test_killed_between_any_two_system_calls_of_a_step_it_heals(self):
        if not shutil.which("strace"):
            self.skipTest("no strace")
        service = self.service().start()
        self.busy(service, 3)
        self.all_published(service)
        self.stopped(service)
        last, killed = None, 0
        for call, count in (("ftruncate", 1), ("ftruncate", 2), ("fsync", 1), ("fsync", 2), ("fsync", 3), ("fsync", 4),
                            ("rename", 1), ("rename", 2)):
            with self.subTest(call=call, count=count):
                service.launch(wrapper=("strace", "-D", "-f", "-qq", "-o", "/dev/null", "-P",
                                        str(self.mirror(service)), "-P", str(self.mirror(service) / "checkpoint"),
                                        "-P", str(self.mirror(service) / "checkpoint.new"),
                                        "-P", str(self.mirror(service) / "tile/0/000"),
                                        "-P", str(self.mirror(service) / "tile/entries/000"),
                                        "-e", f"inject={call}:signal=KILL:when={count}"))
                wait_for(lambda: self.is_up(service) or service.process.poll() is not None, "the start")
                self.ignore_faults(service, 2)
                wait_for(lambda: service.process.poll() is not None or self.checkpoint_is_last(service), "a step")
                killed += service.process.poll() is not None
                if service.process.poll() is None:
                    service.kill9()
                code, out, error = service.cli("check")
                self.assertEqual(code, 0, out + error)
                note = service.cli("ledger", "checkpoint")[1]
                self.assertTrue(note)
                last = Checkpoint(note)
        service.start()
        now = self.all_published(service)
        leaves = self.assert_whole(service, now)
        self.assertEqual(root_of(leaves[:last.size]), last.root)
        self.assertGreater(killed, 4)

    def is_up(self, service):
        try:
            return service.call("GET", "/healthz").status == 200
        except OSError:
            return False

    def checkpoint_is_last(self, service):
        return self.in_mirror(service).size == self.entries_in(service.database)

    def test_a_full_disk_under_the_mirror_stops_the_ledger_and_nobody_else(self):
        disk = self.tmpfs("size=64k")
        service = self.service(sections={"ledger": {"mirror": str(disk / "ledger")}}).start()
        self.busy(service, 2)
        before = self.all_published(service)
        (disk / "fill").write_bytes(b"x" * (os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize))
        self.busy(service, 2)
        wait_for(lambda: "ledger: the ledger's mirror" in self.ready(service) or
                 "No space" in self.ready(service), "the trouble in /readyz")
        self.busy(service, 2)
        self.assertEqual(self.checkpoint(service).note, before.note)
        (disk / "fill").unlink()
        self.assert_whole(service, self.all_published(service))
        wait_for(lambda: "ledger" not in self.ready(service), "/readyz without trouble")
        self.stopped(service)

    def test_a_mirror_that_is_taken_away_stops_the_ledger_until_it_is_back(self):
        service = self.service().start()
        self.busy(service, 2)
        before = self.all_published(service)
        mirror, away = self.mirror(service), service.folder / "away"
        mirror.rename(away)
        self.busy(service, 2)
        wait_for(lambda: "is missing or empty" in self.ready(service), "the trouble in /readyz")
        self.assertFalse(mirror.exists())
        self.assertEqual(service.call("GET", "/v1/ledger/checkpoint").status, 404)
        away.rename(mirror)
        now = self.published(service, before.size + 2)
        self.assertEqual(root_of(self.assert_whole(service, now)[:before.size]), before.root)
        self.stopped(service)
        mirror.rename(away)
        for command in (("serve",), ("block", "a@example.org")):
            code, _, error = service.cli(*command)
            self.assertEqual((code, len(error.splitlines())), (1, 1))
            self.assertIn("is missing or empty", error)
        code, out, _ = service.cli("check")
        self.assertEqual(code, 1)
        self.assertRegex(out, "(?m)^FAIL ledger: .*is missing or empty")
        self.assertRegex(out, "(?m)^ok   storage: ")

    def test_the_mirror_of_another_ledger_is_refused(self):
        service, other = self.service().start(), self.service().start()
        for one in (service, other):
            self.busy(one, 2)
            self.all_published(one)
            self.stopped(one)
        shutil.rmtree(self.mirror(service))
        shutil.copytree(self.mirror(other), self.mirror(service))
        before = {file: file.read_bytes() for file in self.mirror(service).rglob("*") if file.is_file()}
        for command in (("serve",), ("ledger", "restored", "--reason", "x"), ("ledger", "checkpoint")):
            code, _, error = service.cli(*command)
            self.assertEqual((code, len(error.splitlines())), (1, 1), error)
            self.assertIn("was not signed by this ledger", error)
        self.assertEqual(before, {file: file.read_bytes() for file in self.mirror(service).rglob("*") if file.is_file()})

    def test_a_changed_database_or_mirror_is_not_signed(self):
        service = self.service().start()
        self.busy(service, 3)
        self.stopped(service)
        before = self.in_mirror(service)
        self.change(service, "UPDATE ledger_entry SET entry = zeroblob(32) WHERE leaf_index = 1")
        service.start()
        self.busy(service, 1)
        wait_for(lambda: "disagree at entry 1" in self.ready(service), "the trouble in /readyz")
        self.assertEqual(self.checkpoint(service).note, before.note)
        code, out, _ = service.cli("check")
        self.assertEqual(code, 1)
        self.assertRegex(out, "(?m)^FAIL ledger: .*disagree at entry 1")

    def test_an_older_database_goes_on_only_by_an_operators_recorded_word(self):
        service = self.service().start()
        self.busy(service, 3)
        self.all_published(service)
        copy = service.folder / "copy.db"
        self.assertEqual(service.cli("backup", str(copy))[0], 0)
        self.busy(service, 5)
        self.stopped(service)
        before = self.in_mirror(service)
        tile = (self.mirror(service) / "tile/0/000").read_bytes()
        old_leaves = [tile[i:i + 32] for i in range(0, 32 * before.size, 32)]
        self.assertEqual(root_of(old_leaves), before.root)
        for rest in ("-wal", "-shm"):
            service.database.with_name("optledger.db" + rest).unlink(missing_ok=True)
        shutil.copyfile(copy, service.database)
        lost = self.entries_in(service.database)
        for command in (("serve",), ("block", "a@example.org"), ("erase", "a@example.org", "--reason", "x"),
                        ("unsubscribe", "a@example.org"),
                        ("retention",), ("apikey", "add", "--name", "n", "--scope", "proof")):
            code, out, error = service.cli(*command)
            self.assertEqual((code, out, len(error.splitlines())), (1, "", 1), command)
            self.assertRegex(error, f"has {lost} ledger entries, .* has {before.size}: it is an older copy")
        self.assertEqual(self.entries_in(service.database), lost)
        code, out, _ = service.cli("check")
        self.assertRegex(out, "(?m)^FAIL ledger: .*older copy")
        for reason in ("", "a@example.org asked"):
            self.assertEqual(service.cli("ledger", "restored", "--reason", reason)[0], 2)
        code, out, error = service.cli("ledger", "restored", "--reason", "the disk broke", "--json")
        self.assertEqual(code, 0, error)
        self.assertEqual(json.loads(out)["entries_put_back"], before.size - lost)
        with contextlib.closing(sqlite3.connect(service.database)) as database:
            (body,) = database.execute("SELECT body FROM record WHERE leaf_index = ?", (before.size,)).fetchone()
        record = json.loads(body)
        self.assertEqual((record["kind"], record["email"], record["details"]["reason"]),
                         ("restored", None, "the disk broke"))
        self.assertEqual(record["details"]["leaf_indices"], list(range(lost, before.size)))
        service.start()
        self.busy(service, 2)
        now = self.all_published(service)
        self.assertEqual(self.assert_whole(service, now)[:before.size], old_leaves)
        self.stopped(service)
        code, _, error = service.cli("ledger", "restored", "--reason", "again")
        self.assertEqual(code, 1)
        self.assertIn("level", error)

    def test_a_restore_brings_the_ledger_level_by_itself(self):
        service = self.service().start()
        self.busy(service, 2)
        copy = service.folder / "copy.db"
        self.assertEqual(service.cli("backup", str(copy))[0], 0)
        self.busy(service, 5)
        before = self.all_published(service)
        self.stopped(service)
        code, out, error = service.cli("restore", str(copy), "--json")
        self.assertEqual(code, 0, error)
        self.assertGreater(json.loads(out)["entries_put_back"], 0)
        service.start()
        now = self.all_published(service)
        self.assertEqual(root_of(self.assert_whole(service, now)[:before.size]), before.root)
        code, out, error = service.cli("check")
        self.assertEqual(code, 0, out + error)

    def test_a_backup_that_is_no_older_copy_is_refused_and_nothing_is_changed(self):
        service = self.service().start()
        self.busy(service, 3)
        self.all_published(service)
        copy = service.folder / "copy.db"
        self.assertEqual(service.cli("backup", str(copy))[0], 0)
        self.stopped(service)
        with contextlib.closing(sqlite3.connect(copy)) as database, database:
            database.execute("UPDATE ledger_entry SET entry = randomblob(32) WHERE leaf_index = 2")
            database.execute("PRAGMA journal_mode = DELETE")
        before = {file: file.read_bytes() for file in service.state.rglob("*") if file.is_file()}
        code, out, error = service.cli("restore", str(copy))
        self.assertEqual((code, out, len(error.splitlines())), (1, "", 1), error)
        self.assertIn("differ at entry 2", error)
        self.assertEqual(before, {file: file.read_bytes() for file in service.state.rglob("*") if file.is_file()})

    def test_a_restore_without_the_mirror_says_so_and_makes_it_anew(self):
        service = self.service().start()
        self.busy(service, 2)
        self.all_published(service)
        copy = service.folder / "copy.db"
        self.assertEqual(service.cli("backup", str(copy))[0], 0)
        self.stopped(service)
        shutil.rmtree(self.mirror(service))
        service.database.unlink()
        code, _, error = service.cli("restore", str(copy))
        self.assertEqual(code, 0, error)
        self.assertIn("was missing and is made anew", error)
        service.start()
        self.assert_whole(service, self.all_published(service))

    def test_without_a_service_what_commands_did_is_published_at_the_next_start(self):
        service = self.service().start()
        self.stopped(service)
        for number in range(3):
            self.assertEqual(service.cli("retention")[0], 0)
        service.start()
        self.busy(service, 1)
        self.assert_whole(service, self.all_published(service))
        process = service.process
        process.send_signal(signal.SIGTERM)
        self.assertEqual(service.wait(), 0)
        self.assertEqual(self.in_mirror(service).size, self.entries_in(service.database), "nothing waits after an orderly end")


if __name__ == "__main__":
    unittest.main()
