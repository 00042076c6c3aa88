"""Power cuts: what was answered is there afterwards."""
import json
import random
import shutil
import time

from crowd import Crowd, lost
from service import EndToEnd, wait_for

# System call: before which of its uses in one start the process is killed.
WRITES = {"mkdir": [1, 2], "write": [1, 2, 3, 4], "link": [1, 2], "unlink": [1, 2, 3], "ftruncate": [1, 2],
          "rename": [1], "fsync": [1, 2, 3, 4, 5, 6, 7], "pwrite64": [1, 3, 5, 9, 20, 40], "fdatasync": [1, 2, 3, 4]}


class Kill(EndToEnd):
    def test_after_kill_9_at_any_moment_every_202_and_every_confirmation_is_there_and_every_letter_came(self):
        service = self.service().start()
        seed = time.time_ns()
        moment = random.Random(seed)
        with Crowd(service) as crowd:
            for _ in range(7):
                time.sleep(moment.uniform(0.1, 1.0))
                service.kill9()
                service.start()
            answered = len(crowd.acknowledged)
            wait_for(lambda: len(crowd.acknowledged) > answered, "a sign-up after the last start")
        told = f"seed {seed}, {len(crowd.acknowledged)} sign-ups, {len(crowd.confirmed)} confirmed"
        self.assertEqual(crowd.odd, [], told)
        service.maildir.await_all(crowd.acknowledged)
        self.assertEqual(lost(service, crowd), [], told)
        self.assertGreater(len(crowd.confirmed), 7, told)
        code, out, err = service.cli("check", "--json")
        self.assertEqual(code, 0, out + err)
        self.assertTrue(all(part["ok"] for part in json.loads(out)), out)

    def test_a_first_start_that_is_killed_at_any_write_leaves_a_state_that_the_next_start_can_use(self):
        if not shutil.which("strace"):
            self.skipTest("no strace")
        for call, count in [(call, count) for call, counts in WRITES.items() for count in counts]:
            with self.subTest(call=call, count=count):
                service = self.service()
                service.launch(wrapper=["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                                        "-e", f"inject={call}:signal=KILL:when={count}"])
                wait_for(lambda: service.process.poll() is not None or service.event("listening"), "its end")
                service.kill9()
                service.start()
                self.assertEqual(service.sign_up("anna@example.org").status, 202)
                service.close()
