"""Nobody learns the state of an address: the answers to a sign-up and to a privacy request are the same bytes whatever it
is, and take as long; so do those to links that no longer work.

Times are compared by Friedman's test (friedman.py), every state once a round in random order over one connection. A
comparison fails when two measurements of it, one after the other, both give less than one in a thousand (once in a million
runs although all is well) and medians that are more than a fifth apart: reading one row more or less takes some
microseconds, which nobody sees through a network. `test_the_comparison_sees…` says what it sees."""
import concurrent.futures
import json
import random
import re
import socket
import statistics
import time
import unittest

from friedman import chi_squared_tail, friedman
from leaving_test import FORM, JSON, ONE_CLICK, Readers
from raw_http import ATTACKER, Hostile, request
from service import wait_for

STATES = ("new", "pending", "confirmed", "unsubscribed", "blocked", "restricted", "erased")
FALSE_ALARM = 0.001
APART = 0.2  # of the smallest median
CHARSET = "Content-Type: application/x-www-form-urlencoded"


class Keyhole:
    """One connection, one question after another, and how long each answer takes."""

    def __init__(self, service):
        self.plain = socket.create_connection(("127.0.0.1", service.port), 30, (ATTACKER, 0))
        self.plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, question):
        """Microseconds, and the answer without its date."""
        began = time.perf_counter_ns()
        self.plain.sendall(question)
        answer = self.plain.recv(1 << 20)
        took = (time.perf_counter_ns() - began) / 1000
        while len(answer) < self.length(answer):
            answer += self.plain.recv(1 << 20)
        return took, re.sub(rb"\r\nDate: [^\r]+", b"", answer)

    @staticmethod
    def length(answer):
        head, end, _ = answer.partition(b"\r\n\r\n")
        return len(head) + 4 + int(re.search(rb"Content-Length: (\d+)", head)[1]) if end else 1 << 30


def signing_up(address):
    return request("POST /v1/signups HTTP/1.1", "Content-Type: application/json",
                   body=json.dumps({"email": address, "locale": "en"}).encode())


def signing_up_by_form(address):
    return request("POST /v1/signups HTTP/1.1", CHARSET, body=f"email={address.replace('@', '%40')}&locale=en".encode())


def asking(address):
    return request("POST /v1/privacy-requests HTTP/1.1", "Content-Type: application/json",
                   body=json.dumps({"email": address}).encode())


class People(Readers, Hostile):
    """Somebody in each state, several times; no tests."""

    WORDS = [*Hostile.WORDS, *(f"{state}-" for state in STATES)]

    def with_people(self, count):
        service = self.attacked()
        self.key = {**JSON, **service.key("manage")}
        people = {state: [f"{state}-spurlos-{number}@example.org" for number in range(count)] for state in STATES}
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda one: self.live(service, *one),
                          [(state, address) for state in STATES for address in people[state]]))
        return service, people

    def live(self, service, state, address):
        """What brings somebody into this state."""
        if state not in ("new", "blocked"):
            self.assertEqual(service.sign_up(address).status, 202)
        link = self.confirmed(service, address) if state in ("confirmed", "unsubscribed", "restricted", "erased") else None
        self.end(service, state, address, link)
        if state == "restricted":
            self.restrict(service, address)

    def end(self, service, state, address, link):
        if state == "unsubscribed":
            self.assertEqual(service.call("POST", link, ONE_CLICK, FORM).status, 200)
        if state == "blocked":
            self.manages(service, "/v1/blocks", email=address)
        if state == "erased":
            self.manages(service, "/v1/erasures", email=address, consent_confirmed=True)

    def confirmed(self, service, address):
        token = service.maildir.letter_to(address).token
        answer = service.call("POST", "/v1/confirmations", json.dumps({"token": token}), JSON)
        self.assertEqual(answer.status, 200)
        return "/unsubscribe/" + answer.json()["unsubscribe_url"].rsplit("/", 1)[1]

    def manages(self, service, path, **body):
        answer = service.call("POST", path, json.dumps({"reason": "ticket 12", **body}), self.key)
        self.assertEqual(answer.status, 200, answer.body)

    def restrict(self, service, address):
        self.assertEqual(service.call("POST", "/v1/privacy-requests", json.dumps({"email": address}), JSON).status, 202)
        letter = wait_for(lambda: next((one for one in service.maildir.letters() if one.to == address and one.kind == "privacy"),
                                       None), "the link")
        self.assertEqual(service.call("POST", f"/privacy/{letter.token}", "action=restriction", FORM).status, 303)

    def measure(self, service, rounds, questions, pause):
        """For each round and kind a time, in the order of the kinds; the answers, which are all the same."""
        keyhole, measured, answers = Keyhole(service), [], set()
        for number in range(rounds):
            times = [0.0] * len(questions)
            for kind in random.sample(range(len(questions)), len(questions)):
                time.sleep(pause)
                times[kind], answer = keyhole.ask(questions[kind](number))
                answers.add(answer)
            measured.append(times)
        keyhole.plain.close()
        self.assertEqual(len(answers), 1, answers)
        return measured

    def check_times(self, names, measure):
        """`measure` gives the times of a new measurement."""
        for _ in range(2):
            rounds = measure()
            probability = friedman(rounds)
            medians = {name: round(statistics.median(times)) for name, times in zip(names, zip(*rounds))}
            print(f"        {len(rounds)} rounds, p = {probability:.3g}, medians in us: {medians}", flush=True)
            if probability >= FALSE_ALARM or max(medians.values()) < (1 + APART) * min(medians.values()):
                return
        self.fail(f"the times differ: p = {probability:.3g}, medians in us {medians}")


