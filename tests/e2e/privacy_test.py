"""Who may see what: logs, metrics, the access log; and whose address becomes evidence."""
import json

from service import EndToEnd, wait_for
from smtp_peer import SmtpPeer

BY_PROXY = {"X-Forwarded-For": "203.0.113.77"}
PROXY = {"server": {"trusted_proxies": ["127.0.0.1/32"], "access_log": "log/access.log"}}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BROWSER = {"Accept": "text/html", "User-Agent": "Distinctive-Browser/7", **BY_PROXY}


class Privacy(EndToEnd):
    def traffic(self, service, peer):
        """Everything a visitor can do, right and wrong. The words that must not leave a trace."""
        service.sign_up("spurlos.person@example.org", BY_PROXY, name="Zsófia Distinctiva")
        letter = peer.maildir.letter_to("spurlos.person@example.org")
        service.sign_up("spurlos.person@example.org", BY_PROXY)
        service.sign_up("not an address spurlos@", BY_PROXY)
        service.sign_up("spurlos.other@example.org", BY_PROXY, ip="203.0.113.88")
        service.sign_up("gone.spurlos@example.org", BY_PROXY)
        service.sign_up("later.spurlos@example.org", BY_PROXY)
        service.call("POST", "/v1/signups", "email=form.spurlos%40example.org&name=Distinctiva",
                     {**FORM, **BROWSER})
        service.call("POST", "/v1/signups", '{"email": "spurlos.broken@example.org"', {**BROWSER, **FORM})
        for method in ("GET", "HEAD", "POST", "POST", "DELETE"):
            service.call(method, f"/confirm/{letter.token}", headers=BROWSER)
        for path in ("/spurlos.person@example.org", f"/{letter.token}", "/signup/spurlos.person@example.org",
                     f"/confirm/{letter.token[:-1]}A", "/confirm/" + "A" * 44,
                     "/signup/news?email=spurlos.q@x.de"):
            service.call("GET", path, headers=BROWSER)
        service.call("POST", "/v1/proofs", "{}", {"Authorization": "Bearer spurlos-key", **BY_PROXY})
        service.look_up("spurlos.person@example.org")
        service.look_up("spurlos.nobody@example.org")
        with service.raw() as connection:
            connection.sendall(f"GET /confirm/{letter.token} HTTP/1.1\r\nHost : spurlos\r\n\r\n".encode())
            connection.recv(1000)
        wait_for(lambda: service.records("gone.spurlos@example.org", "letter_failed"), "the refusal")
        wait_for(lambda: service.event("letter_not_delivered"), "its log line")
        return ["spurlos", "Distinctiv", "Zs", "203.0.113", letter.token, letter.token[:20],
                service.api_key["Authorization"].split()[1]]

    def test_logs_and_metrics_hold_no_address_no_name_no_token_and_no_ip(self):
        gone, delayed = "gone.spurlos@example.org", "later.spurlos@example.org"
        peer = SmtpPeer(self, "--recipient", f"{gone}=550 5.1.1 <{gone}> unknown",
                        "--recipient", f"{delayed}=451 4.7.1 <{delayed}> try later")
        service = self.service({**PROXY, "mail": {"url": f"smtp://127.0.0.1:{peer.port}"}}).start()
        words = self.traffic(service, peer)
        metrics = service.call("GET", "/metrics", headers=service.key("stats"))
        self.assertEqual(metrics.status, 200)
        self.assertIn(b"optledger_signups_total", metrics.body)
        service.terminate()
        access = "".join(file.read_text() for file in (service.folder / "log").iterdir())
        for word in words:
            self.assertNotIn(word, service.text_of_log())
            self.assertNotIn(word, metrics.body.decode())
            if word not in ("203.0.113", "Distinctiv"):
                self.assertNotIn(word, access)
        for line in service.log:
            self.assertIn("event", json.loads(line))
        lines = [json.loads(line) for line in access.splitlines()]
        self.assertIn("203.0.113.77", {line["ip"] for line in lines})
        self.assertIn("/confirm/{token}", {line["route"] for line in lines})

    def test_a_fault_of_the_disk_is_logged_without_the_request_that_met_it(self):
        disk = self.tmpfs("size=3m")
        service = self.service(PROXY, state=disk / "state").start()
        with open(disk / "ballast", "wb", buffering=0) as ballast:
            try:
                while ballast.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        numbers = iter(range(10_000))

        def refused():
            return service.sign_up(f"spurlos-{next(numbers)}@example.org", BY_PROXY).status == 503

        wait_for(refused, "a 503")
        wait_for(lambda: service.event("store_unavailable"), "its log line")
        self.assertNotIn("spurlos", service.text_of_log())
        self.assertNotIn("203.0.113", service.text_of_log())

    def test_the_address_of_a_client_behind_a_trusted_proxy_becomes_evidence(self):
        service = self.service(PROXY).start()
        service.sign_up("anna@example.org", {"X-Forwarded-For": "198.51.100.1, 2001:db8::7, 127.0.0.1"})
        service.confirm(service.maildir.letter_to("anna@example.org").token, BY_PROXY)
        (asked,) = service.records("anna@example.org", "signup_requested")
        (confirmed,) = service.records("anna@example.org", "confirmed")
        self.assertEqual((asked["ip"], asked["ip_source"]), ("2001:db8::7", "forwarded"))
        self.assertEqual((confirmed["ip"], confirmed["ip_source"]), ("203.0.113.77", "forwarded"))

    def test_nobody_else_is_believed_about_his_address(self):
        service = self.service().start()
        service.sign_up("anna@example.org", BY_PROXY)
        (asked,) = service.records("anna@example.org", "signup_requested")
        self.assertEqual((asked["ip"], asked["ip_source"]), ("127.0.0.1", "socket"))
