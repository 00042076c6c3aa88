"""The blacklist, and what people do at CleverReach itself."""
import unittest

from testing import SimulatorTest

A = "a@example.org"


class Blacklist(SimulatorTest):
    def test_rows_come_go_and_need_not_be_addresses(self):
        marker = "a@b.de-WooCommerce"
        self.assertEqual(self.post("/v3/blacklist.json/", {"email": marker, "comment": "REST API"}), (200, True))
        self.assertEqual(self.post("/v3/blacklist", {"email": marker})[0], 409)
        [row] = self.get("/v3/blacklist")[1]
        self.assertEqual((row["email"], row["comment"], row["isLocked"]), (marker, "REST API", False))
        self.assertEqual(self.post("/v3/blacklist/validate", {"emails": [A, marker]})[1], [A])
        self.assertEqual(self.delete("/v3/blacklist/a%40b.de-WooCommerce"), (200, True))
        self.assertEqual(self.delete("/v3/blacklist/a%40b.de-WooCommerce")[0], 404)

    def test_a_blacklisted_address_fails_as_an_item_or_a_call_or_stays_inactive(self):
        for path in ("/v3/blacklist", f"/v3/groups/{self.group}/blacklist"):
            self.simulator.reset()
            self.post(path, {"email": A})
            items = [{"email": "b@example.org"}, {"email": A}]
            self.assertEqual(self.upsert(*items)[1], {"status": f"blacklisted address '{A}'"})
            self.simulator.reset()
            self.simulator.switch(blacklist_mode="403")
            self.post(path, {"email": A})
            self.assert_refused(self.post(self.base + "/upsert", items), 403, "Forbidden")
            self.assertEqual(self.simulator.receivers(), {})
            self.simulator.switch(blacklist_mode="accept_inactive")
            self.assertEqual(self.upsert(*items)[1]["status"], "insert success")
            self.assertFalse(self.receiver(A)["active"])


class People(SimulatorTest):
    def test_who_unsubscribes_leaves_an_event_that_the_api_does_not(self):
        self.add(A)
        self.simulator.person("unsubscribe", A, group="News")
        self.assertEqual(self.receiver(A)["events"][-1]["type"], "user_unsubscribe")
        self.simulator.person("resubscribe", A)
        self.assertTrue(self.receiver(A)["active"])

    def test_an_account_may_blacklist_and_delete_who_unsubscribes(self):
        self.simulator.switch(auto_blacklist=True)
        self.add(A)
        self.simulator.operator_upsert({"email": A}, group="Other")
        self.simulator.person("unsubscribe", A, group="News")
        self.assertEqual((self.simulator.receivers(), self.simulator.receivers("Other")), ({}, {}))
        self.assertEqual(list(self.simulator.blacklist()), [A])

    def test_a_bounce_is_listed(self):
        self.add(A)
        self.simulator.person("bounce", A)
        [bounce] = self.get("/v3/bounces?page=0&pagesize=50")[1]
        self.assertEqual((bounce["email"], bounce["category"], bounce["occurences"]), (A, "hardbounce", 1))
        self.assertEqual([one["email"] for one in self.get("/v3/receivers/bounced")[1]], [A])
        self.assertEqual(len(self.get(f"{self.base}?type=bounce")[1]), 1)

    def test_a_complaint_deactivates_and_blacklists(self):
        self.add(A)
        self.simulator.person("complain", A)
        self.assertFalse(self.receiver(A)["active"])
        self.assertEqual(self.simulator.blacklist()[A]["comment"], "complaint")

    def test_the_operator_edits_deletes_and_adds_by_hand(self):
        self.assertEqual(self.simulator.operator_upsert({"email": A}), ["insert success"])
        self.simulator.person("edit", A, fields={"source": "by hand"}, new_email="b@example.org")
        self.assertEqual(self.receiver("b@example.org")["source"], "by hand")
        self.simulator.person("delete", "b@example.org")
        self.assertEqual(self.simulator.receivers(), {})
        self.assertEqual(self.simulator.counters()["items"], 0)


if __name__ == "__main__":
    unittest.main()
