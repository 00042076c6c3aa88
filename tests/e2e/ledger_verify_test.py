"""optledger ledger verify on the real program: nothing to say about any honest history, and a word about every edit.
(Every value of every row: tests/flows/tampering_test.cpp.)"""
import json
import threading
import time

from backup_test import Backups
from ledger_test import Ledgers
from service import wait_for


class LedgerVerify(Ledgers, Backups):
    def verified(self, service):
        code, out, error = service.cli("ledger", "verify", "--json")
        self.assertEqual((code, error), (0, ""), out)
        return json.loads(out)

    def assert_found_out(self, service, *words):
        code, out, error = service.cli("ledger", "verify")
        self.assertEqual((code, out), (1, ""), error)
        self.assertEqual(len(error.splitlines()), 1)
        for word in words:
            self.assertIn(word, error)
        self.assertNotIn("@", error)
        answer = json.loads(service.cli("ledger", "verify", "--json")[1])
        self.assertFalse(answer["ok"])
        self.assertIn(words[0], answer["difference"])

    def test_beside_a_busy_service_records_that_are_not_appended_yet_do_not_count(self):
        service = self.service().start()
        over = threading.Event()

        def work():
            number = 0
            while not over.is_set():
                address = f"p{(number := number + 1)}.{time.monotonic_ns()}@example.org"
                self.subscribed(service, address)
                service.cli("erase", address, "--consent-confirmed", "--reason", "ticket") if number % 2 else None

        worker = threading.Thread(target=work)
        worker.start()
        try:
            wait_for(lambda: self.entries_in(service.database) > 10, "some records")
            for _ in range(8):
                verified = self.verified(service)
                self.assertLessEqual(verified["published"], verified["entries"])
        finally:
            over.set()
            worker.join()
        self.all_published(service)
        last = self.verified(service)
        self.assertEqual(last["published"], last["entries"])
        self.assertGreater(last["erased"], 0)

    def test_after_erasures_a_restore_and_what_an_operator_makes_level_everything_fits(self):
        service, file = self.with_leavers()
        self.assertGreater(self.verified(service)["erased"], 0)
        self.restored(service, file)
        self.verified(service)
        service.start()
        self.subscribed(service, "danach@example.org")
        self.all_published(service)
        self.verified(service)

    def test_edits_by_hand_are_named(self):
        service = self.service().start()
        for name in ("anna", "bert"):
            self.subscribed(service, f"{name}@example.org")
        self.assertEqual(self.manage(service, "/v1/unsubscribes", email="bert@example.org").status, 200)
        self.all_published(service)
        self.stopped(service)
        self.verified(service)
        original = service.database.read_bytes()
        for sql, words in (
                ("UPDATE record SET body = replace(body, 'false', 'true') WHERE leaf_index = 0",
                 ("record 0 is not what ledger entry 0 commits to",)),
                ("DELETE FROM record WHERE leaf_index = 3", ("record 3 is missing",)),
                ("UPDATE subscription SET state = 'confirmed', ended_at = NULL", ("the subscription of person",)),
                ("DELETE FROM suppression", ("no rule holds",)),
                ("UPDATE signup SET held_until = held_until + 86400000 WHERE held_until IS NOT NULL",
                 ("another end of the proof window",)),
                ("DELETE FROM operator_act", ("no note of who did it and why",)),
                ("UPDATE document SET text = text || ' '", ("is not the text that it is named after",)),
                ("DELETE FROM ledger_entry WHERE leaf_index >= 4", ("the database",))):
            self.change(service, sql)
            self.assert_found_out(service, *words)
            for suffix in ("-wal", "-shm"):
                service.database.with_name(service.database.name + suffix).unlink(missing_ok=True)
            service.database.write_bytes(original)
        self.verified(service)

    def test_check_looks_at_the_last_records(self):
        service = self.service().start()
        self.subscribed(service)
        self.stopped(service)
        self.change(service, "UPDATE record SET salt = zeroblob(32) WHERE leaf_index = 1")
        code, out, _ = service.cli("check")
        self.assertEqual(code, 1)
        self.assertIn("FAIL ledger: record 1 is not what ledger entry 1 commits to", out)
