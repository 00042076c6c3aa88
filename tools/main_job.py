#!/usr/bin/python3
"""Plays the main job once against the real program: sign up, read the letter, confirm, look the proof up, leave, and
all of it in step with a stand-in for CleverReach.

  main_job.py BINARY         starts its own service in a temporary folder
  main_job.py --url URL --mail FOLDER --command "…"   uses one that runs; the command is the program with its
                             --config; without CleverReach
Exit status 0 when every step did what the README says.
"""
import argparse
import email
import email.policy
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from trial_files import ENVIRONMENT, start_simulator, write_config

ADDRESS = "anna.muster@example.org"


def step(words):
    print(f"  {words}", flush=True)


def expect(condition, words):
    if not condition:
        sys.exit(f"  FAILED: {words}")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def call(url, data=None, headers=None, method=None):
    """Status, headers and body; an error status is an answer too."""
    request = urllib.request.Request(url, data, headers or {}, method=method)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode()


def wait_for_letter(folder, deadline=10):
    until = time.monotonic() + deadline
    while time.monotonic() < until:
        for file in pathlib.Path(folder, "new").glob("*"):
            letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if letter["to"] == ADDRESS:
                return letter
        time.sleep(0.05)
    sys.exit("  FAILED: no letter came")


def look_up(command):
    proof = subprocess.run([*command, "proof", ADDRESS, "--reason", "main job"], capture_output=True, text=True)
    expect(proof.returncode == 0, "the proof is found: " + proof.stderr)
    return json.loads(proof.stdout)


def verify(command, url, proof):
    """As anybody would, with the key that the service publishes."""
    key = call(f"{url}/v1/ledger/vkey")[2].strip()
    with tempfile.TemporaryDirectory(prefix="optledger-proof-") as folder:
        file = pathlib.Path(folder, "proof.json")
        for state, code in (("confirmed", 0), ("unsubscribed", 1)):
            claimed = {**proof, "conclusion": {**proof["conclusion"], "state": state}}
            file.write_text(json.dumps(claimed), encoding="utf-8")
            run = subprocess.run([*command, "verify", file, "--key", key], capture_output=True, text=True)
            expect(run.returncode == code, f"verify knows a true proof from a false one: {run.stdout}{run.stderr}")
    step("proof verified offline, and an altered one refused")


def sync(command, simulator, is_active):
    """A run for cron, and what CleverReach holds after it."""
    run = subprocess.run([*command, "sync", "--json"], capture_output=True, text=True)
    expect(run.returncode == 0, "a sync run ends well: " + run.stderr)
    there = simulator.receivers().get(ADDRESS, {})
    expect(there.get("active", False) == is_active, f"CleverReach holds what it should: {there}")
    return there


def play(url, mail_folder, command, simulator=None):
    form = call(f"{url}/signup/news?lang=en")
    expect(form[0] == 200 and "checked" not in form[2], "the sign-up page is there and nothing is ticked")
    wording = re.search(r'name="wording" value="([0-9a-f]{64})"', form[2])
    expect(wording, "the sign-up page names the wording it shows")

    body = json.dumps({"email": ADDRESS, "name": "Anna", "locale": "en", "wording": wording[1]}).encode()
    status, _, text = call(f"{url}/v1/signups", body, {"Content-Type": "application/json"})
    expect((status, json.loads(text)) == (202, {"status": "confirmation_requested"}), "the sign-up is accepted")
    step("signed up")

    letter = wait_for_letter(mail_folder)
    text = letter.get_body(("plain",)).get_content()
    expect("Anna" not in text, "the letter holds nothing a stranger typed")
    link = re.search(r"https?://\S+/confirm/([A-Za-z0-9_-]{44})", text)
    expect(link, "the letter has a confirm link")
    step("the letter came: " + letter["subject"])

    confirm = f"{url}/confirm/{link[1]}"
    expect(call(confirm)[0] == 200, "the confirm page is there")
    status, _, page = call(confirm, b"", method="POST")
    expect(status == 200, "the POST confirms")
    expect(call(confirm, b"", method="POST")[0] == 200, "a repeated POST shows the same success")
    step("confirmed")

    if simulator:
        there = sync(command, simulator, True)
        expect(there["attributes"]["name"] == "Anna", "CleverReach has the name")
        expect("/unsubscribe/" in there["attributes"]["unsubscribe_link"], "CleverReach has the unsubscribe link")
        step("active at CleverReach, with the unsubscribe link")

    leave = re.search(r'href="[^"]*/unsubscribe/([A-Za-z0-9_-]{44})"', page)
    expect(leave, "the confirmed page has the unsubscribe link")

    proof = look_up(command)
    kinds = [entry["record"]["kind"] for entry in proof["records"]]
    changed = ["provider_changed"] if simulator else []
    expect(sorted(kinds) == ["confirmed", "letter_sent", "proof_issued", *changed, "signup_requested"],
           f"the proof is complete: {kinds}")
    verify(command, url, proof)
    expect(proof["conclusion"]["state"] == "confirmed", "the proof says confirmed")
    expect(wording[1] in proof["wordings"], "the proof holds the words that were agreed to")
    expect(link[1] not in json.dumps(proof), "the proof does not hold the token")
    step("proof looked up: consent given at " + proof["conclusion"]["consent_given_at"])

    unsubscribe = f"{url}/unsubscribe/{leave[1]}"
    expect(call(unsubscribe)[0] == 200, "the unsubscribe page is there")
    for _ in range(2):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        expect(call(unsubscribe, b"List-Unsubscribe=One-Click", form)[0] == 200, "one click unsubscribes")
    conclusion = look_up(command)["conclusion"]
    expect(conclusion["state"] == "unsubscribed", f"the proof says unsubscribed: {conclusion}")
    expect(call(confirm, b"", method="POST")[0] == 410, "the old confirm link brings nobody back")
    step("unsubscribed: the proof is held until " + conclusion["held_until"])

    if simulator:
        sync(command, simulator, False)
        step("not mailed by CleverReach any more")


def play_alone(binary):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        simulator = start_simulator(folder)
        command = [binary, "--config", str(write_config(folder, simulator, listen="127.0.0.1:0"))]
        os.environ.update(ENVIRONMENT)
        service = subprocess.Popen([*command, "serve"], stderr=subprocess.PIPE, text=True)
        try:
            line = service.stderr.readline()
            expect(line.startswith("{") and json.loads(line)["event"] == "listening", "the service starts: " + line)
            play(json.loads(line)["url"], folder / "mail", command, simulator)
        finally:
            service.send_signal(signal.SIGTERM)
            code = service.wait(15)
            simulator.stop()
        expect(code == 0, f"SIGTERM ends the service cleanly (exit {code})")
        step("stopped cleanly")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?")
    parser.add_argument("--url")
    parser.add_argument("--mail")
    parser.add_argument("--command", default="")
    arguments = parser.parse_args()
    print("The main job:")
    if arguments.binary:
        play_alone(os.path.abspath(arguments.binary))
    else:
        play(arguments.url, arguments.mail, shlex.split(arguments.command))
    print("The main job works.")


if __name__ == "__main__":
    main()
