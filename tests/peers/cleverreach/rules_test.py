"""Receivers: who is active, batches, pages and filters."""
import time
import unittest

from testing import NOW, SimulatorTest

A = "a@example.org"


class Stamps(SimulatorTest):
    def test_a_new_receiver_without_stamps_is_active_at_once(self):
        self.upsert({"email": A})
        receiver = self.receiver(A)
        self.assertTrue(receiver["active"])
        self.assertEqual(receiver["registered"], receiver["activated"])
        self.assertAlmostEqual(receiver["activated"], time.time(), delta=5)

    def test_a_new_receiver_that_is_only_registered_is_not_active(self):
        self.upsert({"email": A, "registered": NOW})
        receiver = self.receiver(A)
        self.assertEqual((receiver["active"], receiver["activated"]), (False, 0))

    def test_activated_zero_is_undone_by_a_later_activated(self):
        self.upsert({"email": A, "registered": NOW, "activated": "0"})
        self.assertFalse(self.receiver(A)["active"])
        self.upsert({"email": A, "activated": NOW + 1})
        self.assertTrue(self.receiver(A)["active"])
        self.upsert({"email": A, "activated": 0})
        receiver = self.receiver(A)
        self.assertEqual((receiver["active"], receiver["deactivated"]), (False, 0))

    def test_activated_does_not_undo_deactivated_though_the_answer_is_success(self):
        self.add(A)
        self.simulator.person("unsubscribe", A)
        self.assertEqual(self.upsert({"email": A, "activated": NOW})[0]["status"], "update success")
        receiver = self.receiver(A)
        self.assertEqual((receiver["active"], receiver["activated"]), (False, NOW))
        self.assertNotEqual(receiver["deactivated"], 0)

    def test_any_deactivated_but_zero_deactivates(self):
        for value in (1, "1", NOW, True):
            self.upsert({"email": A, "activated": NOW, "deactivated": 0})
            self.upsert({"email": A, "deactivated": value})
            self.assertFalse(self.receiver(A)["active"], value)

    def test_deactivated_zero_or_activate_brings_back_who_unsubscribed(self):
        self.add(A)
        for way in (lambda: self.upsert({"email": A, "activated": NOW, "deactivated": 0}),
                    lambda: self.assertEqual(self.put(f"{self.base}/{A}/activate"), (200, True))):
            self.simulator.person("unsubscribe", A)
            self.assertFalse(self.receiver(A)["active"])
            way()
            self.assertTrue(self.receiver(A)["active"])

    def test_unless_the_account_refuses_that_without_a_word(self):
        self.simulator.switch(refuse_user_unsub_reactivation=True)
        self.add(A)
        self.simulator.person("unsubscribe", A)
        [receiver] = self.upsert({"email": A, "activated": NOW, "deactivated": 0}, call="upsertplus")
        self.assertFalse(receiver["active"])
        self.assertEqual(self.put(f"{self.base}/{A}/activate"), (200, True))
        self.assertFalse(self.receiver(A)["active"])

    def test_what_was_deactivated_over_the_api_can_always_be_undone(self):
        self.simulator.switch(refuse_user_unsub_reactivation=True)
        self.add(A)
        self.assertEqual(self.put(f"{self.base}/{A}/deactivate", {}), (200, True))
        self.assertFalse(self.receiver(A)["active"])
        self.assertEqual(self.put(f"{self.base}/{A}/activate"), (200, True))
        self.assertTrue(self.receiver(A)["active"])

    def test_an_upsert_without_stamps_leaves_the_state_alone(self):
        self.add(A)
        self.simulator.person("unsubscribe", A)
        self.upsert({"email": A, "source": "other"})
        receiver = self.receiver(A)
        self.assertEqual((receiver["active"], receiver["source"]), (False, "other"))

    def test_a_bounce_may_count_as_inactive(self):
        self.add(A)
        self.simulator.person("bounce", A)
        self.assertTrue(self.receiver(A)["active"])
        self.simulator.switch(bounced_is_inactive=True)
        self.assertFalse(self.receiver(A)["active"])


