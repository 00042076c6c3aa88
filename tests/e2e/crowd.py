"""Many people at once, who sign up, read their letter, confirm, and remember what they were promised."""
import http.client
import json
import threading
import time

from service import JSON


class Crowd:
    """`with Crowd(service) as crowd:` keeps `people` threads busy until the block ends.

    Whoever loses a connection asks the same thing again, as people do. What was answered is remembered:
    `acknowledged` addresses got a 202, `confirmed` ones a 200 to their POST.
    """

    def __init__(self, service, people=6, name="load", confirms=True):
        self.service, self.name, self.confirms = service, name, confirms
        self.acknowledged, self.confirmed, self.statuses, self.odd = set(), set(), {}, []
        self.lock, self.over = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.live, args=(number,)) for number in range(people)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def live(self, number):
        for turn in range(1_000_000):
            address = f"{self.name}-{number}-{turn}@example.org"
            if not self.insist("POST", "/v1/signups", json.dumps({"email": address}), JSON, 202):
                return
            with self.lock:
                self.acknowledged.add(address)
            if self.confirms and not self.read_and_confirm(address):
                return

    def read_and_confirm(self, address):
        while not self.over.is_set():
            letter = next((one for one in self.service.maildir.letters() if one.to == address), None)
            if letter is None:
                time.sleep(0.02)
                continue
            if not self.insist("POST", f"/confirm/{letter.token}", "", {}, 200):
                return False
            with self.lock:
                self.confirmed.add(address)
            return True
        return False

    def insist(self, method, path, body, headers, wanted):
        """Asks until the wanted status comes; False when it is over first."""
        while not self.over.is_set():
            try:
                answer = self.service.call(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            with self.lock:
                self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
            if answer.status == wanted:
                return True
            self.note(answer)
            time.sleep(0.05)
        return False

    def note(self, answer):
        """Anything but "not now, try later" is no answer to these people."""
        is_later = (answer.status == 503 and answer.headers["Retry-After"]
                    and answer.headers["Content-Type"] == "application/problem+json")
        if not is_later:
            self.odd.append((answer.status, dict(answer.headers), answer.body[:200]))


def lost(service, crowd):
    """What was promised and is not there: addresses without signup, letter or confirmation."""
    missing = []
    kept = {letter.to for letter in service.maildir.letters()}
    for address in sorted(crowd.acknowledged):
        kinds = [record["kind"] for record in service.records(address)]
        if "signup_requested" not in kinds:
            missing.append((address, "signed up", kinds))
        if address not in kept:
            missing.append((address, "letter", kinds))
        if kinds.count("confirmed") != 1 and address in crowd.confirmed:
            missing.append((address, "confirmed", kinds))
        if kinds.count("confirmed") > 1:
            missing.append((address, "confirmed twice", kinds))
    return missing
