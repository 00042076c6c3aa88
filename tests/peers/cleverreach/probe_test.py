"""tools/cleverreach_probe.py, which customers run against their own account: here against the simulator."""
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest.mock

from client import CLIENT_ID, CLIENT_SECRET
from testing import SimulatorTest

TOOLS = pathlib.Path(__file__).resolve().parents[3] / "tools"
sys.path.insert(0, str(TOOLS))
import cleverreach_probe  # noqa: E402  (the folder has to be known first)

PATIENCE = 60


class Probing(SimulatorTest):
    def start(self, *more, secret=CLIENT_SECRET):
        command = ["/usr/bin/python3", str(TOOLS / "cleverreach_probe.py"), "--base-url", self.simulator.url,
                   "--client-id", CLIENT_ID, "--domain", "example.org", *more]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, env={**os.environ, "CLEVERREACH_CLIENT_SECRET": secret})

    def probe(self, *more, code=0, says="", secret=CLIENT_SECRET):
        process = self.start(*more, secret=secret)
        told = process.communicate(says, PATIENCE)[0]
        self.assertEqual(process.returncode, code, told)
        return told

    def groups(self):
        return [group["name"] for group in self.simulator.call("GET", "groups")]

    def assert_nothing_is_left(self):
        self.assertEqual((self.groups(), self.simulator.blacklist()), (["News", "Other"], {}))
        self.assertEqual((self.simulator.receivers("News"), self.simulator.receivers("Other")), ({}, {}))

    def test_each_setting_of_a_switch_is_told_from_the_others(self):
        word = 'that item fails with a word "blacklist"'
        for switches, readings in (
                ({}, (word, "=> 405: a refusal", '"bg" excludes its end, "sm" excludes it', "=> 1000 items are not too "
                      "many, 1001 are;", "=> yes, as optledger relies on", "=> yes, and optledger trusts the number")),
                ({"blacklist_mode": "403", "unknown_group": "404", "inclusive_bounds": True, "batch_limit": 100},
                 ("the whole batch is refused with 403", "=> 404: a refusal", '"bg" includes its end, "sm" includes it',
                  "none of these sizes is small enough, 250 are;")),
                ({"blacklist_mode": "accept_inactive", "batch_limit": 9999, "numeric_ids": True},
                 ("taken, and left inactive", "=> 5000 items are not too many, no limit was met;",
                  "=> yes, and optledger trusts the number")),
                ({"v2_string_items": True, "lag_ms": 200}, (word, "=> yes, as optledger relies on"))):
            with self.subTest(**switches):
                self.simulator.reset()
                self.simulator.switch(**switches)
                told = self.probe("--yes")
                for reading in readings:
                    self.assertIn(reading, told)
                self.assertNotIn("NOT SETTLED", told)
                self.assertIn("Deleted: the group", told)
                self.assert_nothing_is_left()

    def test_what_contradicts_optledger_is_said(self):
        """A provider that brings back whoever opted out, at any write."""
        back = {"id": "4001", "active": True, "activated": 1, "deactivated": 0}
        self.simulator.fault(path="-left@example.org", method="GET", status=200, body=back, after=2, times=1)
        told = []
        with unittest.mock.patch.object(cleverreach_probe, "AFTER_A_WRITE", (0,)), \
                unittest.mock.patch.object(cleverreach_probe.Account, "say", lambda _, text: told.append(text)), \
                unittest.mock.patch.dict(os.environ, CLEVERREACH_CLIENT_SECRET=CLIENT_SECRET):
            options = unittest.mock.Mock(base_url=self.simulator.url, client_id=CLIENT_ID)
            account = cleverreach_probe.Account(options, CLIENT_SECRET)
            account.log_in()
            probe = cleverreach_probe.Probe(account, "example.org")
            probe.run()
            self.assertTrue(probe.clean())
        self.assertIn("=> NO: it brings them back.", "\n".join(told))
        self.assert_nothing_is_left()

    def test_neither_secret_nor_token_is_ever_printed(self):
        for kind in (None, "502", "error_in_200"):
            if kind:
                self.simulator.fault(kind, path="blacklist", times=1)
            told = self.probe("--yes")
            self.assertNotIn(CLIENT_SECRET, told)
            self.assertNotIn("eyJ", told)
        echo = {"error": {"message": f"do you mean {CLIENT_SECRET}?"}}
        self.simulator.fault(path="blacklist", status=400, body=echo, times=1)
        self.assertNotIn(CLIENT_SECRET, self.probe("--yes"))

    def test_it_asks_first_and_a_no_writes_nothing(self):
        self.simulator.forget_calls()
        self.assertIn("Go on?", self.probe(says="n\n", code=1))
        self.probe(says="", code=1)
        self.assertEqual(self.simulator.counters()["total"], 0)
        self.probe(says="y\n")
        self.assertNotEqual(self.simulator.counters()["total"], 0)

    def test_a_wrong_secret_is_said_and_nothing_is_made(self):
        told = self.probe("--yes", secret="wrong-secret", code=1)
        self.assertIn("no token: HTTP 401", told)
        self.assertNotIn("wrong-secret", told)
        self.assert_nothing_is_left()

    def test_after_ctrl_c_everything_is_deleted_as_well(self):
        for kind in (signal.SIGINT, signal.SIGTERM):
            self.simulator.switch(lag_ms=1500)  # so that it is still at work
            process = self.start("--yes")
            until = time.monotonic() + PATIENCE
            while not any(one["items"] for one in self.simulator.requests(5) if "upsert" in one["path"]):
                self.assertLess(time.monotonic(), until)
                time.sleep(0.02)
            process.send_signal(kind)
            told = process.communicate(timeout=PATIENCE)[0]
            self.assertEqual(process.returncode, 1, told)
            self.assertIn("Stopped by you.", told)
            self.assert_nothing_is_left()
            self.simulator.reset()
            self.simulator.forget_calls()

    def test_a_group_whose_answer_was_lost_is_deleted_as_well(self):
        self.simulator.fault("502_after", path="/v3/groups$", method="POST", times=1)
        self.assertIn("the group could not be made", self.probe("--yes", code=1))
        self.assert_nothing_is_left()

    def test_what_cannot_be_deleted_is_named(self):
        self.simulator.fault("403", path="/v3/blacklist/", method="DELETE", times=None)
        told = self.probe("--yes", code=1)
        self.assertRegex(told, r"LEFT THERE, please delete by hand: probe\+\w+-blacklisted@example.org on the blacklist")

    def test_keep_leaves_it_for_a_look(self):
        self.assertIn('Kept: the group "optledger probe', self.probe("--yes", "--keep"))
        self.assertEqual(len(self.groups()), 3)

    def test_only_a_domain_and_https_are_taken(self):
        for more in (["--domain", "a@example.org"], ["--domain", "localhost"], ["--base-url", "http://example.org"]):
            self.assertIn("error:", self.probe("--yes", *more, code=2))