class Answers(People):
    def test_the_bytes_of_an_answer_are_the_same_for_every_state_of_an_address(self):
        service, people = self.with_people(1)
        for question in (signing_up, signing_up_by_form, asking):
            for _ in range(2):
                answers = {state: Keyhole(service).ask(question(people[state][0]))[1] for state in STATES}
                self.assertEqual(len(set(answers.values())), 1, answers)


class Times(People):
    def compare(self, service, question, people, rounds, pause):
        """Each measurement asks about the next people of each state."""
        measured = iter(range(2))

        def measure():
            first = next(measured) * rounds

            def about(state):
                return lambda number: question(people[state][(first + number) % len(people[state])])

            return self.measure(service, rounds, [about(state) for state in STATES], pause)

        self.check_times(STATES, measure)

    def test_what_is_asked_about_an_address_tells_nothing_by_its_time_neither_the_first_time_nor_the_next(self):
        service, people = self.with_people(80)
        for question in (asking, signing_up):  # in this order: a sign-up changes what somebody is
            self.compare(service, question, people, 40, 0.02)
            keyhole = Keyhole(service)
            for address in (one for state in STATES for one in people[state]):
                keyhole.ask(question(address))
            keyhole.plain.close()
            self.compare(service, question, people, 300, 0.001)


