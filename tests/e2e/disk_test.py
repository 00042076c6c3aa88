"""A disk that is full, and a disk that lies."""
import shutil
import subprocess
import time

from crowd import Crowd, lost
from service import EndToEnd, wait_for


def fill(disk):
    """A file that takes every byte there is."""
    ballast = disk / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue
    return ballast


class Disk(EndToEnd):
    def trace(self, service, fault, *options):
        """From now on the system calls of a running service go wrong as strace's `fault` says."""
        if not shutil.which("strace"):
            self.skipTest("no strace")
        tracer = subprocess.Popen(["strace", "-f", "-p", str(service.process.pid), "-e", fault, *options,
                                   "-o", str(service.folder / "strace")], stderr=subprocess.PIPE, text=True)
        self.assertRegex(tracer.stderr.readline(), "attached")
        return tracer

    def cancelled(self, fault):
        """A service that owes the erasure of what is in its log, on a database file with a fault."""
        service = self.service().start()
        service.sign_up("spurlos@example.org")
        token = service.maildir.letter_to("spurlos@example.org").token
        wait_for(lambda: service.records("spurlos@example.org", "letter_sent"), "the record of the letter")
        tracer = self.trace(service, fault, "-P", str(service.database))

        def stop():
            tracer.terminate()
            tracer.communicate()

        self.addCleanup(stop)
        answer = service.call("POST", f"/confirm/{token}", "action=cancel",
                              {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status, 200)
        return service

    def test_a_sync_that_fails_while_the_log_is_copied_into_the_database_ends_the_process_too(self):
        service = self.cancelled("inject=fdatasync,fsync:error=EIO")
        self.assertEqual(service.wait(), 1)
        self.assertTrue(service.event("sync_failed"))

    def test_an_erasure_that_met_a_full_disk_is_finished_later(self):
        service = self.cancelled("inject=pwrite64:error=ENOSPC:when=1")
        files = [service.database, service.database.with_name("optledger.db-wal")]
        wait_for(lambda: not any(b"spurlos" in file.read_bytes() for file in files), "the erasure")

    def test_on_a_full_disk_sign_ups_are_told_to_come_back_and_nothing_promised_is_missing(self):
        disk = self.tmpfs("size=48m")  # more than the log takes before it is copied
        service = self.service(state=disk / "state").start()
        service.api_key = service.key()
        # Those who only sign up go on asking while nobody else can, since no letter goes out either.
        with Crowd(service, 3) as crowd, Crowd(service, 3, "more", confirms=False) as more:
            wait_for(lambda: crowd.confirmed and more.acknowledged, "a confirmation and a sign-up")
            for _ in range(3):
                refused = more.statuses.get(503, 0)
                ballast = fill(disk)
                wait_for(lambda: more.statuses.get(503, 0) > refused + 4, "refusals")
                self.assertEqual(service.call("GET", "/healthz").status, 200)
                ballast.unlink()
                accepted = len(more.acknowledged)
                wait_for(lambda: len(more.acknowledged) > accepted + 4, "recovery by itself")
        service.kill9()
        service.start()  # which also sends at once what was claimed when the disk was full
        for one in (crowd, more):
            self.assertEqual(one.odd, [])
            service.maildir.await_all(one.acknowledged)
            self.assertEqual(lost(service, one), [])
        self.assertEqual(service.cli("check")[0], 0)

    def test_on_a_full_disk_a_form_gets_a_page_and_a_command_says_try_again(self):
        disk = self.tmpfs("size=4m")
        service = self.service(state=disk / "state").start()
        service.sign_up("anna@example.org")
        wait_for(lambda: service.records("anna@example.org", "letter_sent"), "the letter")
        fill(disk)

        def form():
            number = time.monotonic_ns()
            return service.call("POST", "/v1/signups", f"email=berta-{number}%40example.org&list=news",
                                {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"})

        answer = wait_for(lambda: (one := form()).status != 303 and one, "a refusal")
        self.assertEqual((answer.status, answer.headers.get_content_type()), (503, "text/html"))
        self.assertTrue(answer.headers["Retry-After"])

        # The refusal made the service start its log anew in the room it has, so a few more writes fit.
        def proof():
            return service.cli("proof", "anna@example.org", "--reason", "test")

        code, out, err = wait_for(lambda: (done := proof())[0] != 0 and done, "a refusal")
        self.assertEqual((code, out), (3, ""), err)
        self.assertEqual(len(err.splitlines()), 1, err)

    def test_after_a_failed_sync_the_process_ends_and_nothing_promised_is_missing(self):
        service = self.service().start()
        with Crowd(service, 4) as crowd:
            wait_for(lambda: len(crowd.confirmed) > 3, "some confirmations")
            tracer = self.trace(service, "inject=fdatasync:error=EIO:when=9+")
            try:
                code = service.wait()
            finally:
                tracer.terminate()
                _, said = tracer.communicate()
            if code == 0 or not service.event("sync_failed"):
                self.fail(f"exit {code}: {service.text_of_log()[-2000:]} {said}")
            service.start()
            answered = len(crowd.confirmed)
            wait_for(lambda: len(crowd.confirmed) > answered, "a confirmation after the restart")
        self.assertEqual(crowd.odd, [])
        service.maildir.await_all(crowd.acknowledged)
        self.assertEqual(lost(service, crowd), [])
