"""Letters over real SMTP, and what becomes of them when the server will not have them."""
import socket
import time

from service import EndToEnd, wait_for
from smtp_peer import SmtpPeer

ANNA = "anna.muster@example.org"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Smtp(EndToEnd):
    def started(self, url, **mail):
        return self.service({"mail": {"url": url, "retry": ["1s"], **mail}}).start()

    def plain(self, *options, **mail):
        peer = SmtpPeer(self, *options)
        return peer, self.started(f"smtp://127.0.0.1:{peer.port}", **mail)

    def record_of_letter(self, service, address, kind="letter_sent"):
        return wait_for(lambda: service.records(address, kind), kind)[0]

    def test_a_letter_goes_out_over_plain_smtp_and_the_servers_answer_is_evidence(self):
        peer, service = self.plain()
        self.assertEqual(service.sign_up(ANNA).status, 202)
        facts = peer.facts(peer.maildir.letter_to(ANNA))
        self.assertEqual((facts["from"], facts["to"], facts["tls"]), ("newsletter@example.de", [ANNA], False))
        details = self.record_of_letter(service, ANNA)["details"]
        self.assertEqual(details["envelope_to"], ANNA)
        self.assertIn("queued as 000001", details["smtp_reply"])

    def test_starttls_with_an_own_authority_and_a_password_file(self):
        self.over_tls("smtp+starttls://127.0.0.1", "--starttls")

    def test_implicit_tls_with_an_own_authority_and_a_password_file(self):
        self.over_tls("smtps://127.0.0.1", "--tls")

    def over_tls(self, url, option):
        peer = SmtpPeer(self, option, "--auth", "news:geheim und lang")
        password = peer.folder / "password"
        password.write_text("geheim und lang\n")
        password.chmod(0o600)
        service = self.started(f"{url}:{peer.port}", user="news", password_file=str(password),
                               ca_file=str(peer.ca_file))
        self.assertEqual(service.sign_up(ANNA).status, 202)
        facts = peer.facts(peer.maildir.letter_to(ANNA))
        self.assertEqual((facts["tls"], facts["user"]), (True, "news"))
        code, out, err = service.cli("check")
        self.assertEqual(code, 0, out + err)
        self.assertNotIn("geheim", out + err + service.text_of_log())

    def test_a_greylisted_letter_is_tried_again_and_arrives_once(self):
        peer, service = self.plain("--reply", "RCPT=451 4.7.1 greylisted", "--times", "RCPT=2")
        service.sign_up(ANNA)
        peer.maildir.letter_to(ANNA)
        self.assertIn("250", self.record_of_letter(service, ANNA)["details"]["smtp_reply"])
        self.assertEqual((peer.count("RCPT"), len(peer.maildir.letters())), (3, 1))

    def test_an_undeliverable_letter_is_evidence_with_the_servers_answer_and_is_not_tried_again(self):
        peer, service = self.plain("--recipient", f"{ANNA}=550 5.1.1 no such mailbox")
        service.sign_up(ANNA)
        details = self.record_of_letter(service, ANNA, "letter_failed")["details"]
        self.assertIn("550 5.1.1 no such mailbox", details["smtp_reply"])
        tries = peer.count("RCPT")
        service.sign_up("berta@example.org")  # the next letter proves that the worker went on meanwhile
        peer.maildir.letter_to("berta@example.org")
        time.sleep(2.5)
        self.assertEqual(peer.count("RCPT"), tries + 1)

    def test_a_dead_server_that_comes_to_life_gets_the_letter(self):
        port = free_port()
        service = self.started(f"smtp://127.0.0.1:{port}")
        self.assertEqual(service.sign_up(ANNA).status, 202)
        wait_for(lambda: service.event("letter_not_delivered"), "a first try")
        self.assertIn("letters are not accepted", service.call("GET", "/readyz").json()["detail"])
        peer = SmtpPeer(self, port=port)
        peer.maildir.letter_to(ANNA)
        wait_for(lambda: "detail" not in service.call("GET", "/readyz").json(), "readiness without trouble")

    def test_a_server_that_hangs_up_in_data_gets_the_same_letter_again(self):
        for verb in ("DATA", "BODY"):
            with self.subTest(verb=verb):
                peer, service = self.plain("--drop", verb, "--times", f"{verb}=1")
                service.sign_up(ANNA)
                letter = peer.maildir.letter_to(ANNA)
                record = self.record_of_letter(service, ANNA)
                message_id = letter.message["Message-ID"].strip("<>")
                self.assertEqual(record["details"]["message_id"].strip("<>"), message_id)
                self.assertEqual(len(peer.maildir.letters()), 1)
                self.assertEqual(service.confirm(letter.token).status, 200)

    def test_sign_ups_are_answered_at_once_while_the_mail_server_is_slow(self):
        peer, service = self.plain("--delay", "EHLO=6")
        service.sign_up("first@example.org")
        peer.wait_for_verb("EHLO")
        for number in range(20):
            self.assertEqual(service.sign_up(f"person-{number}@example.org").status, 202)
        self.assertEqual(peer.maildir.letters(), [], "twenty sign-ups took longer than one slow greeting")
        peer.maildir.letter_to("person-19@example.org")

    def test_a_local_part_in_utf_8_travels_by_smtputf8(self):
        peer, service = self.plain()
        service.sign_up("jürgen@example.org")
        letter = peer.maildir.letter_to("jürgen@example.org")
        self.assertTrue(peer.facts(letter)["smtputf8"])
        self.assertEqual(peer.facts(letter)["to"], ["jürgen@example.org"])
        self.assertEqual(service.confirm(letter.token).status, 200)

    def test_a_server_without_smtputf8_never_sees_such_an_address_and_the_reason_is_evidence(self):
        peer, service = self.plain("--no-smtputf8")
        service.sign_up("jürgen@example.org")
        details = self.record_of_letter(service, "jürgen@example.org", "letter_failed")["details"]
        self.assertIn("SMTPUTF8", details["smtp_reply"])
        self.assertEqual(peer.maildir.letters(), [])
