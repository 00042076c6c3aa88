"""Files that are not as they should be: one clear line, exit 1, nothing changed."""
import os
import sqlite3
import stat
import subprocess

from service import EndToEnd


class State(EndToEnd):
    def used(self):
        """A service that has run, holds a sign-up, and has ended."""
        service = self.service().start()
        self.assertEqual(service.sign_up("anna@example.org").status, 202)
        service.maildir.letter_to("anna@example.org")
        self.assertEqual(service.terminate(), 0)
        return service

    def refused(self, service, words, command="serve"):
        code, out, err = service.cli(command)
        self.assertEqual((code, out), (1, ""), err)
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertRegex(err, words)
        return err

    def test_a_second_serve_on_the_same_database_is_refused(self):
        service = self.service().start()
        other = self.service(state=service.state)
        self.assertIn(str(service.database), self.refused(other, "already serves"))
        self.assertEqual(service.sign_up("anna@example.org").status, 202)

    def test_a_second_serve_on_the_same_port_is_refused(self):
        service = self.service().start()
        other = self.service()
        other.port = service.port
        self.refused(other, f"127.0.0.1:{service.port}")
        self.assertEqual(service.sign_up("anna@example.org").status, 202)

    def test_a_missing_key_beside_an_existing_database_is_refused_and_none_is_made(self):
        for name in ("token.key", "fingerprint.key"):
            with self.subTest(name=name):
                service = self.used()
                key = (service.keys / name).read_bytes()
                (service.keys / name).unlink()
                for command in ("serve", "migrate"):
                    self.assertIn(str(service.keys / name), self.refused(service, "missing.*backup", command))
                self.assertFalse((service.keys / name).exists())
                (service.keys / name).write_bytes(key)
                (service.keys / name).chmod(0o600)
                self.assertEqual(service.cli("migrate")[0], 0)

    def test_a_missing_key_folder_beside_an_existing_database_is_refused_and_none_is_made(self):
        service = self.used()
        service.keys.rename(service.folder / "elsewhere")
        self.refused(service, "missing.*backup")
        self.assertFalse(service.keys.exists())

    def test_keys_of_another_database_are_refused(self):
        service, other = self.used(), self.used()
        service.sections["storage"]["keys"] = str(other.keys)
        self.refused(service, "keys .* are not those of this database")

    def test_a_damaged_or_public_key_is_refused(self):
        service = self.used()
        key = service.keys / "token.key"
        key.chmod(0o640)
        self.refused(service, "open to others.*chmod")
        key.chmod(0o600)
        key.write_bytes(key.read_bytes()[:31])
        self.refused(service, "damaged")

    def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(self):
        service = self.used()
        text = b"Dear diary, today I was put where a database should be.\n" * 100
        service.database.write_bytes(text)
        self.assertIn(str(service.database), self.refused(service, "not a database"))
        self.assertEqual(service.database.read_bytes(), text)

    def test_a_damaged_database_is_refused(self):
        service = self.used()
        with open(service.database, "r+b") as file:
            file.seek(100)
            file.write(os.urandom(4096))
        self.assertIn(str(service.database), self.refused(service, "malformed"))

    def test_a_database_that_lost_its_end_is_found_by_check(self):
        service = self.used()
        with open(service.database, "r+b") as file:
            file.truncate(service.database.stat().st_size - 8192)
        code, out, _ = service.cli("check")
        self.assertEqual(code, 1)
        self.assertRegex(out, "(?m)^FAIL storage: .")

    def test_a_database_of_a_newer_version_is_refused_by_name(self):
        service = self.used()
        database = sqlite3.connect(service.database)
        with database:
            database.execute("INSERT INTO schema_migration VALUES (9999, '9999_from_the_future', 'x', 0)")
        database.close()
        self.refused(service, "newer optledger.*9999_from_the_future")

    def test_files_are_for_their_owner_alone(self):
        service = self.service({"server": {"access_log": "log/access.log"}}).start()
        service.sign_up("anna@example.org")
        service.maildir.letter_to("anna@example.org")
        places = [service.state, service.folder / "mail", service.folder / "log"]
        paths = [path for place in places for path in [place, *place.rglob("*")]]
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in paths}
        self.assertIn(service.database.with_name("optledger.db-wal"), modes)
        self.assertTrue(any(path.name.startswith("access.log.") for path in modes))
        for path, mode in modes.items():
            self.assertEqual(mode, 0o700 if path.is_dir() else 0o600, f"{path}: {mode:o}")

    def test_a_read_only_state_folder_is_one_clear_line(self):
        disk = self.tmpfs("size=8m")
        service = self.service(state=disk / "state").start()
        service.sign_up("anna@example.org")
        service.terminate()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        self.assertIn(str(disk), self.refused(service, "[Rr]ead-only"))