class OneReceiver(SimulatorTest):
    def test_create_answers_the_receiver_and_refuses_a_second_one(self):
        status, receiver = self.post(self.base, {"email": "A@Example.org", "tags": ["shop.big spender"]})
        self.assertEqual((status, receiver["email"], receiver["tags"]), (200, A, ["shop.big_spender"]))
        self.assertEqual(receiver["events"][0]["type_id"], "REST insert")
        self.assert_refused(self.post(self.base, {"email": A}), 400, f"Bad Request: duplicate address '{A}'")
        self.assert_refused(self.post(self.base, {"email": "a"}), 400, "Bad Request: invalid address 'a'")

    def test_put_changes_a_known_receiver_only_and_replaces_its_tags(self):
        self.assert_refused(self.put(f"{self.base}/{A}", {}), 404, "Not Found: invalid receiver")
        self.add(A, tags=["x", "y"])
        status, receiver = self.put(f"{self.base}/{A}", {"tags": ["z"], "source": "shop"})
        self.assertEqual((status, receiver["tags"], receiver["source"]), (200, ["z"], "shop"))

    def test_an_upsert_adds_tags_and_takes_those_with_a_minus_away(self):
        self.add(A, tags=["x", "shop.a", "shop.b"])
        self.upsert({"email": A, "tags": ["y", "-shop.*"]})
        self.assertEqual(self.receiver(A)["tags"], ["x", "y"])
        self.assertEqual(self.delete(f"/v3/receivers/{A}/tags/x,nothing"), (200, True))
        self.assertEqual(self.post(f"{self.base}/{A}/tags", {"tags": ["z"]}), (200, True))
        self.assertEqual(self.receiver(A)["tags"], ["y", "z"])

    def test_addresses_in_paths_are_percent_encoded(self):
        self.add("a+b/c@example.org")
        self.assertEqual(self.receiver("a%2Bb%2Fc%40example.org")["email"], "a+b/c@example.org")

    def test_a_pool_id_is_the_same_in_every_group(self):
        self.add(A)
        _, there = self.post(f"/v3/groups/{self.other}/receivers", {"email": A})
        self.assertEqual(there["id"], self.receiver(A)["id"])
        self.assertEqual([group["id"] for group in self.get(f"/v3/receivers/{A}/groups")[1]], [self.group, self.other])
        self.assertEqual(self.get(f"/v3/receivers/{there['id']}?group_id={self.other}")[1]["group_id"], self.other)

    def test_delete_in_one_group_or_everywhere(self):
        for path in (f"{self.base}/{A}", f"/v3/receivers/{A}?group_id={self.group}"):
            self.add(A)
            self.simulator.operator_upsert({"email": A}, group="Other")
            self.assertEqual(self.delete(path), (200, True))
            self.assertEqual((len(self.simulator.receivers()), len(self.simulator.receivers("Other"))), (0, 1))
        self.assertEqual(self.delete(f"/v3/receivers/{A}"), (200, True))
        self.assertEqual(self.simulator.receivers("Other"), {})
        self.assert_refused(self.delete(f"/v3/receivers/{A}"), 404, "Not Found: invalid receiver")

    def test_an_address_changes_with_its_id_kept(self):
        self.add(A)
        self.add("taken@example.org")
        number = self.receiver(A)["id"]
        self.assertEqual(self.put(f"/v3/receivers/{A}/email", {"email": "taken@example.org"})[0], 400)
        self.assertEqual(self.put(f"/v3/receivers/{A}/email", {"email": "b@example.org"}), (200, True))
        self.assertEqual(self.receiver("b@example.org")["id"], number)
        self.assertEqual(self.get(f"{self.base}/{A}")[0], 404)

    def test_only_the_last_250_events_are_kept(self):
        self.upsert(*[{"email": A}] * 300)
        self.assertEqual(len(self.receiver(A)["events"]), 250)

    def test_an_unknown_group_is_405_for_a_post_unless_switched(self):
        path = "/v3/groups/99/receivers"
        self.assert_refused(self.post(path + "/upsert", [{"email": A}]), 405, "Method Not Allowed: invalid group")
        self.assert_refused(self.get(path), 404, "Not Found: invalid group")
        self.simulator.switch(unknown_group=404)
        self.assert_refused(self.post(path + "/upsert", [{"email": A}]), 404, "Not Found: invalid group")


