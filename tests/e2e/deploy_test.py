"""What is in deploy/, run for real: the sandbox of the unit, socket activation, nginx and Caddy."""
import ctypes.util
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time

from service import JSON, ROOT, EndToEnd, wait_for

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "optledger.service"
SANDBOX = pathlib.Path(__file__).resolve().parent / "sandbox.py"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class Deployment(EndToEnd):
    def need(self, *programs):
        for program in programs:
            if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin"):
                self.skipTest(f"{program} is not installed")

    def main_job(self, service):
        """Sign up, confirm, prove, print, leave: what touches most of the program."""
        self.assertEqual(service.sign_up("anna@example.org").status, 202)
        token = service.maildir.letter_to("anna@example.org").token
        done = service.call("POST", "/v1/confirmations", json.dumps({"token": token}).encode(), JSON)
        self.assertEqual(done.status, 200, done.body)
        wait_for(lambda: service.look_up("anna@example.org").status == 200, "the proof")
        self.assertEqual(service.look_up("anna@example.org", format="pdf").status, 200)
        link = done.json()["unsubscribe_url"].rsplit("/", 1)[1]
        self.assertEqual(service.leave(link).status, 200)


class Sandbox(Deployment):
    def nobody(self, service):
        """The service's user is never root: SQLite gives files of root away, which the filter forbids."""
        if os.geteuid() != 0:
            return []
        self.need("setpriv")
        os.chown(service.folder, 65534, 65534)
        wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
        if subprocess.run([*wrapper, "test", "-x", service.command()[0], "-a", "-r", SANDBOX], check=False).returncode != 0:
            self.skipTest("nobody cannot reach the program under test")
        return wrapper

    def run_under(self, service, wrapper):
        """Serves; commands run as the service's user too."""
        def cli(*words, environment=None):
            done = subprocess.run([*wrapper, *service.command(*words)], capture_output=True, text=True, check=False)
            return done.returncode, done.stdout, done.stderr

        service.cli = cli
        service.start(wrapper=wrapper)

    def test_the_unit_is_exposed_as_little_as_systemd_can_tell(self):
        self.need("systemd-analyze")
        said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=15", str(UNIT)],
                              capture_output=True, text=True, check=False)
        self.assertEqual(said.returncode, 0, said.stdout[-2000:] + said.stderr)
        self.assertRegex(said.stdout, "Overall exposure level for optledger.service: [01]")

    def test_the_units_are_free_of_mistakes(self):
        self.need("systemd-analyze")
        for unit in (UNIT, DEPLOY / "optledger.socket"):
            said = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
            about = [line for line in said.stderr.splitlines() if unit.name in line and "is not executable" not in line]
            self.assertEqual(about, [])

    def test_the_whole_main_job_runs_under_the_units_system_call_filter_which_kills(self):
        self.need("systemd-analyze")
        if not ctypes.util.find_library("seccomp"):
            self.skipTest("libseccomp is not installed")
        filtered = [sys.executable, str(SANDBOX), str(UNIT)]
        forbidden = subprocess.run([*filtered, shutil.which("unshare"), "--user", "true"], check=False)
        self.assertLess(forbidden.returncode, 0, "the filter does not bite")
        service = self.service()
        self.run_under(service, [*self.nobody(service), *filtered])
        self.main_job(service)
        self.assertEqual(service.terminate(), 0)

    def test_it_runs_without_privilege_on_a_read_only_system_with_no_more_than_its_own_folder(self):
        self.need("setpriv", "unshare")
        if os.geteuid() != 0:
            self.skipTest("only root can take privileges away like this")
        service = self.service()
        script = ('mount --make-rprivate / && mount --bind "$0" "$0" && mount -o remount,ro,bind / && '
                  'exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all '
                  '--inh-caps=-all -- "$@"')
        os.chown(service.folder, 65534, 65534)
        confined = ["unshare", "--mount", "sh", "-c", script, str(service.folder)]
        service.write_config()
        tried = subprocess.run([*confined, "sh", "-c", f"test -x {service.command()[0]} && ! touch {ROOT}/x /var/tmp/x"],
                               capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            self.skipTest("no such confinement here: " + tried.stderr)
        self.run_under(service, confined)
        self.main_job(service)
        self.assertEqual(service.terminate(), 0)
        for path in (service.state, *service.state.rglob("*")):
            self.assertEqual(path.stat().st_uid, 65534, path)
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


class Activation(Deployment):
    def test_a_socket_of_the_service_manager_is_taken_and_outlives_a_restart(self):
        service = self.service()
        with socket.create_server(("127.0.0.1", 0), backlog=64) as kept:
            service.port = kept.getsockname()[1]
            # As systemd does it: the socket at descriptor 3, LISTEN_PID of the process itself.
            wrapper = [sys.executable, "-c",
                       "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ['LISTEN_PID'] = str(os.getpid());"
                       "os.environ['LISTEN_FDS'] = '1'; os.execv(sys.argv[2], sys.argv[2:])", str(kept.fileno())]
            port, sockets = service.port, (kept.fileno(),)
            service.start(wrapper=wrapper, sockets=sockets)
            self.assertEqual(service.port, port)
            self.assertEqual(service.sign_up("anna@example.org").status, 202)
            self.assertEqual(service.terminate(), 0)
            waiting = service.connect()  # nobody serves; the kernel keeps the connection
            waiting.request("GET", "/healthz")
            service.start(wrapper=wrapper, sockets=sockets)
            self.assertEqual(waiting.getresponse().status, 200)
            waiting.close()
            self.assertEqual(service.terminate(), 0)

    def test_systemds_own_activator_is_understood(self):
        self.need("systemd-socket-activate")
        service = self.service()
        port = free_port()
        service.port = port
        wrapper = ["systemd-socket-activate", f"--listen=127.0.0.1:{port}"]
        service.launch(wrapper=wrapper)

        def answered():
            try:
                return service.call("GET", "/healthz").status == 200
            except OSError:
                return False
        wait_for(answered, "the first answer")
        self.assertTrue(service.event("listening")["url"].endswith(f":{port}"))
        self.assertEqual(service.terminate(), 0)

    def test_a_descriptor_that_does_not_listen_is_refused(self):
        service = self.service()
        wrapper = [sys.executable, "-c",
                   "import os, sys; os.dup2(os.open('/dev/null', os.O_RDONLY), 3);"
                   "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); os.execv(sys.argv[1], sys.argv[1:])"]
        service.launch(wrapper=wrapper)
        self.assertEqual(service.wait(), 1)
        self.assertIn("ListenStream", service.text_of_log())

    def test_sockets_meant_for_another_process_are_left_alone(self):
        service = self.service().start({"LISTEN_PID": "1", "LISTEN_FDS": "1"})
        self.assertEqual(service.call("GET", "/healthz").status, 200)

    def test_the_service_manager_hears_when_it_is_ready_and_when_it_stops(self):
        service = self.service()
        for address in (str(service.folder / "notify"), f"\0optledger-test-{os.getpid()}-{time.monotonic_ns()}"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
                manager.bind(address)
                manager.settimeout(30)
                service.start({"NOTIFY_SOCKET": address.replace("\0", "@")})
                self.assertEqual(manager.recv(100), b"READY=1")
                self.assertEqual(service.terminate(), 0)
                self.assertEqual(manager.recv(100), b"STOPPING=1")


class Proxies(Deployment):
    def setUp(self):
        self.operator = self.service({"server": {"trusted_proxies": ["127.0.0.1/32", "::1/128"]}}).start()
        self.folder = self.operator.folder
        self.key, self.certificate = self.folder / "tls.key", self.folder / "tls.crt"
        self.https, self.http = free_port(), free_port()

    def make_certificate(self):
        self.need("openssl")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", self.key, "-out", self.certificate, "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)

    def run_proxy(self, *command, environment=None):
        log = open(self.folder / "proxy.log", "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **(environment or {})})
        self.addCleanup(process.wait, 30)
        self.addCleanup(process.terminate)

        def answers():
            if process.poll() is not None:
                raise AssertionError((self.folder / "proxy.log").read_text())
            try:
                return self.call("GET", "/healthz")[0] == 200
            except OSError:
                return False
        wait_for(answers, "the proxy")

    def call(self, method, path, body=None, headers=None, source="127.0.0.2"):
        context = ssl.create_default_context(cafile=str(self.certificate))
        connection = http.client.HTTPSConnection("127.0.0.1", self.https, timeout=60, context=context,
                                                 source_address=(source, 0))
        try:
            connection.request(method, path, body, {**JSON, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def examine(self):
        body = {"email": "anna@example.org", "locale": "en"}
        spoofed = {"X-Forwarded-For": "203.0.113.66", "X-Real-IP": "203.0.113.67", "Forwarded": "for=203.0.113.68"}
        self.assertEqual(self.call("POST", "/v1/signups", json.dumps(body).encode(), spoofed)[0], 202)
        record = self.operator.records("anna@example.org", "signup_requested")[0]
        self.assertEqual((record["ip"], record["ip_source"]), ("127.0.0.2", "forwarded"))
        token = self.operator.maildir.letter_to("anna@example.org").token
        status, page, headers = self.call("GET", f"/confirm/{token}", headers={"Accept": "text/html"}, source="127.0.0.3")
        self.assertEqual(status, 200)
        self.assertIn(b"<form", page)
        self.assertNotIn("Content-Encoding", headers)
        self.assertEqual(self.call("POST", f"/confirm/{token}", b"", {"Content-Type": "application/x-www-form-urlencoded"},
                                   source="127.0.0.3")[0], 200)
        self.assertEqual(self.operator.records("anna@example.org", "confirmed")[0]["ip"], "127.0.0.3")
        self.assertEqual(self.call("GET", "/metrics")[0], 404)
        self.assertEqual(self.call("GET", "/metrics", headers=self.operator.key("stats"))[0], 404)
        # Caddy 2.6 says 502 when we have refused and hung up before it has sent all of the body.
        self.assertIn(self.call("POST", "/v1/signups", b"x" * (2 << 20))[0], (413, 502))
        for number in range(20):
            fresh = {"email": f"person{number}@example.org", "locale": "en"}
            self.assertEqual(self.call("POST", "/v1/signups", json.dumps(fresh).encode())[0], 202)
        told = (self.folder / "proxy.log").read_text()
        self.assertNotIn(token, told)
        self.assertNotIn("example.org", told)

    def test_behind_nginx_the_right_client_is_recorded_whatever_it_claims(self):
        self.need("nginx")
        self.make_certificate()
        text = (DEPLOY / "nginx.conf").read_text()
        text = re.sub(r"listen \[::\]:\d+[^;]*;\n", "", text)
        for old, new in (("listen 443 ssl", f"listen 127.0.0.1:{self.https} ssl"), ("listen 80;", f"listen 127.0.0.1:{self.http};"),
                         ("server 127.0.0.1:8080;", f"server 127.0.0.1:{self.operator.port};"),
                         ("/etc/letsencrypt/live/newsletter.example.de/fullchain.pem", str(self.certificate)),
                         ("/etc/letsencrypt/live/newsletter.example.de/privkey.pem", str(self.key))):
            self.assertIn(old, text)
            text = text.replace(old, new)
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};\n"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;\n" if os.geteuid() == 0 else ""
        whole = (f"{user}pid {self.folder}/nginx.pid;\ndaemon off;\nerror_log stderr;\nevents {{}}\n"
                 f"http {{\n{temporary}{text}}}\n")
        configuration = self.folder / "nginx.conf"
        configuration.write_text(whole)
        self.run_proxy(shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"), "-c", str(configuration))
        self.examine()
        plain = http.client.HTTPConnection("127.0.0.1", self.http, timeout=30)
        plain.request("POST", "/v1/signups?x=1", b"")
        self.assertEqual(plain.getresponse().status, 308)
        plain.close()

    def test_behind_caddy_the_right_client_is_recorded_whatever_it_claims(self):
        self.need("caddy")
        self.make_certificate()
        text = (DEPLOY / "Caddyfile").read_text()
        for old, new in (("newsletter.example.de {", f"https://127.0.0.1:{self.https} {{\n\ttls {self.certificate} {self.key}"),
                         ("127.0.0.1:8080 {", f"127.0.0.1:{self.operator.port} {{")):
            self.assertIn(old, text)
            text = text.replace(old, new)
        configuration = self.folder / "Caddyfile"
        configuration.write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text)
        home = {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}
        self.run_proxy("caddy", "run", "--config", str(configuration), "--adapter", "caddyfile", environment=home)
        self.examine()
