"""Checkpoints anchored outside by the real program: an authority stamps, a witness cosigns, copies go out."""
import base64
import email
import http.server
import pathlib
import sqlite3
import subprocess
import sys
import threading
import time

from service import EndToEnd, ROOT, wait_for


class Peer:
    """A peer of tests/peers in a process of its own; its folder is where its behaviour is set."""

    def __init__(self, test, script, *words):
        self.folder = test.temporary_folder()
        self.process = subprocess.Popen([sys.executable, ROOT / "tests/peers" / script, "--folder", self.folder,
                                         "--stdin-lives", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        test.addCleanup(self.close)
        self.port, *self.words = self.process.stdout.readline().split()
        self.url = f"http://127.0.0.1:{self.port}"

    def behave(self, word):
        (self.folder / "next").write_text(word)
        (self.folder / "next").rename(self.folder / "behaviour")

    def asked(self):
        count = self.folder / "count"
        return int(count.read_text() or 0) if count.exists() else 0

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Receiver(http.server.ThreadingHTTPServer):
    """Takes what is pushed."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.bodies = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):  # pylint: disable=invalid-name
            self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass


class Anchors(EndToEnd):
    def stamps(self, service):
        database = sqlite3.connect(f"file:{service.database}?mode=ro", uri=True)
        try:
            return database.execute("SELECT tree_size, checkpoint, token FROM ledger_timestamp").fetchall()
        finally:
            database.close()

    def with_authority(self, **more):
        authority = Peer(self, "timestamp_authority.py")
        service = self.service({"ledger": {"tsa_url": authority.url, "tsa_ca_file": str(authority.folder / "ca.pem"),
                                           **more}})
        return service, authority

    def openssl_verifies(self, checkpoint, token, ca_file):
        folder = self.temporary_folder()
        (folder / "checkpoint").write_bytes(checkpoint.encode())
        (folder / "token").write_bytes(base64.b64decode(token))
        done = subprocess.run(["openssl", "ts", "-verify", "-token_in", "-in", folder / "token", "-data",
                               folder / "checkpoint", "-CAfile", ca_file], capture_output=True, check=False)
        return done.returncode == 0

    def test_a_checkpoint_is_stamped_and_cosigned_and_its_copies_go_out(self):
        receiver = Receiver()
        self.addCleanup(receiver.server_close)
        service, authority = self.with_authority()
        vkey = service.start().call("GET", "/v1/ledger/vkey").body.decode().strip()
        service.terminate()
        witness = Peer(self, "witness.py", "--log", vkey)
        service.sections["ledger"].update(witness=witness.url, witness_vkey=witness.words[0],
                                          mail_to="officer@example.de",
                                          push_url=f"http://127.0.0.1:{receiver.server_port}/checkpoints")
        service.start()
        self.assertEqual(service.sign_up("anna@example.org").status, 202)
        (size, checkpoint, token), *_ = wait_for(lambda: self.stamps(service), "a timestamp")
        self.assertEqual(int(checkpoint.split("\n")[1]), size)
        self.assertTrue(self.openssl_verifies(checkpoint, token, authority.folder / "ca.pem"))
        self.assertFalse(self.openssl_verifies(checkpoint + "x", token, authority.folder / "ca.pem"))
        name = witness.words[0].split("+")[0]
        published = wait_for(lambda: (note := service.call("GET", "/v1/ledger/checkpoint").body.decode())
                             and f"\n— {name} " in note and note, "a cosigned checkpoint")
        wait_for(lambda: any(body.split("\n")[:3] == checkpoint.split("\n")[:3] for body in receiver.bodies), "a copy")
        folder = pathlib.Path(service.folder / "mail/new")
        letters = wait_for(lambda: [one for one in map(self.letter, folder.iterdir())
                                    if one["To"] == "officer@example.de"], "the officer's letter")
        text = letters[0].get_payload(decode=True).decode()
        self.assertIn(vkey, text)
        self.assertNotIn("anna", text + published + "".join(receiver.bodies))
        self.assertEqual(service.call("GET", "/readyz").json(), {"status": "ready"})
        self.assertEqual(service.terminate(), 0)
        self.assertIn(f"ok   timestamps: the last one is of {size} entries", service.cli("check")[1])
        with sqlite3.connect(service.database) as database:
            database.execute("UPDATE ledger_timestamp SET stamped_at = stamped_at - 86400000")
        code, out, _ = service.cli("check")
        self.assertEqual((code, f"FAIL timestamps: that of {size} entries: its token says another time" in out),
                         (1, True), out)

    @staticmethod
    def letter(path):
        return email.message_from_bytes(path.read_bytes())

    def test_a_timestamp_that_does_not_hold_is_said_and_not_kept_and_disturbs_nobody(self):
        service, authority = self.with_authority()
        authority.behave("flipped")
        service.start()
        self.assertEqual(service.sign_up("anna@example.org").status, 202)
        said = wait_for(lambda: service.event("ledger_anchor_failed"), "the failure in the log")
        self.assertEqual(said["anchor"], "timestamp")
        self.assertIn("signature failure", said["detail"])
        self.assertEqual(self.stamps(service), [])
        self.assertEqual(service.call("GET", "/readyz").json(), {"status": "ready"})  # an alarm after a day only
        metrics = service.call("GET", "/metrics", headers=service.key("stats")).body.decode()
        self.assertIn('optledger_ledger_anchors_total{anchor="timestamp",result="failed"} 1', metrics)
        service.terminate()
        authority.behave("honest")
        service.start()
        wait_for(lambda: self.stamps(service), "a timestamp")

    def test_an_authority_that_hangs_holds_up_nothing_not_even_the_end(self):
        service, authority = self.with_authority()
        authority.behave("slow")
        service.start()
        self.assertEqual(service.sign_up("anna@example.org").status, 202)
        wait_for(lambda: authority.asked() > 0, "the question")
        before = time.monotonic()
        self.assertEqual(service.sign_up("berta@example.org").status, 202)
        size = lambda: int(service.call("GET", "/v1/ledger/checkpoint").body.decode().split("\n")[1])
        wait_for(lambda: size() >= 3, "the ledger to grow", 10)
        self.assertEqual(service.terminate(), 0)
        self.assertLess(time.monotonic() - before, 20)

    def test_check_says_whether_the_authority_can_be_trusted(self):
        service, authority = self.with_authority()
        code, out, _ = service.cli("check")
        self.assertEqual(code, 0, out)
        self.assertIn("ok   timestamp authority: CN=Authority tsa,O=Test", out)
        authority.behave("expired")
        code, out, _ = service.cli("check")
        self.assertEqual(code, 1)
        self.assertIn("FAIL timestamp authority: ", out)
        self.assertIn("certificate has expired", out)