class Batches(SimulatorTest):
    def test_an_upsert_answers_each_item_in_order(self):
        self.add(A)
        answer = self.upsert({"email": "new@example.org"}, {"email": "bad"}, {"email": A})
        self.assertEqual([item["status"] for item in answer],
                         ["insert success", "invalid address 'bad'", "update success"])
        self.assertIsInstance(answer[0]["id"], int)

    def test_failed_items_may_be_bare_strings(self):
        self.simulator.switch(v2_string_items=True)
        self.assertEqual(self.upsert({"email": "bad"}), ["invalid address 'bad';"])

    def test_a_bare_object_is_answered_by_a_bare_object(self):
        self.assertEqual(self.post(self.base + "/upsert", {"email": A})[1]["status"], "insert success")
        self.assertEqual(self.post(self.base + "/upsertplus", {"email": A})[1]["email"], A)

    def test_insert_never_touches_a_known_receiver(self):
        self.add(A, source="first")
        answer = self.upsert({"email": A, "source": "second"}, call="insert")
        self.assertEqual(answer, [{"status": f"duplicate address '{A}'"}])
        self.assertEqual(self.receiver(A)["source"], "first")

    def test_upsertplus_answers_the_receivers_that_worked(self):
        answer = self.upsert({"email": "bad"}, {"email": "A@example.org"}, call="upsertplus")
        self.assertEqual([(item["email"], item["active"]) for item in answer], [(A, True)])
        self.assertIs(self.upsert({"email": "bad"}, call="upsertplus"), False)

    def test_update_never_makes_a_new_receiver(self):
        self.assertEqual(self.put(self.base + "/update", [{"email": A}])[1],
                         [{"status": f"invalid receiver '{A}'"}])
        self.assertEqual(self.simulator.receivers(), {})

    def test_a_batch_above_the_limit_is_413(self):
        items = [{"email": f"p{number}@example.org"} for number in range(1001)]
        self.assert_refused(self.post(self.base + "/upsert", items), 413, "Request Entity Too Large")
        self.assertEqual(self.simulator.receivers(), {})
        self.assertEqual(len(self.upsert(*items[1:])), 1000)
        self.simulator.switch(batch_limit=10)
        self.assertEqual(self.post(self.base + "/upsertplus", items[:11])[0], 413)

    def test_many_are_deleted_at_once(self):
        self.upsert({"email": A}, {"email": "b@example.org"}, {"email": "c@example.org"})
        self.assertEqual(self.post(self.base + "/delete", [A, "nobody@example.org"])[1],
                         [{"status": "success"}, {"status": "invalid receiver"}])
        self.assertEqual(self.post("/v3/receivers/delete", {"receivers": ["b@example.org"]})[1],
                         [{"status": "success"}])
        self.assertEqual(list(self.simulator.receivers()), ["c@example.org"])

    def test_isvalid_tells_who_is_there_and_active(self):
        self.upsert({"email": A}, {"email": "b@example.org", "activated": 0})
        wish = {"emails": [A, "b@example.org", "c@example.org"], "group_id": self.group}
        self.assertEqual(self.post("/v3/receivers/isvalid", wish)[1], [A])
        self.assertEqual(len(self.post("/v3/receivers/isvalid", {**wish, "invert": True})[1]), 2)

    def test_reads_may_lag_behind_writes(self):
        self.add(A)
        self.simulator.switch(lag_ms=300)
        self.upsert({"email": A, "source": "later"}, {"email": "b@example.org"})
        self.assertEqual(self.receiver(A)["source"], "")
        self.assertEqual(len(self.get(self.base)[1]), 1)
        self.assertEqual(self.simulator.receivers()[A]["source"], "later")
        time.sleep(0.35)
        self.assertEqual(self.receiver(A)["source"], "later")
        self.assertEqual(len(self.get(self.base)[1]), 2)


