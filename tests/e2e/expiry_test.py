"""What is erased is gone from every byte on disk. The clock of the process is moved by libfaketime."""
import glob

from faketime import LIBRARY, later
from service import EndToEnd, wait_for
from traces import traces

PROXY = {"server": {"trusted_proxies": ["127.0.0.1/32"], "access_log": "state/log/access.log"}}
VISITOR = {"X-Forwarded-For": "203.0.113.99", "User-Agent": "Vanishing-Browser/9"}
WORDS = ["geht.verloren.größe", "GEHT.VERLOREN", "203.0.113.99", "Vanishing-Browser", "Verschwundene Person"]


class Expiry(EndToEnd):
    def setUp(self):
        if not glob.glob(LIBRARY):
            self.skipTest("no libfaketime")

    def with_visitors(self):
        """One has confirmed, one has not, and the power fails."""
        service = self.service(PROXY).start()
        service.sign_up("bleibt@example.org")
        service.confirm(service.maildir.letter_to("bleibt@example.org").token)
        service.sign_up("geht.verloren.größe@example.org", VISITOR, name="Verschwundene Person")
        wait_for(lambda: service.records("geht.verloren.größe@example.org", "letter_sent"), "the letter")
        service.kill9()
        found = {word for _, word in traces(service.state, WORDS)}
        self.assertEqual(found, set(WORDS), "the search itself works")
        return service

    def test_after_eight_days_down_unconfirmed_sign_ups_are_erased_before_the_first_answer(self):
        service = self.with_visitors()
        segments = set((service.state / "log").iterdir())
        service.start(later(8))
        self.assertEqual(traces(service.state, WORDS), [])
        kept = segments & set((service.state / "log").iterdir())
        self.assertFalse(kept, "segments of the access log")
        service.terminate()
        self.assertEqual(traces(service.state, WORDS), [])
        service.start(later(8))
        self.assertEqual(service.look_up("geht.verloren.größe@example.org").status, 404)
        self.assertEqual(len(service.records("bleibt@example.org", "confirmed")), 1)
        self.assertEqual(service.cli("check")[0], 0)

    def test_before_its_time_nothing_is_erased(self):
        service = self.with_visitors()
        service.start(later(6))
        self.assertEqual(len(service.records("geht.verloren.größe@example.org", "signup_requested")), 1)
        token = service.maildir.letter_to("geht.verloren.größe@example.org").token
        self.assertEqual(service.confirm(token).status, 200)

    def test_a_link_is_dead_after_its_time(self):
        service = self.with_visitors()
        service.start(later(8))
        token = service.maildir.letter_to("geht.verloren.größe@example.org").token
        self.assertEqual(service.confirm(token).status, 410)

    def test_an_erasure_is_finished_after_a_power_cut_in_its_middle(self):
        service = self.with_visitors()
        service.start()
        token = service.maildir.letter_to("geht.verloren.größe@example.org").token
        answer = service.call("POST", f"/confirm/{token}", "action=cancel",
                              {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status, 200)
        service.kill9()
        (service.state / "log").rename(service.folder / "log-that-may-hold-it")
        service.start()
        self.assertEqual(traces(service.state, WORDS), [])
