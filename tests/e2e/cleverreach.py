"""An installation whose list has a group at the simulator of CleverReach; no tests."""
import json
import pathlib
import sys

from crowd import Crowd
from leaving_test import Readers
from service import ROOT, a_list, wait_for

sys.path.insert(0, str(pathlib.Path(ROOT, "tests/peers/cleverreach")))
from client import CLIENT_ID, CLIENT_SECRET, Simulator  # noqa: E402  (the folder has to be known first)

ANNA = "anna@example.org"


class InStep(Readers):
    def simulator(self, **named):
        """Takes hooks over http, as ours are on loopback."""
        switches = {"allow_http_hooks": "on", **named.pop("switches", {})}
        simulator = Simulator(switches=switches, **named)
        self.addCleanup(simulator.stop)
        return simulator

    def synced(self, simulator, sections=None, **cleverreach):
        """A service of which only `optledger sync` talks to CleverReach, unless an interval is given."""
        group = {"group": simulator.group_id(), "client_id": CLIENT_ID, "base_url": simulator.url,
                 "sync_interval": "1h", "poll_interval": "1d", **cleverreach}
        return self.service(sections, lists=[a_list("news", cleverreach=group)],
                            environment={"OPTLEDGER_CLEVERREACH_CLIENT_SECRET": CLIENT_SECRET})

    def in_step(self, simulator, **cleverreach):
        """The same while `serve` keeps it in step by itself."""
        return self.synced(simulator, **{"sync_interval": "1s", **cleverreach}).start()

    def sync(self, service, *more, code=0):
        """The facts of a run for the list."""
        exit_code, out, error = service.cli("sync", "--json", *more)
        self.assertEqual(exit_code, code, error)
        self.assertNotIn(CLIENT_SECRET, out + error)
        return json.loads(out)["lists"]["news"] if exit_code == 0 else error

    def connect(self, service):
        code, out, error = service.cli("provider", "connect", "--json")
        self.assertEqual(code, 0, error)
        return {step["part"]: step["done"] for step in json.loads(out)["lists"]["news"]}

    def active(self, simulator):
        return {email for email, one in simulator.receivers().items() if one["active"]}

    def confirmed(self, service, address=ANNA, **more):
        """Signs up and confirms; the path of the unsubscribe link."""
        return self.subscribed(service, address, **more)

    def crowd(self, service, count):
        """At least so many confirmed subscribers; their addresses."""
        with Crowd(service, people=8) as crowd:
            wait_for(lambda: len(crowd.confirmed) >= count, f"{count} subscribers", 300)
        return crowd.confirmed

    def wait_until_active(self, simulator, address=ANNA, patience=20):
        return wait_for(lambda: simulator.receivers().get(address, {}).get("active"), "activity there", patience)
