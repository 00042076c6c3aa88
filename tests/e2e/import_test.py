"""The suppression list of a system used before, taken over by the real program."""
import csv
import datetime
import io
import json
import os
import pty
import re
import shutil
import sqlite3
import stat
import subprocess
import threading
import time
import unittest

from traces import traces
from leaving_test import Readers
from service import a_list, wait_for

COUNTS = ("new", "known", "over", "overtaken", "refused", "subscriptions_ended")
MEMORY_LIMIT = 100 * 1024  # KiB
ADDRESS_WORDS = ["anna", "example.org", "bert"]


def days_ago(days):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days)).date().isoformat()


def years_ago(years, plus_days):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    day = today.replace(year=today.year - years, day=min(today.day, 28))
    return (day + datetime.timedelta(plus_days)).isoformat()


class Imports(Readers):
    """What an operator does with the old list; no tests."""

    def file(self, service, content, name="old.csv"):
        path = service.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def words(self, path, *more):
        return ["import", str(path), "--kind", "suppressions", "--reason", "the old system", *more]

    def imported(self, service, content, *more, code=0, **named):
        """The counts of a run; those that are 0 left out."""
        path = content if hasattr(content, "parent") else self.file(service, content, **named)
        status, out, error = service.cli(*self.words(path, "--json", *more))
        self.assertEqual(status, code, error)
        facts = json.loads(out)
        self.assertEqual(facts["rows"], sum(facts[name] for name in COUNTS[:-1]))
        return {name: facts[name] for name in COUNTS if facts[name]}

    def refused(self, service, content, code=2):
        """The one line it is refused with, and nothing was written."""
        path = self.file(service, content) if isinstance(content, (str, bytes)) else content
        before = self.rules(service)
        status, out, error = service.cli(*self.words(path))
        self.assertEqual((status, out), (code, ""), error)
        self.assertEqual(len(error.splitlines()), 1, error)
        self.assertEqual(self.rules(service), before)
        return error

    def rules(self, service):
        status, out, error = service.cli("export", "--kind", "suppressions")
        self.assertEqual(status, 0, error)
        return [json.loads(line) for line in out.splitlines()]

    def peak(self, service, *words, code=0):
        """Peak of the memory in KiB, and what it said. Read while it runs, since rusage counts this process too."""
        process = subprocess.Popen(service.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        peak = 0
        while process.poll() is None:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
                found = re.search(r"VmHWM:\s+(\d+) kB", file.read())
            peak = max(peak, int(found[1]) if found else 0)
            time.sleep(0.01)
        out, error = process.communicate()
        self.assertEqual(process.returncode, code, error)
        self.assertGreater(peak, 0)
        return peak, out, error


class Importing(Imports):
    def test_whoever_is_on_the_old_list_is_suppressed_however_the_file_is_written(self):
        service = self.service().start()
        for number, content in enumerate((
                "email\nanna@example.org\n",
                "\ufeffEmail;Since\r\nanna@example.org;2026-01-02\r\n",
                'since,email\n2026-01-02T10:00:00+02:00,"anna@example.org"',
                '{"email":"anna@example.org","since":"2026-01-02"}\n\n',
                "email\n'+anna@example.org\n")):
            address = f"anna{number}@example.org" if number < 4 else "+anna4@example.org"
            self.assertFalse(self.suppressed(service, address)["suppressed"])
            content = content.replace("anna", f"anna{number}")
            self.assertEqual(self.imported(service, content), {"new": 1})
            answer = self.suppressed(service, address.upper(), list="news")
            self.assertEqual((answer["suppressed"], answer["reason"]), (True, "unsubscribed"))

    def test_kind_and_list_come_from_the_row_or_from_the_command(self):
        service = self.service(lists=[a_list("news"), a_list("offers")]).start()
        content = "email,list,kind\na@example.org,news,blocked\nb@example.org,,\n"
        self.assertEqual(self.imported(service, content, "--list", "offers", "--as", "unsubscribed"), {"new": 2})
        self.assertEqual(self.suppressed(service, "a@example.org", list="news")["reason"], "blocked")
        self.assertFalse(self.suppressed(service, "a@example.org", list="offers")["suppressed"])
        self.assertEqual(self.suppressed(service, "b@example.org", list="offers")["reason"], "unsubscribed")
        self.assertFalse(self.suppressed(service, "b@example.org", list="news")["suppressed"])
        self.assertEqual(self.imported(service, "email\nc@example.org\n", "--as", "blocked"), {"new": 1})
        self.assertEqual(self.suppressed(service, "c@example.org", list="offers")["reason"], "blocked")
        service.sign_up("c@example.org", list="news")
        service.sign_up("d@example.org", list="news")
        service.maildir.letter_to("d@example.org")
        self.assertNotIn("c@example.org", {letter.to for letter in service.maildir.letters()})

    def test_files_of_another_encoding_or_with_unknown_columns_are_refused_before_anything_is_written(self):
        service = self.service()
        text = "email\nanna@example.org\n"
        for content, said in ((text.encode("utf-16"), "UTF-16"), (text.encode("utf-16-le"), "UTF-16"),
                              (text.encode("utf-16-be"), "UTF-16"), (text.encode("utf-32"), "UTF-16"),
                              ("e-mail;größe\n".encode("latin-1"), "UTF-8"), (b"PK\x03\x04\x00\x00", "no text"),
                              (b"", "empty"), (b"\n\r\n", "empty"), (b"\xef\xbb\xbf", "empty"),
                              ("email,Vorname\nanna@example.org,Anna\n", '"vorname"'),
                              ('{"email":"anna@example.org","Vorname":"Anna"}\n', '"Vorname"'),
                              ("anna@example.org\nbert@example.org\n", "must name the columns"),
                              ("email,email\n", "twice"), ("list,since\n", "email or fingerprint"),
                              ('{"email":\n', "line 1"), ("x" * 70000, "longer than 64 KiB"),
                              ('"email\nanna@example.org\n', "not closed")):
            with self.subTest(content=content[:40]):
                error = self.refused(service, content)
                self.assertIn(said, error)
                for word in ADDRESS_WORDS:
                    self.assertNotIn(word, error)
        self.assertIn("No such file", self.refused(service, service.folder / "none.csv"))
        self.assertIn("directory", self.refused(service, service.folder))

    def test_wrong_use_is_said_in_one_line(self):
        service = self.service()
        path = str(self.file(service, "email\nanna@example.org\n"))
        kind, why = ["--kind", "suppressions"], ["--reason", "the old system"]
        for words in ([path, *kind], [path, *why], [path, "--kind", "letters", *why], [*kind, *why],
                      [path, *kind, *why, "--list", "none"], [path, *kind, *why, "--as", "gone"],
                      [path, *kind, "--reason", "by anna@example.org"], [path, *kind, "--reason", " "]):
            with self.subTest(words=words):
                code, out, error = service.cli("import", *words)
                self.assertEqual((code, out, len(error.splitlines())), (2, "", 1), error)
        self.assertEqual(service.cli("export")[0], 2)
        self.assertEqual(self.rules(service), [])

    def test_rows_that_are_refused_are_named_by_line_and_reason_and_never_by_address(self):
        service = self.service()
        rows = ["anna at example.org,,,", "anna@example.org,2999-01-01,,", "anna@example.org,,none,",
                "anna@example.org,,,gone", "anna@example.org,12.3.2026,,", "anna@example.org", ",,,",
                'anna"@example.org",,,', b"anna\xfc@example.org,,,", b"anna\x00@example.org,,,", "x" * 70000]
        lines = [row if isinstance(row, bytes) else row.encode() for row in ["email,since,list,kind", *rows]]
        report = service.folder / "refused.csv"
        content = b"\n".join([*lines, b"bert@example.org,,,"])
        code, out, error = service.cli(*self.words(self.file(service, content), "--report", str(report)))
        self.assertEqual(code, 1)
        self.assertIn("11 refused", out)
        self.assertIn("1 rules new", out)
        self.assertEqual([int(line) for line in re.findall(r"(?m)^line (\d+): .", error)], list(range(2, 13)))
        table = list(csv.DictReader(io.StringIO(report.read_text(), newline="")))
        self.assertEqual([int(row["line"]) for row in table], list(range(2, 13)))
        self.assertEqual(stat.S_IMODE(report.stat().st_mode), 0o600)
        for word in ADDRESS_WORDS:
            self.assertNotIn(word, out + error + report.read_text())
        self.assertEqual(len(self.rules(service)), 1)

    def test_the_first_hundred_refusals_are_shown_and_all_of_them_reported(self):
        service = self.service()
        path = self.file(service, "email\n" + "nobody\n" * 1234)
        report = service.folder / "refused.csv"
        code, _, error = service.cli(*self.words(path, "--report", str(report)))
        self.assertEqual(code, 1)
        self.assertEqual(len(re.findall("(?m)^line ", error)), 100)
        self.assertIn("1134 more", error)
        self.assertEqual(len(report.read_text().splitlines()), 1235)
        self.assertNotIn("\r", error)

    def test_duplicates_count_once_and_a_second_run_changes_nothing(self):
        service = self.service()
        path = self.file(service, "email,since\nanna@example.org,2026-02-01\nANNA@EXAMPLE.ORG,2026-01-01\n"
                                  "anna@example.org,2026-03-01\nbert@example.org,\n")
        self.assertEqual(self.imported(service, path, "--dry-run"), {"new": 4})
        self.assertEqual(self.rules(service), [])
        self.assertEqual(self.imported(service, path), {"new": 3, "known": 1})
        rules = self.rules(service)
        self.assertIn("2026-03-01T23:59:59.999Z", [rule["since"] for rule in rules])
        self.assertEqual(self.imported(service, path), {"known": 4})
        self.assertEqual(self.rules(service), rules)

    def test_no_row_weakens_what_is_known(self):
        service = self.service()
        service.cli("block", "anna@example.org")
        service.cli("unsubscribe", "bert@example.org")
        rules = self.rules(service)
        self.assertEqual({rule["kind"] for rule in rules}, {"blocked", "unsubscribed"})
        content = f"email,since\nanna@example.org,{days_ago(0)}\nbert@example.org,{days_ago(90)}\n"
        self.assertEqual(self.imported(service, content), {"known": 2})
        self.assertEqual(self.rules(service), rules)

    def test_the_proof_window_counts_from_the_leaving_so_what_is_over_is_not_kept(self):
        service = self.service()
        content = f"email,since\nanna@example.org,{years_ago(3, -5)}\nbert@example.org,{years_ago(3, 5)}\n"
        self.assertEqual(self.imported(service, content), {"new": 1, "over": 1})
        self.assertEqual([rule["since"][:10] for rule in self.rules(service)], [years_ago(3, 5)])

    def test_an_old_rule_ends_an_older_subscription_with_a_record_and_leaves_a_younger_one_alone(self):
        service = self.service().start()
        for name in ("anna", "bert", "cora"):
            self.subscribed(service, f"{name}@example.org")
        path = self.file(service, f"email,since,kind\nanna@example.org,,\nbert@example.org,{days_ago(2)},\n"
                                  f"cora@example.org,{days_ago(2)},blocked\n")
        self.assertEqual(self.imported(service, path), {"new": 3, "subscriptions_ended": 2})
        (record,) = service.records("anna@example.org", "unsubscribed")
        self.assertEqual((record["details"]["method"], record["ip"]), ("import", None))
        for name, state in (("anna", "unsubscribed"), ("bert", "confirmed"), ("cora", "blocked")):
            address = f"{name}@example.org"
            self.assertEqual(service.look_up(address).json()["conclusion"]["state"], state)
            self.assertEqual(self.suppressed(service, address, list="news")["suppressed"], state != "confirmed")
        self.assertEqual(self.imported(service, path), {"known": 3})
        self.assertEqual(len(service.records("anna@example.org", "unsubscribed")), 1)

    def test_nothing_but_a_fresh_confirmed_sign_up_brings_somebody_back_and_the_same_file_leaves_them(self):
        service = self.service().start()
        service.sign_up("anna@example.org")
        old = service.maildir.letter_to("anna@example.org").token
        path = self.file(service, "email,list\nanna@example.org,news\n")
        self.assertEqual(self.imported(service, path), {"new": 1})
        self.assertEqual(service.confirm(old).status, 410)
        service.cli("erase", "anna@example.org", "--reason", "so that a new letter goes out at once")
        service.sign_up("anna@example.org")
        fresh = wait_for(lambda: next((one.token for one in service.maildir.letters() if one.token != old), None),
                         "the new letter")
        self.assertEqual(service.confirm(fresh).status, 200)
        self.assertEqual(self.imported(service, path), {"overtaken": 1})
        self.assertFalse(self.suppressed(service, "anna@example.org", list="news")["suppressed"])

    def test_a_killed_import_is_run_again_and_counts_nothing_twice(self):
        service = self.service()
        self.assertEqual(self.rules(service), [])  # makes keys and database
        rows = 20000
        path = self.file(service, "email\n" + "".join(f"p{i}@example.org\n" for i in range(rows)))
        process = subprocess.Popen(service.command(*self.words(path)), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        database = sqlite3.connect(f"file:{service.database}?mode=ro", uri=True)
        self.addCleanup(database.close)
        count = lambda: database.execute("SELECT count(*) FROM suppression").fetchone()[0]
        wait_for(lambda: count() > 1000, "some rules")
        process.kill()
        process.wait()
        done = count()
        self.assertLess(done, rows)
        self.assertEqual(done % 500, 0, "whole transactions")
        self.assertEqual(self.imported(service, path), {"new": rows - done, "known": done})
        self.assertEqual(service.cli("check")[0], 0)

    def test_a_busy_database_is_a_temporary_failure(self):
        service = self.service()
        path = self.file(service, "email\nanna@example.org\n")
        self.assertEqual(self.imported(service, path, "--dry-run"), {"new": 1})
        database = sqlite3.connect(service.database, isolation_level=None)
        self.addCleanup(database.close)
        database.execute("BEGIN IMMEDIATE")
        code, out, error = service.cli(*self.words(path))
        self.assertEqual((code, out), (3, ""), error)
        self.assertIn("locked", error)

    def test_a_database_that_becomes_busy_on_the_way_costs_nothing_but_another_run(self):
        service = self.service()
        self.assertEqual(self.rules(service), [])
        rows = 30_000
        path = self.file(service, "email\n" + "".join(f"p{i}@example.org\n" for i in range(rows)))
        process = subprocess.Popen(service.command(*self.words(path)), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        database = sqlite3.connect(service.database, isolation_level=None, timeout=60)
        self.addCleanup(database.close)
        wait_for(lambda: database.execute("SELECT count(*) FROM suppression").fetchone()[0], "the first rules")
        database.execute("BEGIN IMMEDIATE")
        out, error = process.communicate(timeout=60)
        database.execute("ROLLBACK")
        self.assertEqual((process.returncode, out), (3, ""), error)
        self.assertIn("run it again", error.splitlines()[-1])
        stopped = json.loads(error.splitlines()[-2])
        self.assertEqual(stopped["event"], "suppressions_import_stopped")
        self.assertEqual(self.imported(service, path), {"new": rows - stopped["new"], "known": stopped["new"]})

    def test_the_run_is_logged_with_who_and_why_and_no_address_is_kept_anywhere(self):
        service = self.service()
        path = self.file(service, "email\nanna.verschwunden@example.org\n")
        code, _, error = service.cli(*self.words(path))
        self.assertEqual(code, 0, error)
        event = json.loads(error.splitlines()[-1])
        self.assertEqual((event["event"], event["new"], event["reason"]), ("suppressions_imported", 1, "the old system"))
        self.assertTrue(event["operator"].startswith("user:"))
        self.assertEqual(traces(service.state, ["anna.verschwunden"]), [])

    def test_a_bar_on_a_terminal_and_nothing_on_a_pipe(self):
        service = self.service()
        path = self.file(service, "email\n" + "".join(f"p{i}@example.org\n" for i in range(2000)))
        service.write_config()
        terminal, end = pty.openpty()
        process = subprocess.Popen(service.command(*self.words(path)), stdout=subprocess.DEVNULL, stderr=end)
        os.close(end)
        said = b""
        while True:
            try:
                some = os.read(terminal, 4096)
            except OSError:  # the other end is closed
                break
            if not some:
                break
            said += some
        os.close(terminal)
        self.assertEqual(process.wait(), 0)
        self.assertRegex(said.decode(), r"\[#+ *\] +\d+ % 1000 rows")
        _, _, error = service.cli(*self.words(path))
        self.assertNotIn("%", error)

    def test_an_export_is_taken_over_by_an_installation_with_the_same_key(self):
        service = self.service(lists=[a_list("news"), a_list("offers")])
        rows = "".join(f"p{i}@example.org,{days_ago(i % 500 + 1)},{('', 'news')[i % 2]},{('', 'blocked')[i % 3 // 2]}\n"
                       for i in range(2500))
        self.assertEqual(self.imported(service, "email,since,list,kind\n" + rows), {"new": 2500})
        rules = self.rules(service)
        self.assertEqual(len(rules), 2500)
        other = self.service(lists=service.lists)
        shutil.copytree(service.keys, other.keys)
        for more, name in (((), "rules.jsonl"), (("--csv",), "rules.csv")):
            exported = service.folder / name
            code, out, error = service.cli("export", "--kind", "suppressions", "-o", str(exported), *more)
            self.assertEqual((code, out, error), (0, "", ""))
            self.assertEqual(stat.S_IMODE(exported.stat().st_mode), 0o600)
            self.assertEqual(len(exported.read_text().splitlines()), 2500 + len(more))
            self.assertEqual(self.imported(other, exported), {"known" if more else "new": 2500})
        self.assertEqual(self.rules(other), rules)
        foreign = self.service(lists=service.lists)
        self.imported(foreign, exported)
        self.assertFalse(self.suppressed(foreign.start(), "p0@example.org")["suppressed"])

    def test_an_export_that_was_not_written_whole_is_no_success(self):
        service = self.service()
        self.imported(service, "email\n" + "".join(f"p{i}@example.org\n" for i in range(100)))
        for words in ((), ("-o", "/dev/full")):
            with open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run(service.command("export", "--kind", "suppressions", *words), stdout=full,
                                      stderr=subprocess.PIPE, text=True, check=False, timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assertIn("cannot write", done.stderr)


class Large(Imports):
    def test_a_billion_characters_without_a_line_end_cost_one_row_and_no_memory(self):
        service = self.service()
        service.write_config()
        pipe = service.folder / "old.csv"
        os.mkfifo(pipe)

        def feed():
            with open(pipe, "wb") as file:
                file.write(b"email\nanna@example.org\n")
                for _ in range(1000):
                    file.write(b"x" * 1_000_000)
                file.write(b"\nbert@example.org\n")

        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        peak, out, error = self.peak(service, *self.words(pipe, "--json"), code=1)
        feeder.join()
        self.assertIn("line 3: longer than 64 KiB", error)
        self.assertEqual((json.loads(out)["new"], json.loads(out)["refused"]), (2, 1))
        self.assertLess(peak, MEMORY_LIMIT)

    def take_over(self, rows):
        service = self.service()
        service.write_config()
        path = service.folder / "old.csv"
        with open(path, "w", encoding="utf-8") as file:
            file.write("email,since\n")
            file.writelines(f"somebody{i}@example{i % 977}.org,{days_ago(i % 900 + 1)}\n" for i in range(rows))
        for name in ("new", "known"):
            peak, out, _ = self.peak(service, *self.words(path, "--json"))
            self.assertEqual(json.loads(out)[name], rows)
            self.assertLess(peak, MEMORY_LIMIT)
        exported = service.folder / "rules.csv"
        peak, _, _ = self.peak(service, "export", "--kind", "suppressions", "--csv", "-o", str(exported))
        self.assertLess(peak, MEMORY_LIMIT)
        with open(exported, encoding="utf-8") as file:
            self.assertEqual(sum(1 for _ in file), rows + 1)

    def test_many_rows_go_through_in_bounded_memory(self):
        self.take_over(20_000)

    @unittest.skipUnless(os.environ.get("RUN_TESTS_MILLION"), "a minute or two: set RUN_TESTS_MILLION=1")
    def test_a_million_rows_go_through_in_bounded_memory(self):
        self.take_over(1_000_000)

    def test_sign_ups_go_on_beside_an_import(self):
        service = self.service().start()
        path = self.file(service, "email\n" + "".join(f"p{i}@example.net\n" for i in range(20_000)))
        process = subprocess.Popen(service.command(*self.words(path)), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        answers = []
        while process.poll() is None:
            began = time.monotonic()
            self.assertEqual(service.sign_up(f"s{len(answers)}@example.org").status, 202)
            answers.append(time.monotonic() - began)
        self.assertEqual(process.returncode, 0)
        self.assertGreater(len(answers), 5)
        self.assertLess(max(answers), 3)
