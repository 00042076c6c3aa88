"""Keys: rotation under live links, who may touch the files, and what a crash leaves."""
import json
import os
import pathlib
import signal
import subprocess

from service import EndToEnd


class TokenKeys(EndToEnd):
    def confirmed(self, service, address):
        self.assertEqual(service.sign_up(address).status, 202)
        answer = service.call("POST", "/v1/confirmations",
                              json.dumps({"token": service.maildir.letter_to(address).token}).encode(),
                              {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()["unsubscribe_url"].rsplit("/", 1)[1]

    def states(self, service):
        code, out, err = service.cli("keys", "list", "--json")
        self.assertEqual(code, 0, err)
        return [key["state"] for key in json.loads(out)]

    def restart(self, service):
        self.assertEqual(service.terminate(), 0)
        service.start()

    def test_after_a_rotation_old_links_live_on_and_new_ones_are_made_with_the_new_key(self):
        service = self.service().start()
        left = self.confirmed(service, "anna@example.org")
        service.sign_up("bert@example.org")
        open_letter = service.maildir.letter_to("bert@example.org").token
        self.assertEqual(service.cli("keys", "rotate")[0], 0)
        self.restart(service)
        self.assertEqual(self.states(service), ["opens", "signs"])
        self.assertEqual(service.confirm(open_letter).status, 200)
        self.assertEqual(service.leave(left).status, 200)
        fresh = self.confirmed(service, "carla@example.org")
        self.assertNotEqual(fresh[:1] + fresh[1:2], left[:2])  # the key's number is the first byte
        code, out, err = service.cli("ledger", "verify")
        self.assertEqual(code, 0, out + err)
        self.assertEqual(service.cli("check")[0], 0)

    def test_a_new_key_is_used_by_nobody_before_serve_knows_it(self):
        service = self.service().start()
        self.confirmed(service, "anna@example.org")
        self.assertEqual(service.cli("keys", "rotate")[0], 0)
        self.assertEqual(self.states(service), ["signs", "waits"])
        code, out, err = service.cli("export", "--kind", "subscribers")
        self.assertEqual(code, 0, err)
        link = json.loads(out.splitlines()[0])["unsubscribe_url"].rsplit("/", 1)[1]
        self.assertEqual(service.leave(link).status, 200)
        code, _, err = service.cli("keys", "rotate")
        self.assertEqual(code, 1, "a second one before the first is in use")
        self.assertIn("restart serve", err)

    def test_a_retired_key_opens_no_link_and_the_evidence_holds(self):
        service = self.service().start()
        link = self.confirmed(service, "anna@example.org")
        self.assertEqual(service.cli("keys", "retire", "1")[0], 1, "the only one")
        self.assertEqual(service.cli("keys", "rotate")[0], 0)
        self.restart(service)
        self.assertEqual(service.cli("keys", "retire", "1")[0], 0)
        self.assertEqual(service.cli("keys", "retire", "7")[0], 1)
        self.restart(service)
        self.assertEqual(self.states(service), ["retired", "signs"])
        self.assertEqual(service.leave(link).status, 404)
        again = self.confirmed(service, "bert@example.org")
        self.assertEqual(service.leave(again).status, 200)
        code, out, err = service.cli("ledger", "verify")
        self.assertEqual(code, 0, out + err)

    def test_a_token_key_that_is_lost_or_changed_is_missed(self):
        service = self.service().start()
        service.cli("keys", "rotate")
        self.restart(service)
        service.terminate()
        file = service.keys / "token-2.key"
        key = file.read_bytes()
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        file.write_bytes(os.urandom(32))
        code, _, err = service.cli("serve")
        self.assertEqual(code, 1)
        self.assertIn("backup", err)
        file.unlink()
        code, _, err = service.cli("serve")
        self.assertEqual(code, 1)
        self.assertIn(str(file), err)
        self.assertFalse(file.exists())
        file.write_bytes(key)
        file.chmod(0o600)
        self.assertEqual(service.cli("migrate")[0], 0)


class Ownership(EndToEnd):
    def setUp(self):
        self.operator = self.service().start()
        self.operator.sign_up("anna@example.org")
        self.operator.records("anna@example.org")  # waits for the ledger
        self.operator.terminate()

    def refused(self, *words):
        for command in ("serve", "retention"):
            code, out, err = self.operator.cli(command)
            self.assertEqual((code, out), (1, ""), err)
            self.assertEqual(len(err.splitlines()), 1, err)
            for word in words:
                self.assertIn(word, err)

    def test_files_that_are_open_to_others_are_refused_with_the_command_that_mends_them(self):
        journal = self.operator.database.with_name("optledger.db-departures")
        for path in (self.operator.database, journal, self.operator.keys, self.operator.keys / "ledger.key"):
            with self.subTest(path=path.name):
                mode = path.stat().st_mode
                path.chmod(mode | 0o040)
                self.refused(f"chmod go-rwx {path}")
                path.chmod(mode)
        self.assertEqual(self.operator.cli("retention")[0], 0)

    def test_folders_in_which_others_may_exchange_files_are_refused(self):
        for path in (self.operator.state, self.operator.database.with_name("optledger.db-ledger")):
            with self.subTest(path=path.name):
                mode = path.stat().st_mode
                path.chmod(0o757)
                self.refused(f"chmod go-w {path}")
                path.chmod(mode)
        self.assertEqual(self.operator.cli("retention")[0], 0)

    def test_a_folder_for_keys_that_was_made_beforehand_is_closed_as_long_as_it_is_empty(self):
        service = self.service()
        service.keys.mkdir(parents=True)
        service.keys.chmod(0o755)
        service.start()
        self.assertEqual(service.keys.stat().st_mode & 0o777, 0o700)

    def test_check_says_it_too(self):
        self.operator.database.chmod(0o644)
        code, out, _ = self.operator.cli("check")
        self.assertEqual(code, 1)
        self.assertRegex(out, r"FAIL storage: .*chmod go-rwx")

    def test_root_leaves_no_files_of_its_own_in_another_users_state(self):
        if os.geteuid() != 0:
            self.skipTest("only root has files of others")
        for path in (self.operator.state, *self.operator.state.rglob("*")):
            os.chown(path, 65534, 65534)
        self.refused("nobody", "sudo -u")


class Memory(EndToEnd):
    def test_a_crash_leaves_no_core_and_nobody_else_looks_into_the_process(self):
        service = self.service()
        service.folder.chmod(0o755)
        wrapper = ["prlimit", "--core=unlimited", "--"]
        service.start(wrapper=wrapper)
        pid = service.process.pid
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        if os.geteuid() != 0:  # as root it is root's anyway
            self.assertEqual(os.stat(f"/proc/{pid}/environ").st_uid, 0)
        before = {path.name for path in service.folder.iterdir()}
        service.process.send_signal(signal.SIGABRT)
        self.assertEqual(service.wait(), -signal.SIGABRT)
        self.assertEqual({path.name for path in service.folder.iterdir()}, before)

    def test_another_process_of_the_same_user_cannot_read_its_memory(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to become somebody")
        service = self.service()
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
        os.chown(service.folder, 65534, 65534)
        if subprocess.run([*nobody, "test", "-x", service.command()[0]], check=False).returncode != 0:
            self.skipTest("nobody cannot reach the program under test")
        service.start(wrapper=nobody)
        pid = service.process.pid
        for what in ("mem", "environ"):
            done = subprocess.run([*nobody, "head", "-c", "1", f"/proc/{pid}/{what}"], capture_output=True, check=False)
            self.assertIn(b"ermission denied", done.stderr, what)
