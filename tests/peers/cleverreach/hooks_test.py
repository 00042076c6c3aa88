"""Event hooks: registration with its verification, and what is delivered."""
import unittest

from testing import Listener, SimulatorTest

VERIFY = "a-token-of-ours"
A = "a@example.org"


class Hooks(SimulatorTest):
    def setUp(self):
        super().setUp()
        self.simulator.switch(allow_http_hooks=True)

    def listener(self, **more):
        listener = Listener(VERIFY, **more)
        self.addCleanup(listener.stop)
        return listener

    def wish(self, listener, **more):
        return {"url": listener.url, "event": "receiver", "condition": self.group, "verify": VERIFY, **more}

    def registered(self, **more):
        """(listener, call token)"""
        listener = self.listener()
        status, answer = self.post("/hooks/eventhook", self.wish(listener, **more))
        self.assertEqual(status, 200, answer)
        return listener, answer["call_token"]

    def events(self, listener):
        self.simulator.delivered()
        return [body["event"].removeprefix("receiver.") for _, body in listener.came]

    def test_registration_asks_the_url_first_and_then_answers_token_and_secret(self):
        listener = self.listener()
        _, answer = self.post("/hooks/eventhook", self.wish(listener))
        self.assertEqual((answer["success"], len(answer["call_token"]), len(answer["secret"])), (True, 64, 32))
        self.assertRegex(listener.verified_at[0], r"^/hooks\?tenant=1&secret=[0-9a-f]{32}$")
        self.assertEqual(self.get("/hooks/eventhook")[1],
                         [{"event": "receiver", "condition": self.group, "url": listener.url}])

    def test_a_url_that_does_not_say_exactly_verify_and_secret_is_refused(self):
        for says in ("{secret}", "{verify}", "{verify}  {secret}", "{verify} {secret}\n"):
            answer = self.post("/hooks/eventhook", self.wish(self.listener(says=says)))
            self.assert_refused(answer, 400, "Bad Request: verification failed")
        answer = self.post("/hooks/eventhook", self.wish(self.listener(status=500)))
        self.assert_refused(answer, 400, "Bad Request: verification failed")

    def test_https_a_known_event_and_ten_to_fifty_characters_are_demanded(self):
        listener = self.listener()
        for wrong in ({"verify": "short"}, {"verify": "x" * 51}, {"event": "receiver.activated"}):
            self.assertEqual(self.post("/hooks/eventhook", self.wish(listener, **wrong))[0], 400)
        self.simulator.switch(allow_http_hooks=False)
        self.assert_refused(self.post("/hooks/eventhook", self.wish(listener)), 400, "Bad Request: invalid url")
        self.assertEqual(listener.verified_at, [])

    def test_a_second_registration_is_a_conflict_until_the_first_is_deleted(self):
        listener, _ = self.registered()
        self.assertEqual(self.post("/hooks/eventhook", self.wish(listener))[0], 409)
        self.assertEqual(self.delete("/hooks/eventhook/receiver?condition=99")[0], 404)
        self.assertEqual(self.delete(f"/hooks/eventhook/receiver?condition={self.group}"), (200, True))
        self.assertEqual(self.post("/hooks/eventhook", self.wish(listener))[0], 200)

    def test_an_unsubscription_is_told_with_the_call_token_and_without_the_address(self):
        self.add(A)
        listener, token = self.registered(event="receiver.unsubscribed")
        self.simulator.person("unsubscribe", A)
        self.simulator.delivered()
        payload = {"pool_id": self.receiver(A)["id"], "group_id": self.group}
        self.assertEqual(listener.came, [(token, {"condition": self.group, "event": "receiver.unsubscribed",
                                                  "payload": payload})])

    def test_writes_over_the_api_echo_unless_switched_off(self):
        listener, _ = self.registered()
        self.add(A)
        self.put(f"{self.base}/{A}/deactivate")
        self.delete(f"{self.base}/{A}")
        self.assertEqual(self.events(listener),
                         ["created", "subscribed", "updated", "unsubscribed", "deleted"])
        listener.came.clear()
        self.simulator.switch(api_writes_fire_hooks=False)
        self.add(A)
        self.assertEqual(self.events(listener), [])
        self.simulator.person("unsubscribe", A)
        self.assertEqual(self.events(listener), ["updated", "unsubscribed"])

    def test_only_the_group_of_the_condition_is_told_about(self):
        listener, _ = self.registered()
        self.simulator.operator_upsert({"email": A}, group="Other")
        self.assertEqual(self.events(listener), [])

    def test_an_automatic_blacklist_tells_of_the_unsubscription_and_the_deletion(self):
        self.add(A)
        self.simulator.switch(auto_blacklist=True)
        listener, _ = self.registered()
        self.simulator.person("unsubscribe", A)
        self.assertEqual(self.events(listener), ["updated", "unsubscribed", "deleted"])
        payload = listener.came[-1][1]["payload"]
        self.assertNotIn(A, payload["email"])
        self.assertEqual(self.get(f"{self.base}/{payload['pool_id']}")[0], 404)

    def test_a_hook_may_be_forged_repeated_or_about_nobody(self):
        listener, token = self.registered()
        self.simulator.send_hook("receiver.unsubscribed", pool_id=7, wrong_token=True)
        self.simulator.send_hook("receiver.unsubscribed", pool_id=7, times=2)
        self.simulator.delivered()
        self.simulator.repeat_hooks()
        self.simulator.delivered()
        self.assertEqual([given == token for given, _ in listener.came], [False, True, True, True])

    def test_hooks_may_be_held_back_and_come_out_of_order(self):
        listener, _ = self.registered()
        self.simulator.hold_hooks()
        self.add(A)
        self.put(f"{self.base}/{A}/deactivate")
        self.assertEqual(self.events(listener), [])
        self.assertEqual(self.simulator.release_hooks("reversed"), 4)
        self.assertEqual(self.events(listener), ["unsubscribed", "updated", "subscribed", "created"])


if __name__ == "__main__":
    unittest.main()