class Lists(SimulatorTest):
    def setUp(self):
        super().setUp()
        self.upsert(*[{"email": f"p{number:03}@example.org", "registered": NOW, "activated": NOW,
                       "deactivated": NOW + number if number % 2 else 0} for number in range(120)])

    def emails(self, query):
        return [one["email"] for one in self.get(f"{self.base}?{query}")[1]]

    def found(self, *rules, **more):
        wish = {"groups": [self.group], "operator": "AND", "activeonly": False, "rules": list(rules), **more}
        status, answer = self.post("/v3/receivers/filter", wish)
        self.assertEqual(status, 200, answer)
        return [one["deactivated"] - NOW for one in answer]

    def test_pages_count_from_zero_and_have_fifty_receivers_unless_asked(self):
        pages = [self.get(f"{self.base}?page={number}")[1] for number in range(4)]
        self.assertEqual([len(page) for page in pages], [50, 50, 20, 0])
        self.assertEqual(len({one["id"] for page in pages for one in page}), 120)
        self.assertEqual(len(self.emails("pagesize=9999")), 120)

    def test_an_empty_page_may_be_204(self):
        self.simulator.switch(empty_pages_as_204=True)
        self.assertEqual(self.get(f"{self.base}?page=9"), (204, None))

    def test_type_order_and_lists_choose(self):
        self.assertEqual([len(self.emails(f"pagesize=5000&type={kind}")) for kind in
                          ("all", "active", "inactive", "bounce")], [120, 60, 60, 0])
        self.assertEqual(self.emails("order_by=email%20desc&pagesize=1"), ["p119@example.org"])
        self.assertEqual(self.emails("email_list=p001@example.org,x@example.org"), ["p001@example.org"])
        self.assertEqual(self.emails("id_list=4001,4003"), ["p000@example.org", "p002@example.org"])

    def test_detail_adds_events_orders_and_tags(self):
        for detail, names in ((0, set()), (1, {"events"}), (5, {"events", "tags"}), (7, {"events", "orders", "tags"})):
            [one] = self.get(f"{self.base}?pagesize=1&detail={detail}")[1]
            self.assertEqual({"events", "orders", "tags"} & set(one), names)

    def test_a_filter_with_bg_and_sm_excludes_its_bounds_unless_switched(self):
        above = {"field": "deactivated", "logic": "bg", "condition": str(NOW + 11)}
        below = {"field": "deactivated", "logic": "sm", "condition": str(NOW + 17)}
        self.assertEqual(self.found(above, below), [13, 15])
        self.simulator.switch(inclusive_bounds=True)
        self.assertEqual(self.found(above, below), [11, 13, 15, 17])

    def test_a_filter_has_pages_order_and_operators(self):
        above = {"field": "deactivated", "logic": "bg", "condition": NOW}
        self.assertEqual(self.found(above, orderby="deactivated desc", page=1, pagesize=2), [115, 113])
        one = {"field": "email", "logic": "eq", "condition": "P001@example.org"}
        two = {"field": "email", "logic": "contains", "condition": "p003"}
        self.assertEqual(self.found(one, two, operator="OR"), [1, 3])
        self.assertEqual(self.found(above, activeonly=True), [])

    def test_a_filter_knows_no_changed_since(self):
        wish = {"groups": [], "rules": [{"field": "last_changed", "logic": "bg", "condition": NOW}]}
        self.assertEqual(self.post("/v3/receivers/filter", wish)[0], 400)


if __name__ == "__main__":
    unittest.main()