class DeadLinks(People):
    """Somebody has an old letter to each of them; what became of the address since is not for him to know."""

    def with_old_letters(self):
        service = self.attacked({"limits": {"letters_per_address": "3/24h"}})
        self.key = {**JSON, **service.key("manage")}
        tokens = {}
        for state in ("pending", "confirmed", "unsubscribed", "blocked", "erased", "cancelled"):
            address = f"{state}-spurlos-old@example.org"
            service.sign_up(address)
            tokens[state] = service.maildir.letter_to(address).token
            if state == "cancelled":
                self.assertEqual(service.call("POST", f"/confirm/{tokens[state]}", "action=cancel", FORM).status, 200)
                continue
            service.sign_up(address)
            newer = wait_for(lambda: next((one.token for one in service.maildir.letters()
                                           if one.to == address and one.token != tokens[state]), None), "the newer letter")
            link = "/unsubscribe/" + self.in_force(service, newer) if state in ("confirmed", "unsubscribed", "erased") else None
            self.end(service, state, address, link)
        return service, tokens

    def in_force(self, service, token):
        answer = service.call("POST", "/v1/confirmations", json.dumps({"token": token}), JSON)
        self.assertEqual(answer.status, 200)
        return answer.json()["unsubscribe_url"].rsplit("/", 1)[1]

    QUESTIONS = {
        "opened": lambda token: request(f"GET /confirm/{token} HTTP/1.1", "Accept: text/html", "Accept-Language: de"),
        "confirmed": lambda token: request(f"POST /confirm/{token} HTTP/1.1", CHARSET, body=b"action=confirm"),
        "by a program": lambda token: request("POST /v1/confirmations HTTP/1.1", "Content-Type: application/json",
                                              body=json.dumps({"token": token}).encode()),
    }

    def test_a_link_that_is_dead_says_the_same_whatever_became_of_the_address(self):
        service, tokens = self.with_old_letters()
        for name, question in self.QUESTIONS.items():
            answers = {state: Keyhole(service).ask(question(token))[1] for state, token in tokens.items()}
            self.assertEqual(len(set(answers.values())), 1, (name, answers))
            self.assertTrue(answers["erased"].startswith(b"HTTP/1.1 410 "), answers["erased"])

    def test_a_link_that_is_dead_tells_nothing_by_its_time(self):
        service, tokens = self.with_old_letters()
        for question in self.QUESTIONS.values():
            questions = [lambda _, token=token: question(token) for token in tokens.values()]
            self.check_times(tokens, lambda: self.measure(service, 300, questions, 0.001))

    def test_whoever_left_and_whoever_objected_have_the_same_page_behind_their_link(self):
        service = self.attacked()
        self.key = {**JSON, **service.key("manage")}
        links = []
        for state in ("unsubscribed", "blocked"):
            service.sign_up(f"{state}-spurlos@example.org")
            links.append(self.confirmed(service, f"{state}-spurlos@example.org"))
        service.call("POST", links[0], ONE_CLICK, FORM)
        self.manages(service, "/v1/blocks", email="blocked-spurlos@example.org")
        for question in (request("GET {} HTTP/1.1"), request("POST {} HTTP/1.1", CHARSET, body=ONE_CLICK.encode())):
            left, objected = (Keyhole(service).ask(question.replace(b"{}", link.encode()))[1] for link in links)
            self.assertEqual(left, objected)
            self.assertTrue(left.startswith(b"HTTP/1.1 200 "))

    def test_a_token_that_is_none_says_the_same_whoever_it_was_made_from(self):
        service, tokens = self.with_old_letters()
        made_up = ["A" * 44, *(token[:-1] + ("A" if token[-1] != "A" else "B") for token in tokens.values())]
        for path in ("/confirm/", "/unsubscribe/", "/privacy/"):
            tried = made_up if path == "/confirm/" else [*made_up, *tokens.values()]
            answers = {Keyhole(service).ask(request(f"GET {path}{token} HTTP/1.1"))[1] for token in tried}
            self.assertEqual(len(answers), 1)
            self.assertTrue(answers.pop().startswith(b"HTTP/1.1 404 "))


class Statistics(unittest.TestCase):
    def test_the_tail_of_chi_squared_is_what_tables_say(self):
        for value, degrees, tail in ((3.841, 1, 0.05), (5.991, 2, 0.05), (7.815, 3, 0.05), (12.592, 6, 0.05), (22.458, 6, 0.001),
                                     (20.515, 5, 0.001), (1.635, 6, 0.95)):
            self.assertAlmostEqual(chi_squared_tail(value, degrees), tail, delta=tail / 500)

    def rounds(self, count, late=0.0):
        """Seven kinds with times as disks have them, one of them later by that share of the median."""
        chance = random.Random(f"{count} {late}")
        return [[chance.lognormvariate(0, 0.5) + (late if kind == 4 else 0) for kind in range(7)] for _ in range(count)]

    def test_the_comparison_sees_a_quarter_of_the_median_in_300_rounds_and_nothing_where_nothing_is(self):
        self.assertGreater(friedman(self.rounds(300)), FALSE_ALARM)
        self.assertLess(friedman(self.rounds(300, late=0.25)), FALSE_ALARM)
        self.assertLess(friedman(self.rounds(40, late=0.8)), FALSE_ALARM)
        alarms = sum(friedman(self.rounds(40 + number % 2, late=0) if number < 2 else
                              [random.Random(number * 1000 + one).sample(range(7), 7) for one in range(40)]) < 0.05
                     for number in range(400))
        self.assertTrue(5 <= alarms <= 38, f"{alarms} of 400 below 0.05, 20 are meant")
