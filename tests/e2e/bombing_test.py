"""Sign-ups in masses, against the real program: one victim from many addresses, and many victims from one."""
import collections
import concurrent.futures
import http.client
import json
import os
import pty
import re
import signal
import sqlite3

from service import JSON, EndToEnd, wait_for

MANY = 10_000
DEFAULTS = {"signups_per_client": "60/1h", "signups_per_domain": "2000/1h", "signups": "30000/1h"}
AT_ONCE = 32


def address_of(number):
    """Another client address for each number, an IPv4 one or an IPv6 /64."""
    if number % 2:
        return f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"
    return f"2001:db8:{number // 65536:x}:{number % 65536:x}::1"


class Crowd:
    """Sends sign-ups over kept connections, as the proxy in front would."""

    def __init__(self, service):
        self.service = service

    def send_all(self, signups):
        """[(client address, e-mail address)] -> how often each status came."""
        signups = list(signups)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            parts = [signups[i::AT_ONCE] for i in range(AT_ONCE)]
            return sum(pool.map(self.send, parts), collections.Counter())

    def send(self, signups):
        statuses, connection = collections.Counter(), self.service.connect()
        for client, email in signups:
            body = json.dumps({"email": email, "locale": "en"})
            for _ in range(2):  # a kept connection may have been closed meanwhile
                try:
                    connection.request("POST", "/v1/signups", body, {**JSON, "X-Forwarded-For": client})
                    answer = connection.getresponse()
                    break
                except (http.client.HTTPException, ConnectionError):
                    connection.close()
            answer.read()
            statuses[answer.status] += 1
        connection.close()
        return statuses


class Bombing(EndToEnd):
    def behind_a_proxy(self, **limits):
        server = {"trusted_proxies": ["127.0.0.1/32"]}
        service = self.service({"server": server, "limits": {**DEFAULTS, **limits}}).start()
        return service, Crowd(service)

    def rows(self, service, question):
        database = sqlite3.connect(f"file:{service.database}?mode=ro", uri=True)
        try:
            return database.execute(question).fetchone()[0]
        finally:
            database.close()

    def test_ten_thousand_signups_for_one_address_from_ten_thousand_clients_are_one_letter(self):
        service, crowd = self.behind_a_proxy(signups_per_domain="1000000/1s")
        victim = "victim@example.org"
        statuses = crowd.send_all((address_of(number), victim) for number in range(MANY))
        self.assertEqual(statuses, {202: MANY})
        service.sign_up("last@example.org")
        service.maildir.await_all({"last@example.org"})
        self.assertEqual([one.to for one in service.maildir.letters()].count(victim), 1)
        # What is kept of it is bounded too, and all of the victim's address.
        self.assertLessEqual(self.rows(service, "SELECT count(*) FROM record"), 30)
        self.assertEqual(self.rows(service, "SELECT count(*) FROM signup"), 2)

    def test_the_limit_for_a_domain_holds_before_that(self):
        service, crowd = self.behind_a_proxy(signups_per_domain="50/1h")
        statuses = crowd.send_all((address_of(number), f"p{number}@example.org") for number in range(200))
        self.assertEqual(statuses, {202: 50, 429: 150})
        self.assertEqual(service.sign_up("anna@example.net", {"X-Forwarded-For": "192.0.2.9"}).status, 202)

    def test_ten_thousand_addresses_from_one_client_are_limited_and_nobody_else_is(self):
        service, crowd = self.behind_a_proxy(signups_per_domain="1000000/1s")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            bomber = pool.submit(crowd.send_all, (("192.0.2.66", f"v{i}@example.org") for i in range(MANY)))
            others = pool.submit(crowd.send, [(address_of(i), f"good{i}@example.org") for i in range(300)])
            self.assertEqual(others.result(), {202: 300})
            statuses = bomber.result()
        self.assertLessEqual(statuses[202], 62)  # 60 at once, and one a minute
        self.assertEqual(statuses[202] + statuses[429], MANY)
        self.assertEqual(self.rows(service, "SELECT count(*) FROM signup"), 300 + statuses[202])
        metrics = service.call("GET", "/metrics", headers=service.key("stats")).body.decode()
        limited = re.search(r'optledger_limited_requests_total\{limit="client"\} (\d+)', metrics)
        self.assertEqual(int(limited[1]), statuses[429])
        for trace in ("192.0.2.66", "@example.org"):
            self.assertNotIn(trace, metrics)
            self.assertNotIn(trace, service.text_of_log())

    def test_new_limits_are_taken_over_while_the_service_runs(self):
        service, crowd = self.behind_a_proxy(signups_per_client="1/1h")
        self.assertEqual(crowd.send([("192.0.2.1", "a@example.org"), ("192.0.2.1", "b@example.org")]),
                         {202: 1, 429: 1})
        service.sections["limits"]["signups_per_client"] = "1000/1h"
        (service.folder / "blocked.txt").write_text("trash.example\n")
        service.sections["limits"]["blocked_domains_file"] = "blocked.txt"
        service.write_config()
        service.process.send_signal(signal.SIGHUP)
        wait_for(lambda: service.event("settings_taken_over"), "the new settings")
        self.assertEqual(crowd.send([("192.0.2.1", f"{i}@example.org") for i in range(20)]), {202: 20})
        self.assertEqual(crowd.send([("192.0.2.1", "a@trash.example")]), {422: 1})

    def test_a_configuration_with_a_mistake_changes_nothing_while_the_service_runs(self):
        service, crowd = self.behind_a_proxy(signups_per_client="2/1h")
        service.sections["limits"]["signups_per_client"] = "many"
        service.write_config()
        service.process.send_signal(signal.SIGHUP)
        line = wait_for(lambda: service.event("settings_refused"), "the refusal")
        self.assertIn("limits.signups_per_client: expected 1 to 1000000 in a span", line["detail"])
        self.assertEqual(crowd.send([("192.0.2.1", f"{i}@example.org") for i in range(3)]), {202: 2, 429: 1})

    def test_who_closes_the_terminal_that_serve_runs_in_ends_it(self):
        service = self.service()
        service.write_config()
        child, terminal = pty.fork()
        if child == 0:
            os.execv(service.command()[0], service.command("serve"))
        said = b""
        while b'"listening"' not in said:
            said += os.read(terminal, 4096)
        os.kill(child, signal.SIGHUP)
        while b'"settings_taken_over"' not in said:
            said += os.read(terminal, 4096)
        os.close(terminal)
        wait_for(lambda: os.waitpid(child, os.WNOHANG)[0] == child, "the end of serve")

    def test_each_bad_line_of_the_block_list_is_named(self):
        service = self.service({"limits": {"blocked_domains_file": "blocked.txt"}})
        (service.folder / "blocked.txt").write_text("good.example\nnot a domain\n# fine\n-\n")
        code, _, err = service.cli("check")
        self.assertEqual(code, 2)
        self.assertIn("blocked.txt:2: is not a domain", err)
        self.assertIn("blocked.txt:4: is not a domain", err)
        self.assertEqual(err.count("is not a domain"), 2)
