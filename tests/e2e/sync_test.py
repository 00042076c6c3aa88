"""CleverReach in step, both ways, on the real program against the simulator."""
import csv
import io
import json
import time

from cleverreach import ANNA, CLIENT_SECRET, InStep
from leaving_test import FORM, JSON, ONE_CLICK
from rights_test import Rights
from service import wait_for


class Pushing(InStep):
    def test_every_confirmed_person_is_active_there_with_the_right_facts_and_nobody_else_is(self):
        simulator = self.simulator()
        service = self.synced(simulator, source="Website", tags=["website"]).start()
        self.connect(service)
        link = self.confirmed(service, ANNA, name="Zoë")
        service.sign_up("never.confirmed@example.org")
        self.assertEqual(self.sync(service)["pushed"], 1)
        (anna,) = simulator.receivers().values()
        (confirmed,) = service.records(ANNA, "confirmed")
        (requested,) = service.records(ANNA, "signup_requested")
        self.assertTrue(anna["active"])
        self.assertEqual(anna["activated"], self.seconds(confirmed["at"]))
        self.assertEqual(anna["registered"], self.seconds(requested["at"]))
        self.assertEqual((anna["source"], anna["tags"], anna["attributes"]["name"]), ("Website", ["website"], "Zoë"))
        there = anna["attributes"]["unsubscribe_link"]
        self.assertTrue(there.endswith(link))
        self.assertEqual(service.call("POST", "/unsubscribe/" + there.rsplit("/", 1)[1], ONE_CLICK, FORM).status, 200)
        self.assertEqual(self.sync(service)["deactivated"], 1)
        self.assertEqual(self.active(simulator), set())

    @staticmethod
    def seconds(stamp):
        import calendar
        return calendar.timegm(time.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S"))

    def test_batch_follows_batch_and_nobody_is_sent_twice(self):
        simulator = self.simulator()
        service = self.synced(simulator, batch=5).start()
        people = self.crowd(service, 23)
        facts = self.sync(service)
        self.assertEqual((facts["pushed"], facts["pending"]), (len(people), 0))
        self.assertEqual(self.active(simulator), people)
        batches = simulator.counters()["by_endpoint"]["POST /v3/groups/{group}/receivers/upsertplus"]
        self.assertEqual(batches, -(-len(people) // 5))
        self.assertEqual({len(service.records(one, "provider_changed")) for one in people}, {1})

    def test_a_single_confirmation_is_there_within_five_seconds_while_serve_runs(self):
        simulator = self.simulator()
        service = self.in_step(simulator)
        link = self.confirmed(service)
        self.wait_until_active(simulator, patience=5)
        service.call("POST", link, ONE_CLICK, FORM)
        wait_for(lambda: self.active(simulator) == set(), "the deactivation", 5)

    def test_a_run_with_nothing_to_do_costs_three_calls_at_most(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        self.confirmed(service)
        self.sync(service)
        simulator.forget_calls()
        self.assertLessEqual(self.sync(service)["calls"], 3)
        self.assertLessEqual(simulator.counters()["total"], 3)

    def test_every_change_of_the_data_held_at_the_dispatch_provider_is_logged(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        self.connect(service)
        link = self.confirmed(service)
        self.sync(service)
        simulator.person("edit", ANNA, "News", fields={"attributes": {"name": "Somebody"}})
        self.sync(service, "--full")
        service.call("POST", link, ONE_CLICK, FORM)
        self.sync(service)
        changes = service.records(ANNA, "provider_changed")
        self.assertEqual([one["details"]["change"] for one in changes], ["created", "updated", "deactivated"])
        created, updated, deactivated = (one["details"] for one in changes)
        self.assertEqual((created["before"], updated["before"], deactivated["before"]),
                         (None, created["after"], updated["after"]))
        self.assertIn("attributes.unsubscribe_link", created["fields"])
        self.assertEqual({one["provider_id"] for one in (created, updated, deactivated)}, {"4001"})
        html = service.cli("proof", ANNA, "--reason", "case 7", "--format", "html")[1]
        self.assertIn("email service provider", html)

    def test_whoever_comes_back_by_a_new_confirmation_is_active_there_again(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        link = self.confirmed(service)
        self.sync(service)
        simulator.person("unsubscribe", ANNA, "News")
        time.sleep(1.1)  # CleverReach counts whole seconds, and in doubt they left after we heard of them
        self.assertEqual(self.sync(service)["foreign"], 1)
        service.call("POST", link, ONE_CLICK, FORM)
        self.assertFalse(simulator.receivers()[ANNA]["active"])
        time.sleep(1.1)
        self.confirm_again(service)
        self.assertEqual(self.sync(service)["pushed"], 1)
        self.assertTrue(simulator.receivers()[ANNA]["active"])
        self.assertEqual([one["details"]["change"] for one in service.records(ANNA, "provider_changed")],
                         ["created", "reactivated"])

    def confirm_again(self, service):
        known = {letter.token for letter in service.maildir.letters()}
        service.sign_up(ANNA)
        letter = wait_for(lambda: next((one for one in service.maildir.letters() if one.token not in known), None),
                          "the new letter")
        self.assertEqual(service.confirm(letter.token).status, 200)

    def test_a_provider_that_refuses_the_return_is_not_forced_and_asked_again_later(self):
        simulator = self.simulator(switches={"refuse_user_unsub_reactivation": "on"})
        service = self.synced(simulator).start()
        self.confirmed(service)
        self.sync(service)
        simulator.person("unsubscribe", ANNA, "News")
        time.sleep(1.1)
        self.sync(service)
        time.sleep(1.1)
        self.confirm_again(service)
        facts = self.sync(service)
        self.assertEqual((facts["pushed"], facts["refused"], facts["pending"]), (0, 1, 1))
        self.assertEqual(self.sync(service)["refused"], 0, "not hammered")
        self.assertEqual(service.look_up(ANNA).json()["conclusion"]["state"], "confirmed")


class Forgetting(InStep):
    def test_whoever_is_erased_here_is_deleted_there_also_after_an_outage_when_no_address_is_left(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        self.confirmed(service)
        self.confirmed(service, "ben@example.org")
        self.sync(service)
        simulator.fault("502", path="/v3/", times=None)
        for address in (ANNA, "ben@example.org"):
            self.assertEqual(service.cli("erase", address, "--consent-confirmed", "--reason", "letter")[0], 0)
        self.sync(service, code=3)
        simulator.clear_faults()
        facts = wait_for(lambda: self.sync(service), "a run")
        self.assertEqual((facts["deleted"], facts["pending"]), (2, 0))
        self.assertEqual(simulator.receivers(), {})

    def test_whoever_is_erased_while_the_answer_about_them_is_lost_is_found_by_their_fingerprint(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        self.confirmed(service)
        simulator.fault("reset_after", path="upsert", times=None)
        self.sync(service, code=3)
        self.assertEqual(self.active(simulator), {ANNA}, "it was done there")
        self.assertEqual(service.cli("erase", ANNA, "--consent-confirmed", "--reason", "letter")[0], 0)
        simulator.clear_faults()
        self.assertEqual(self.sync(service)["deleted"], 1)
        self.assertEqual(simulator.receivers(), {})

    def test_blocked_people_are_not_mailed_there(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        self.confirmed(service)
        self.sync(service)
        self.assertEqual(self.manage(service, "/v1/blocks", email=ANNA).status, 200)
        self.assertEqual(self.sync(service)["deactivated"], 1)
        self.assertEqual(self.active(simulator), set())


class Restricting(InStep, Rights):
    def test_restricted_people_are_not_mailed_there_until_they_lift_it(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        self.confirmed(service)
        self.sync(service)
        page = self.ask(service, ANNA)
        self.assertEqual(self.act(service, page, "restriction").status, 303)
        self.assertEqual(self.sync(service)["deactivated"], 1)
        self.assertEqual(self.active(simulator), set())
        self.assertEqual(self.act(service, page, "lifting").status, 303)
        self.assertEqual(self.sync(service)["pushed"], 1)
        self.assertEqual(self.active(simulator), {ANNA})
        self.assertEqual(service.records(ANNA, "foreign_change"), [])


class Hearing(InStep):
    def test_whoever_leaves_there_has_left_here_within_seconds_by_the_hook(self):
        simulator = self.simulator()
        service = self.in_step(simulator)
        self.connect(service)
        link = self.confirmed(service)
        self.wait_until_active(simulator)
        wait_for(lambda: service.records(ANNA, "provider_changed"), "the acknowledgement")
        simulator.person("unsubscribe", ANNA, "News")
        wait_for(lambda: self.suppressed(service, ANNA, list="news")["suppressed"], "the suppression", 10)
        (record,) = service.records(ANNA, "foreign_change")
        self.assertEqual((record["details"]["change"], record["details"]["source"]), ("unsubscribed", "hook"))
        self.assertEqual(service.look_up(ANNA).json()["conclusion"]["state"], "unsubscribed")
        self.assertEqual(service.call("GET", link).status, 200)

    def test_forged_calls_are_401_and_the_handshake_answers_what_was_registered(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        self.assertEqual(service.call("POST", "/hooks/cleverreach/news", "{}", JSON).status, 401)
        done = self.connect(service)
        self.assertEqual(set(done), {"credentials", "group", "attribute", "hook"})
        self.assertEqual(len(simulator.hooks()["registrations"]), 1)
        self.connect(service)
        self.assertEqual(len(simulator.hooks()["registrations"]), 1, "registered again, not twice")
        self.confirmed(service)
        self.sync(service)
        simulator.send_hook("receiver.unsubscribed", email=ANNA, wrong_token=True)
        (registration,) = simulator.hooks()["registrations"]
        token = {"X-CR-Calltoken": registration["call_token"], **JSON}
        self.assertEqual(simulator.delivered()[-1]["answer"], 401)
        for body, status in (("{}", 400), ("[]", 400), ("{", 400), ('{"payload":{"pool_id":"x"}}', 400),
                             ('{"payload":{"pool_id":4001},"new":1}', 200), ('{"payload":{"pool_id":"99"}}', 200)):
            self.assertEqual(service.call("POST", "/hooks/cleverreach/news", body, token).status, status, body)
        self.assertEqual(service.call("POST", "/hooks/cleverreach/none", "{}", token).status, 404)
        self.assertEqual(service.call("GET", "/hooks/cleverreach/news").status, 400)
        self.assertNotIn(registration["call_token"], service.text_of_log())

    def test_hooks_twice_late_and_in_the_wrong_order_do_no_harm(self):
        simulator = self.simulator()
        service = self.in_step(simulator)
        self.connect(service)
        self.confirmed(service)
        self.wait_until_active(simulator)
        wait_for(lambda: service.records(ANNA, "provider_changed"), "the acknowledgement")
        simulator.hold_hooks()
        simulator.person("unsubscribe", ANNA, "News")
        simulator.person("edit", ANNA, "News", fields={"source": "x"})
        simulator.release_hooks("reversed")
        simulator.repeat_hooks(last=4, times=2)
        wait_for(lambda: service.records(ANNA, "unsubscribed"), "the end", 10)
        simulator.delivered()
        time.sleep(2.5)
        self.assertEqual(len(service.records(ANNA, "foreign_change")), 1)
        self.assertEqual(len(service.records(ANNA, "unsubscribed")), 1)
        self.assertEqual(self.active(simulator), set())

    def test_without_a_hook_every_run_asks_who_opted_out_or_bounced(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        self.confirmed(service)
        self.confirmed(service, "ben@example.org")
        self.sync(service)
        time.sleep(1.1)
        simulator.person("unsubscribe", ANNA, "News")
        simulator.person("bounce", "ben@example.org", "News")
        self.assertEqual(self.sync(service)["foreign"], 2)
        self.assertEqual(self.active(simulator), set())
        for address, change in ((ANNA, "unsubscribed"), ("ben@example.org", "bounced")):
            (record,) = service.records(address, "foreign_change")
            self.assertEqual((record["details"]["change"], record["details"]["source"]), (change, "poll"))

    def test_a_full_run_finds_who_was_deleted_or_blacklisted_there(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        for address in (ANNA, "ben@example.org", "eva@example.org"):
            self.confirmed(service, address)
        self.sync(service)
        simulator.person("delete", ANNA, "News")
        simulator.person("blacklist", "ben@example.org")
        facts = self.sync(service, "--full")
        self.assertEqual(facts["foreign"], 2)
        self.assertEqual(self.suppressed(service, "ben@example.org", list="news")["reason"], "blocked")
        self.assertEqual(self.suppressed(service, ANNA, list="news")["reason"], "unsubscribed")
        self.assertEqual(self.active(simulator), {"eva@example.org"})

    def test_nothing_here_revives_whoever_left_there(self):
        for switches in ({}, {"auto_blacklist": "on"}, {"auto_blacklist": "on", "blacklist_mode": "403"},
                         {"auto_blacklist": "on", "blacklist_mode": "accept_inactive"}):
            with self.subTest(**switches):
                simulator = self.simulator(switches=switches)
                service = self.synced(simulator).start()
                self.confirmed(service, name="Zoë")
                self.sync(service)
                simulator.person("unsubscribe", ANNA, "News")
                # Their facts change here before we hear of it.
                service.sections["server"]["public_url"] = f"http://localhost:{service.port}"
                service.terminate()
                service.start()
                service.cli("sync")
                self.sync(service, "--full")
                self.assertNotIn(ANNA, self.active(simulator))
                self.assertEqual(service.look_up(ANNA).json()["conclusion"]["state"] in ("unsubscribed", "blocked"), True)
                service.close()


class Failing(InStep):
    KINDS = ("401", "403", "413", "429", "429_retry_after", "429_html", "429_empty", "502", "502_after",
             "reset_before", "reset_after", "error_in_200", "error_in_200_after", "false", "empty_200", "empty_204",
             "short", "drop_items", "true")

    def test_after_each_fault_and_a_second_run_everybody_is_there_once_and_active(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        for number, kind in enumerate(self.KINDS):
            with self.subTest(kind):
                address = f"person-{number}@example.org"
                self.confirmed(service, address)
                times = {"429_retry_after": 1}.get(kind, 2)
                simulator.fault(kind, path="upsert", times=times)
                service.cli("sync")
                simulator.clear_faults()
                self.settle(service)
                self.assertIn(address, self.active(simulator), kind)
                self.assertEqual(len(service.records(address, "provider_changed")), 1, kind)
        self.assertEqual(len(simulator.receivers()), len(self.KINDS))

    def settle(self, service):
        """As if the wait after a failure were over: what is owed is owed now."""
        import sqlite3
        with sqlite3.connect(service.database, timeout=10) as database:
            database.execute("UPDATE receiver SET due_at = 0 WHERE due_at IS NOT NULL")
        self.assertEqual(self.sync(service)["pending"], 0)

    def test_a_token_that_dies_early_or_lives_a_minute_is_renewed(self):
        simulator = self.simulator(switches={"token_seconds": "60"})
        service = self.in_step(simulator)
        self.confirmed(service)
        self.wait_until_active(simulator)
        simulator.revoke_tokens()
        self.confirmed(service, "ben@example.org")
        self.wait_until_active(simulator, "ben@example.org")

    def test_ids_as_numbers_empty_objects_as_lists_and_odd_blacklist_rows_are_understood(self):
        simulator = self.simulator(switches={"numeric_ids": "on", "empty_objects_as_lists": "on",
                                             "empty_pages_as_204": "on", "v2_string_items": "on"})
        service = self.synced(simulator).start()
        simulator.person("blacklist", "anna@example.org-WooCommerce")
        self.confirmed(service)
        self.sync(service, "--full")
        self.assertEqual(self.active(simulator), {ANNA})
        self.assertEqual(self.sync(service, "--full")["foreign"], 0)

    def test_wrong_credentials_a_wrong_group_and_an_account_without_rights_say_one_clear_line(self):
        simulator = self.simulator()
        for wrong, words in (({"client_id": "nobody"}, "client_id and client_secret"), ({"group": "9999"}, "group")):
            service = self.synced(simulator, **wrong).start()
            self.confirmed(service)
            error = self.sync(service, code=1)
            self.assertEqual(error.count("\n"), 1, error)
            self.assertIn(words, error)
            self.assertNotIn(ANNA, error)
            service.close()
        service = self.synced(simulator).start()
        self.confirmed(service)
        simulator.fault("403", path="/v3/", times=None)
        self.assertEqual(self.sync(service, code=1).count("\n"), 1)

    def test_an_outage_is_exit_3_everything_stays_owed_and_serve_says_so_in_readyz(self):
        simulator = self.simulator()
        service = self.in_step(simulator)
        simulator.kill()
        self.confirmed(service)
        error = self.sync(service, code=3)
        self.assertNotIn(ANNA, error + service.text_of_log())
        self.assertNotIn(CLIENT_SECRET, service.text_of_log())
        ready = wait_for(lambda: service.call("GET", "/readyz").json().get("detail"), "the trouble")
        self.assertIn("cleverreach news", ready)
        self.assertEqual(service.call("GET", "/readyz").status, 200, "sign-ups go on")

    def test_after_kill_9_during_a_run_of_2000_a_second_run_ends_in_the_exact_state(self):
        simulator = self.simulator()
        service = self.synced(simulator, batch=100).start()
        people = self.crowd(service, 2000)
        import subprocess
        for after in (0.15, 0.4, 0.8):
            run = subprocess.Popen(service.command("sync"), cwd=service.folder, env=self.variables(service),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(after)
            run.kill()
            run.wait()
        self.assertEqual(self.sync(service)["pending"], 0)
        self.assertEqual(self.active(simulator), people)
        self.assertEqual(self.sync(service, "--full")["foreign"], 0)
        self.assertEqual(service.cli("sync", "--audit")[0], 0)

    @staticmethod
    def variables(service):
        import os
        return {**os.environ, **service.environment}

    def test_two_runs_never_clash(self):
        import subprocess
        simulator = self.simulator()
        service = self.in_step(simulator)
        people = self.crowd(service, 60)
        runs = [subprocess.Popen(service.command("sync"), cwd=service.folder, env=self.variables(service),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(3)]
        self.assertEqual([run.wait(60) for run in runs], [0, 0, 0])
        self.assertEqual(self.active(simulator), people)
        counted = simulator.counters()["by_endpoint"]
        self.assertEqual(sum(len(service.records(one, "provider_changed")) for one in list(people)[:20]), 20, counted)


class Auditing(InStep):
    def test_every_difference_is_shown_as_table_json_and_csv_and_nothing_is_changed(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        for address in (ANNA, "ben@example.org", "eva@example.org", "ida@example.org"):
            self.confirmed(service, address)
        self.sync(service)
        self.assertEqual(service.cli("sync", "--audit")[0], 0)
        simulator.operator_upsert({"email": "stranger@example.org", "activated": 1700000000, "registered": 1700000000})
        simulator.person("delete", ANNA, "News")
        simulator.person("unsubscribe", "ben@example.org", "News")
        self.manage(service, "/v1/unsubscribes", email="eva@example.org")
        simulator.person("edit", "ida@example.org", "News", fields={"attributes": {"name": "Idaho"}})
        before = simulator.receivers()
        code, out, error = service.cli("sync", "--audit", "--format", "json")
        self.assertEqual(code, 1, error)
        found = {one["email"]: one["difference"] for one in map(json.loads, out.splitlines())}
        expected = {"stranger@example.org": "active_without_consent", ANNA: "missing", "ben@example.org": "inactive",
                    "eva@example.org": "active_but_left", "ida@example.org": "facts_differ"}
        self.assertEqual(found, expected)
        rows = list(csv.DictReader(io.StringIO(service.cli("sync", "--audit", "--format", "csv")[1])))
        self.assertEqual({row["email"]: row["difference"] for row in rows}, expected)
        self.assertIn("5 differences", service.cli("sync", "--audit")[1])
        self.assertEqual(simulator.receivers(), before)
        self.assertEqual(service.records(ANNA, "foreign_change"), [])

    def test_receivers_that_predate_the_service_are_taken_over_as_consents_of_foreign_origin_and_marked_so(self):
        simulator = self.simulator()
        service = self.synced(simulator).start()
        stamps = {"registered": 1600000000, "activated": 1600000100}
        for address in ("alt@example.org", "weg@example.org", "zu@example.org"):
            simulator.operator_upsert({"email": address, "source": "Old shop", **stamps})
        simulator.operator_upsert({"email": "inaktiv@example.org", **stamps, "deactivated": 1600000200})
        self.manage(service, "/v1/unsubscribes", email="weg@example.org")
        self.manage(service, "/v1/blocks", email="zu@example.org")
        self.assertEqual(service.cli("sync", "--adopt")[0], 2)
        facts = self.sync(service, "--adopt", "--reason", "moved to this service on 25 November")
        self.assertEqual((facts["taken_over"]["adopted"], facts["taken_over"]["suppressed"]), (1, 2))
        self.assertEqual(self.sync(service, "--adopt", "--reason", "again")["taken_over"]["adopted"], 0)
        proof = service.look_up("alt@example.org").json()
        self.assertEqual(proof["conclusion"], {"state": "imported", "consent_given_at": None,
                                               "consent_withdrawn_at": None, "held_until": None})
        (record,) = service.records("alt@example.org", "imported")
        self.assertEqual((record["details"]["basis"], record["details"]["activated"], record["details"]["source"]),
                         ("foreign_consent", "2020-09-13T12:28:20.000Z", "Old shop"))
        there = simulator.receivers()
        self.assertEqual(there["alt@example.org"]["activated"], 1600000100)
        leave = there["alt@example.org"]["attributes"]["unsubscribe_link"]
        self.assertEqual(service.call("POST", "/unsubscribe/" + leave.rsplit("/", 1)[1], ONE_CLICK, FORM).status, 200)
        self.sync(service, "--adopt", "--reason", "again")
        self.assertEqual(self.active(simulator), {"weg@example.org", "zu@example.org"})
        self.assertEqual(service.records("weg@example.org"), [])
        found = [json.loads(line)["difference"] for line in service.cli("sync", "--audit", "--json")[1].splitlines()]
        self.assertEqual(found, ["active_without_consent"] * 2)
        code, out, _ = service.cli("proof", "alt@example.org", "--reason", "x", "--format", "html")
        self.assertIn("hier nicht nachgewiesen", out)
