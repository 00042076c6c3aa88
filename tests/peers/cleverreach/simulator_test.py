#!/usr/bin/python3
"""The simulator does what is known of CleverReach: run me for all tests of this folder, or with -k WORD for some.

Here: the ground rules of the wire, tokens, groups, attributes and the program itself. rules_test.py has the rules for
receivers, people_test.py what people do, hooks_test.py event hooks, faults_test.py what goes wrong.
"""
import base64
import json
import pathlib
import sys
import tempfile
import time
import unittest
import urllib.parse

from client import CLIENT_ID, CLIENT_SECRET, Simulator
from testing import NOW, SimulatorTest

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
BASIC = {"Authorization": "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()}
GRANT = {"grant_type": "client_credentials"}
IN_BODY = {**GRANT, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


class GroundRules(SimulatorTest):
    def test_json_suffix_and_trailing_slash_are_optional(self):
        paths = ("/v3/groups", "/v3/groups/", "/v3/groups.json", "/v3/groups.json/")
        answers = [self.get(path) for path in paths]
        self.assertTrue(all(answer == answers[0] for answer in answers))
        self.assertEqual(self.get(f"/v3/groups.json/{self.group}/receivers.json")[0], 200)

    def test_answers_carry_the_recorded_headers(self):
        _, headers, _ = self.simulator.raw("GET", "/v3/debug/ping.json")
        self.assertEqual(headers["Content-Type"], "application/json; charset=utf-8")
        self.assertEqual(headers["Cache-Control"], "no-cache, must-revalidate")
        self.assertEqual(headers["X-Powered-By"], "Luracast Restler v3.0.0rc5")
        self.assertRegex(headers["X-Cr-I"], r"^api-eu1-i-[0-9a-f]+ D=\d+ t=\d{16}$")

    def test_a_connection_serves_many_calls(self):
        connection = self.simulator.connect()
        for _ in range(3):
            connection.request("GET", "/v3/debug/ping")
            self.assertEqual(connection.getresponse().read()[:1], b'"')
        connection.close()
        self.assertEqual([call["reused"] for call in self.simulator.requests(3)], [False, True, True])

    def test_an_idle_connection_is_closed(self):
        self.simulator.switch(idle_seconds=1)
        connection = self.simulator.connect()
        connection.connect()
        self.assertEqual(connection.sock.recv(1), b"")
        connection.close()

    def test_errors_come_in_one_envelope(self):
        self.assert_refused(self.get("/v3/nothing"), 404, "Not Found")
        self.assert_refused(self.get(f"{self.base}/nobody@example.org"), 404, "Not Found: invalid receiver")
        self.assert_refused(self.delete(self.base), 405, "Method Not Allowed")

    def test_deleting_without_an_id_deletes_nothing(self):
        self.add("a@example.org")
        self.assertEqual(self.delete(self.base + "/")[0], 405)
        self.assertEqual(list(self.simulator.receivers()), ["a@example.org"])

    def test_the_wrapping_of_v2_is_understood(self):
        self.assertEqual(self.post("/v3/groups", {"postdata": {"name": "Third"}})[1]["name"], "Third")

    def test_a_broken_body_is_refused(self):
        headers = {**JSON, "Authorization": "Bearer " + self.simulator.fresh_token()}
        status, _, _ = self.simulator.raw("POST", self.base + "/upsert", b'[{"email":', headers)
        self.assertEqual(status, 400)

    def test_ids_may_be_numbers(self):
        self.add("a@example.org")
        self.assertIsInstance(self.receiver("a@example.org")["id"], str)
        self.simulator.switch(numeric_ids=True)
        receiver = self.receiver("a@example.org")
        self.assertEqual((receiver["id"], receiver["group_id"]), (4001, 1001))
        self.assertEqual(self.receiver("4001"), receiver)

    def test_empty_objects_may_come_as_lists(self):
        self.add("a@example.org")
        self.assertEqual(self.receiver("a@example.org")["attributes"], {})
        self.simulator.switch(empty_objects_as_lists=True)
        self.assertEqual(self.receiver("a@example.org")["attributes"], [])


class Tokens(SimulatorTest):
    def ask(self, headers, body):
        status, _, answer = self.simulator.raw("POST", "/oauth/token.php", body, headers)
        return status, json.loads(answer)

    def test_credentials_are_taken_in_every_form_that_clients_use(self):
        multipart = ('--x\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\n'
                     "client_credentials\r\n--x--\r\n")
        ways = {
            "Basic and a form": ({**BASIC, **FORM}, urllib.parse.urlencode(GRANT)),
            "Basic and JSON": ({**BASIC, **JSON}, json.dumps(GRANT)),
            "Basic and multipart": ({**BASIC, "Content-Type": "multipart/form-data; boundary=x"}, multipart),
            "a form": (FORM, urllib.parse.urlencode(IN_BODY)),
            "JSON": (JSON, json.dumps(IN_BODY)),
        }
        for way, (headers, body) in ways.items():
            with self.subTest(way):
                status, answer = self.ask(headers, body)
                self.assertEqual((status, answer["expires_in"], answer["token_type"]), (200, 2592000, "bearer"))
                self.assertGreater(len(answer["access_token"]), 300)
                self.assertNotIn("refresh_token", answer)

    def test_basic_counts_where_both_are_given(self):
        self.assertEqual(self.ask({**BASIC, **JSON}, json.dumps({**IN_BODY, "client_secret": "wrong"}))[0], 200)

    def test_the_token_endpoint_has_errors_of_its_own_shape(self):
        status, answer = self.ask(JSON, json.dumps({**IN_BODY, "client_secret": "wrong"}))
        self.assertEqual((status, answer["error"], set(answer)),
                         (400, "invalid_client", {"error", "error_description"}))
        self.assertEqual(self.ask({"Authorization": "Basic eDp5", **JSON}, json.dumps(GRANT))[0], 401)
        self.assertEqual(self.ask(JSON, '{"grant_type":"wish"}')[1]["error"], "unsupported_grant_type")

    def test_without_a_good_token_nothing_is_done(self):
        for headers in ({}, {"Authorization": "Bearer nonsense"}, BASIC):
            status, _, body = self.simulator.raw("GET", "/v3/groups", headers=headers)
            self.assertEqual((status, json.loads(body)), (401, {"error": {"code": 401, "message": "Unauthorized"}}))

    def test_a_token_in_the_query_works_but_is_not_in_the_journal(self):
        status, _, _ = self.simulator.raw("GET", "/v3/groups?order=name&token=" + self.simulator.fresh_token())
        self.assertEqual((status, self.simulator.requests(1)[0]["path"]), (200, "/v3/groups?order=name"))

    def test_a_token_ends_when_it_said_it_would(self):
        for seconds in (60, 31536000):
            self.simulator.switch(token_seconds=seconds)
            self.simulator.token = None
            self.assertEqual(self.get("/v3/debug/validate.json"), (200, True))
            self.simulator.advance(seconds - 5)
            self.assertLessEqual(self.get("/v3/debug/ttl.json")[1]["ttl"], 5)
            self.simulator.advance(5)
            self.assertEqual(self.get("/v3/debug/validate.json")[0], 401)
        self.simulator.token = None

    def test_a_token_may_be_revoked_early(self):
        self.assertEqual(self.get("/v3/groups")[0], 200)
        self.simulator.revoke_tokens()
        self.assertEqual(self.get("/v3/groups")[0], 401)
        self.simulator.token = None
        self.assertEqual(self.delete("/v3/oauth/token.json"), (200, True))
        self.assertEqual(self.get("/v3/groups")[0], 401)
        self.simulator.token = None

    def test_refresh_tokens_are_good_for_one_use(self):
        self.simulator.switch(refresh_tokens=True)
        _, first = self.ask(JSON, json.dumps(IN_BODY))
        wish = json.dumps({**IN_BODY, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]})
        self.assertEqual(self.ask(JSON, wish)[0], 200)
        self.assertEqual(self.ask(JSON, wish)[1]["error"], "invalid_grant")

    def test_whoami_tells_the_customer(self):
        self.assertEqual(self.get("/v3/debug/whoami.json")[1]["login_domain"], "129148.eu2.cleverreach.com")


class GroupsAndAttributes(SimulatorTest):
    def test_a_group_is_made_changed_cleared_and_deleted(self):
        _, group = self.post("/v3/groups", {"name": "News"})  # a name may be there twice
        path = f"/v3/groups/{group['id']}"
        self.assertEqual(self.put(path, {"name": "Later"}), (200, True))
        self.assertEqual(self.get(path)[1]["name"], "Later")
        self.post(path + "/receivers/insert", [{"email": "a@example.org"}])
        self.assertEqual(self.delete(path + "/clear"), (200, True))
        self.assertEqual(self.get(path + "/receivers"), (200, []))
        self.assertEqual(self.delete(path), (200, True))
        self.assert_refused(self.get(path), 404, "Not Found: invalid group")

    def test_statistics_are_cached(self):
        path = f"/v3/groups/{self.group}/stats"
        self.assertEqual(self.get(path)[1]["total_count"], 0)
        self.add("a@example.org")
        self.assertEqual(self.get(path)[1]["total_count"], 0)
        self.simulator.advance(61)
        self.assertEqual(self.get(path)[1]["active_count"], 1)

    def test_names_of_attributes_are_normalised_and_exist_once(self):
        status, short = self.post("/v3/attributes", {"name": "First Name", "type": "text"})
        self.assertEqual((status, short["name"]), (200, "first_name"))
        _, attribute = self.get(f"/v3/attributes/{short['id']}")
        self.assertEqual((attribute["description"], attribute["groups_id"], attribute["tag"]),
                         ("First Name", 0, "{FIRST_NAME}"))
        self.assert_refused(self.post("/v3/attributes", {"name": "first name"}), 409, "Conflict")
        self.assertEqual(self.post(f"/v3/groups/{self.group}/attributes", {"name": "first name"})[0], 200)
        self.assertEqual(self.get(f"/v3/attributes?group_id={self.group}")[1][0]["groups_id"], int(self.group))

    def test_there_are_forty_attributes_at_most(self):
        for number in range(40):
            self.assertEqual(self.post("/v3/attributes", {"name": f"a{number}"})[0], 200)
        self.assertEqual(self.post("/v3/attributes", {"name": "one more"})[0], 400)

    def test_unknown_attributes_are_ignored_and_null_unsets(self):
        self.post("/v3/attributes", {"name": "firstname"})
        self.post("/v3/attributes", {"name": "shoe", "type": "number", "group_id": self.group})
        self.add("a@example.org", global_attributes={"firstname": "Ada", "shoe": 1},
                 attributes={"shoe": 39, "firstname": "Eve"})
        receiver = self.receiver("a@example.org")
        self.assertEqual(receiver["global_attributes"], {"firstname": "Ada"})
        self.assertEqual(receiver["attributes"], {"shoe": "39"})
        self.upsert({"email": "a@example.org", "attributes": {"shoe": None}})
        self.assertEqual(self.receiver("a@example.org")["attributes"], {})


class Program(unittest.TestCase):
    def test_sigterm_ends_it_at_once_and_the_state_outlives_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "state.json"
            first = Simulator(state=path)
            base = f"/v3/groups/{first.group_id()}/receivers"
            first.api("POST", base + "/upsert", [{"email": "a@example.org", "registered": NOW, "tags": ["x"]}])
            first.person("unsubscribe", "a@example.org")
            held = first.receivers()
            began = time.monotonic()
            self.assertEqual(first.stop(), 0)
            self.assertLess(time.monotonic() - began, 2)
            second = Simulator(state=path, groups=("News", "More"))
            names = [group["name"] for group in second.call("GET", "groups")]
            self.assertEqual((second.receivers(), names), (held, ["News", "More"]))
            self.assertEqual(second.stop(), 0)


if __name__ == "__main__":
    folder = str(pathlib.Path(__file__).resolve().parent)
    unittest.main(module=None, argv=[sys.argv[0], "discover", "-s", folder, "-p", "*_test.py", *sys.argv[1:]])
