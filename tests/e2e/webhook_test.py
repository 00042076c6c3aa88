"""Webhooks of the real program, both ways: backends sign sign-ups, receivers are told what happened."""
import base64
import fcntl
import json
import pathlib
import secrets
import shutil
import subprocess
import sys
import time

from service import EndToEnd, JSON, ROOT, a_list, wait_for

sys.path.insert(0, str(ROOT / "tests/peers"))
import webhook_receiver  # noqa: E402  pylint: disable=wrong-import-position

PEER = ROOT / "tests/peers/standardwebhooks"


def new_secret():
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


class Webhooks(EndToEnd):
    def secret_file(self, *lines):
        file = self.temporary_folder() / "secret"
        file.write_text("\n".join(lines) + "\n")
        file.chmod(0o600)
        return str(file)

    def told(self, **more):
        """A service and whom it tells."""
        receiver = webhook_receiver.Receiver(new_secret())
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        service = self.service()
        service.webhooks = [{"id": "shop", "url": receiver.url, "secret_file": self.secret_file(receiver.secret),
                             "events": ["confirmed", "unsubscribed", "erased"], "allow_private": True, **more}]
        service.start()
        return service, receiver

    def join(self, service, address):
        self.assertEqual(service.sign_up(address).status, 202)
        answer = service.confirm(service.maildir.letter_to(address).token)
        self.assertEqual(answer.status, 200)

    def backend(self, *lines):
        """A service whose list takes sign-ups with a signature only."""
        service = self.service(lists=[a_list("news", webhook_secret_file=self.secret_file(*lines),
                                             authenticated_only=True)])
        return service.start()

    def node(self, verb, secret, line):
        if not shutil.which("npm"):
            self.skipTest("NOT TESTED against the standard's own library: there is no npm")
        with open(PEER / "package.json", encoding="utf-8") as one_at_a_time:
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            self.install_peer()
        done = subprocess.run(["node", "peer.mjs", verb, secret], cwd=PEER, input=json.dumps(line), text=True,
                              capture_output=True, timeout=60, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def install_peer(self):
        if (PEER / "node_modules/standardwebhooks").is_dir():
            return
        made = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=PEER,
                              capture_output=True, text=True, timeout=300, check=False)
        if made.returncode != 0:
            self.skipTest("NOT TESTED against the standard's own library: npm does not give it: " + made.stderr)

    def test_a_receiver_written_from_the_standard_believes_what_it_is_told(self):
        service, receiver = self.told()
        self.join(service, "anna@example.org")
        confirmed = wait_for(lambda: receiver.taken("confirmed"), "the confirmation")[0]["data"]
        self.assertEqual(service.cli("unsubscribe", "anna@example.org")[0], 0)
        left = wait_for(lambda: receiver.taken("unsubscribed"), "the unsubscription")[0]["data"]
        code, _, err = service.cli("erase", "anna@example.org", "--consent-confirmed", "--reason", "a letter")
        self.assertEqual(code, 0, err)
        erased = wait_for(lambda: receiver.taken("erased"), "the erasure")[0]["data"]
        self.assertEqual(left["fingerprint"], confirmed["fingerprint"])
        self.assertEqual(left["signup"], confirmed["signup"])
        self.assertIn(confirmed["leaf_index"], erased["leaf_indices"])
        self.assertEqual(len(receiver.tries), 3)
        self.assertNotIn(b"anna", b"".join(body for _, body in receiver.tries))
        self.assertNotIn("anna", service.text_of_log())

    def test_the_library_of_the_standard_verifies_what_we_send(self):
        service, receiver = self.told()
        self.join(service, "anna@example.org")
        headers, body = wait_for(lambda: receiver.tries, "the confirmation")[0]
        line = {"headers": headers, "body": body.decode()}
        self.assertEqual(self.node("verify", receiver.secret, line)["type"], "confirmed")
        self.assertIsNone(self.node("verify", receiver.secret, {**line, "body": body.decode() + " "}))
        self.assertIsNone(self.node("verify", new_secret(), line))

    def test_we_take_what_the_library_of_the_standard_signs(self):
        secret = new_secret()
        service = self.backend(secret)
        body = json.dumps({"email": "anna@example.org", "ip": "203.0.113.7"})
        signed = self.node("sign", secret, {"id": "msg_1", "at": int(time.time()), "body": body})
        self.assertEqual(service.call("POST", "/v1/signups", body.encode(), {**JSON, **signed}).status, 202)
        self.assertEqual(service.maildir.letter_to("anna@example.org").kind, "confirm")
        self.assertEqual(service.call("POST", "/v1/signups", body.encode() + b" ", {**JSON, **signed}).status, 401)

    def test_a_signed_call_that_comes_again_after_a_crash_records_nothing(self):
        secret, old = new_secret(), new_secret()
        service = self.backend(secret, old)
        body = json.dumps({"email": "anna@example.org", "user_agent": "Shop/1"}).encode()

        def post(message_id, by=secret, late=0):
            headers = webhook_receiver.sign(by, message_id, body, time.time() - late)
            return service.call("POST", "/v1/signups", body, {**JSON, **headers})

        first = post("msg_1")
        self.assertEqual(first.status, 202)
        service.kill9()
        service.start()
        again = post("msg_1", old)
        self.assertEqual((again.status, again.body), (first.status, first.body))
        self.assertEqual(post("msg_2", late=400).status, 401)
        self.assertEqual(service.sign_up("anna@example.org").status, 403)
        self.join_by_token(service)
        self.assertEqual(len(service.records("anna@example.org", "signup_requested")), 1)

    def join_by_token(self, service):
        self.assertEqual(service.confirm(service.maildir.letter_to("anna@example.org").token).status, 200)

    def test_a_receiver_that_was_away_gets_everything_under_the_same_ids(self):
        service, receiver = self.told()
        receiver.answers = [503, 302]
        self.join(service, "anna@example.org")
        wait_for(lambda: receiver.tries, "the first try")
        service.kill9()
        service.start()
        wait_for(lambda: len(receiver.tries) > 1, "the second try, five seconds later")
        self.assertEqual(len({headers["webhook-id"] for headers, _ in receiver.tries}), 1)
        self.assertNotIn(b"GET", [body for _, body in receiver.tries])  # the redirect was not followed

    def test_an_endpoint_that_is_gone_is_shown_and_comes_back_by_hand(self):
        service, receiver = self.told()
        receiver.answers = [410]
        self.join(service, "anna@example.org")
        wait_for(lambda: service.event("webhook_disabled"), "the end")
        code, out, _ = service.cli("check")
        self.assertEqual(code, 1)
        self.assertIn("FAIL webhook shop: it answered 410", out)
        listed = json.loads(service.cli("webhook", "list", "--json")[1])
        self.assertEqual((listed[0]["id"], listed[0]["waiting"]), ("shop", 1))
        metrics = service.call("GET", "/metrics", headers=service.key("stats")).body.decode()
        self.assertIn("optledger_webhook_endpoints_disabled 1", metrics)
        self.assertEqual(service.cli("webhook", "enable", "nobody")[0], 2)
        self.assertEqual(service.cli("webhook", "enable", "shop")[0], 0)
        wait_for(lambda: receiver.taken("confirmed"), "what was owed")
        wait_for(lambda: service.cli("check")[1].count("ok   webhook shop: 0 waiting"), "the good word")

    def test_logs_metrics_and_database_have_no_secret_address_or_url_of_a_webhook(self):
        service, receiver = self.told(include_address=True)
        receiver.answers = [400]
        self.join(service, "anna@example.org")
        wait_for(lambda: service.event("webhook_failed"), "the failure")
        metrics = service.call("GET", "/metrics", headers=service.key("stats")).body.decode()
        for text in (service.text_of_log(), metrics):
            for word in ("anna@", receiver.secret, receiver.secret[6:], "/hooks/newsletter"):
                self.assertNotIn(word, text)
        for file in pathlib.Path(service.state).rglob("*"):
            if file.is_file():
                self.assertNotIn(receiver.secret.encode(), file.read_bytes())

    def test_a_slow_receiver_keeps_nobody_waiting_and_no_stop_from_ending(self):
        service, receiver = self.told()
        receiver.delay = 15
        self.join(service, "anna@example.org")
        wait_for(lambda: receiver.tries, "the try")
        began = time.monotonic()
        self.assertEqual(service.sign_up("berta@example.org").status, 202)
        self.assertEqual(service.terminate(), 0)
        self.assertLess(time.monotonic() - began, 8)
