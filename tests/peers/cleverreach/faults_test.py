"""What goes wrong when told to, and the journal of it."""
import http.client
import json
import time
import unittest

from testing import SimulatorTest

A, B = {"email": "a@example.org"}, {"email": "b@example.org"}


class Faults(SimulatorTest):
    def setUp(self):
        super().setUp()
        self.upsert_path = self.base + "/upsert"

    def raw(self):
        headers = {"Authorization": "Bearer " + self.simulator.token, "Content-Type": "application/json"}
        return self.simulator.raw("POST", self.upsert_path, json.dumps([A]), headers)

    def assert_reset(self, call):
        """RST; not FIN, which Python knows as a kind of it."""
        with self.assertRaises(ConnectionResetError) as caught:
            call()
        self.assertNotIsInstance(caught.exception, http.client.RemoteDisconnected)

    def held(self):
        return len(self.simulator.receivers())

    def test_a_fault_lets_some_calls_pass_and_then_happens_so_often(self):
        self.simulator.fault("403", method="POST", path="receivers/upsert$", after=1, times=2)
        statuses = [self.post(self.upsert_path, [A])[0] for _ in range(4)]
        self.assertEqual(statuses, [200, 403, 403, 200])
        self.assertEqual(self.simulator.faults(), [])

    def test_a_fault_is_for_the_calls_it_names(self):
        self.simulator.fault("502", path="upsert$")
        self.assertEqual(self.post(self.base + "/upsertplus", [A])[0], 200)
        self.assertEqual(self.get(self.upsert_path)[0], 502)  # the method was not named

    def test_too_many_requests_come_with_and_without_a_time_and_in_any_shape(self):
        self.raw()
        seen = []
        for kind in ("429", "429_retry_after", "429_html", "429_empty"):
            self.simulator.fault(kind)
            status, headers, body = self.raw()
            seen.append((status, headers["Retry-After"], headers["Content-Type"], body[:6]))
        kind = "application/json; charset=utf-8"
        self.assertEqual(seen, [(429, None, kind, b'{"erro'), (429, "1", kind, b'{"erro'),
                                (429, None, "text/html", b"<html>"), (429, None, kind, b"")])

    def test_a_reset_before_the_call_leaves_it_undone(self):
        self.simulator.fault("reset_before", path="upsert")
        self.assert_reset(lambda: self.post(self.upsert_path, [A]))
        self.assertEqual(self.held(), 0)

    def test_a_reset_after_the_call_loses_only_the_answer(self):
        self.simulator.fault("reset_after", path="upsert")
        self.assert_reset(lambda: self.post(self.upsert_path, [A]))
        self.assertEqual(self.held(), 1)
        self.assertEqual(self.simulator.requests(1)[0]["status"], "reset")

    def test_a_reset_may_wait_for_a_reused_connection(self):
        self.simulator.fault("reset_before", path="ping", reused=True)
        connection = self.simulator.connect()
        connection.request("GET", "/v3/debug/ping")
        connection.getresponse().read()
        connection.request("GET", "/v3/debug/ping")
        self.assert_reset(connection.getresponse)
        connection.close()

    def test_a_success_may_hold_an_error_or_nothing_or_a_bare_word(self):
        for kind, expected in (("error_in_200", (200, {"error": {"code": 500, "message": "Internal Server Error"}})),
                               ("false", (200, False)), ("empty_200", (200, None)), ("empty_204", (204, None)),
                               ("true", (200, True))):
            self.simulator.fault(kind)
            self.assertEqual(self.post(self.upsert_path, [A]), expected)

    def test_a_short_answer_has_done_everything_and_dropped_items_have_not(self):
        self.simulator.fault("short", path="upsertplus")
        self.assertEqual([one["email"] for one in self.upsert(A, B, call="upsertplus")], ["a@example.org"])
        self.assertEqual(self.held(), 2)
        self.simulator.reset()
        self.simulator.fault("drop_items", path="upsertplus")
        self.assertEqual([one["email"] for one in self.upsert(A, B, call="upsertplus")], ["a@example.org"])
        self.assertEqual(self.held(), 1)

    def test_a_gateway_may_fail_after_the_work_was_done(self):
        self.simulator.fault("502_after")
        self.assertEqual(self.raw_status(), 502)
        self.assertEqual(self.held(), 1)

    def raw_status(self):
        self.simulator.token = self.simulator.token or self.simulator.fresh_token()
        return self.raw()[0]

    def test_an_answer_may_be_late(self):
        self.simulator.fault(delay=0.2)
        began = time.monotonic()
        self.assertEqual(self.post(self.upsert_path, [A])[0], 200)
        self.assertGreaterEqual(time.monotonic() - began, 0.2)

    def test_the_token_endpoint_has_faults_too(self):
        self.simulator.fault(path="oauth/token", status=503, body={"error": "temporarily_unavailable"})
        self.assertEqual(self.simulator.raw("POST", "/oauth/token.php", "")[0], 503)

    def test_random_faults_are_the_same_for_the_same_seed(self):
        def statuses():
            self.simulator.reset()
            self.simulator.random_faults(7, 0.5, kinds=["403", "502", "429"])
            return [self.raw_status() for _ in range(30)]

        self.simulator.token = self.simulator.fresh_token()
        first = statuses()
        self.assertEqual(set(first), {200, 403, 429, 502})
        self.assertEqual(statuses(), first)

    def test_a_fault_nobody_understands_is_refused(self):
        for wrong in ({"kind": "nonsense"}, {"path": "x"}, {"status": 500, "methods": "GET"}):
            with self.assertRaises(AssertionError):
                self.simulator.fault(**wrong)

    def test_the_journal_counts_calls_and_items_by_endpoint(self):
        self.upsert(A, B)
        self.get(f"{self.base}/nobody@example.org")
        counters = self.simulator.counters()
        self.assertEqual(counters["by_endpoint"]["POST /v3/groups/{group}/receivers/upsert"], 1)
        self.assertEqual((counters["items"], counters["by_status"]["404"]), (2, 1))
        [last] = self.simulator.requests(1)
        self.assertEqual((last["method"], last["path"], last["status"], last["items"]),
                         ("GET", f"{self.base}/nobody@example.org", 404, 0))


if __name__ == "__main__":
    unittest.main()
