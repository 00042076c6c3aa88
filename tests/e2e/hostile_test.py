"""Hostile HTTP against the real program: the known holes of cpp-httplib and of HTTP/1.1 in general, one test for each kind,
on raw sockets. docs/hostile-http.md says which test stands for which CVE. The same at the level of the parser and of the
front alone: tests/http/request_head_test.cpp, front_test.cpp, client_address_test.cpp."""
import gzip
import json
import shutil
import sqlite3
import subprocess
import time
import unittest

from raw_http import ATTACKER, Hostile, connect, exchange, receive, request, sign_up
from service import BINARY, wait_for

MIB = 1024 * 1024
POST = "POST /v1/signups HTTP/1.1"
AS_JSON = "Content-Type: application/json"
SMUGGLED = sign_up("spurlos.smuggled@example.org")
GET = request("GET /healthz HTTP/1.1")


class Framing(Hostile):
    """Where a request ends is never open to two readings, so nothing can hide behind one."""

    def check_nothing_smuggled(self, service):
        self.assertEqual(service.records("spurlos.smuggled@example.org"), [])
        self.assertNotIn(b'"status":202', self.access(service).replace(b" ", b""))

    def test_a_body_of_chunks_is_refused_however_it_is_spelled_and_whatever_its_sizes_and_trailers_say(self):
        service = self.attacked()
        for coding in ("chunked", "Chunked", "identity", "gzip, chunked", "chunked, identity", "xchunked", ""):
            for chunks in (b"0\r\n\r\n", b"-2\r\n", b"ffffffffffffffff\r\n", b"0\r\nX-Trailer: geheim\r\n\r\n",
                           b"5;a=b\r\nhello\r\n0\r\n\r\n"):
                self.refused(service, 411, request(POST, AS_JSON, f"Transfer-Encoding: {coding}") + chunks + SMUGGLED)
        for length in ("Content-Length: 5", "Content-Length: 0"):
            for both in ((length, "Transfer-Encoding: chunked"), ("Transfer-Encoding: chunked", length)):
                self.refused(service, 411, request(POST, AS_JSON, *both) + b"0\r\n\r\n" + SMUGGLED)
        for broken in ("Transfer-Encoding : chunked", " Transfer-Encoding: chunked", "Transfer-Encoding\x0b: chunked",
                       "Transfer-Encoding:\x0bchunked", "X: y\r\n\tTransfer-Encoding: chunked"):
            self.refused(service, 400, request(POST, AS_JSON, broken) + b"0\r\n\r\n" + SMUGGLED)
        self.check_nothing_smuggled(service)

    def test_a_length_is_one_number_in_digits_and_what_is_not_is_refused_at_once(self):
        service = self.attacked()
        for length in ("-1", "+5", "3x", "0x5", "5, 5", "5,50", "5 5", "1e2", "", "18446744073709551616", "5;", "٥"):
            began = time.monotonic()
            line = f"Content-Length: {length}".encode("utf-8").decode("latin-1")
            self.refused(service, 400, request(POST, AS_JSON, line) + SMUGGLED)
            self.assertLess(time.monotonic() - began, 4, "the body is not waited for")
        for first, second in ((5, 50), (50, 5), (5, 5)):
            self.refused(service, 400, request(POST, AS_JSON, f"Content-Length: {first}", f"content-length: {second}") + SMUGGLED)
        for length in (65537, 10**12):
            self.refused(service, 413, request(POST, AS_JSON, f"Content-Length: {length}"))
        self.refused(service, 413, request(POST, AS_JSON, "Authorization: Bearer geheim", f"Content-Length: {MIB + 1}"))
        self.check_nothing_smuggled(service)

    def test_the_body_of_a_get_is_never_executed_as_a_request_of_its_own(self):
        service = self.attacked()
        for method in ("GET", "HEAD", "DELETE", "OPTIONS", "TRACE"):
            head = request(f"{method} /healthz HTTP/1.1", f"Content-Length: {len(SMUGGLED)}")
            self.refused(service, 400, head, SMUGGLED)
            self.refused(service, 400, head + SMUGGLED)
        self.check_nothing_smuggled(service)

    def test_a_post_without_a_length_has_no_body_and_what_follows_is_no_request(self):
        service = self.attacked()
        answers = exchange(service, request(POST, AS_JSON) + b'{"email": "spurlos@example.org"}\r\n\r\n')
        self.assertEqual([answer.status for answer in answers], [400, 400])
        self.check_nothing_smuggled(service)

    def test_a_second_request_in_the_same_segment_is_answered_second_and_nothing_after_a_close(self):
        service = self.attacked()
        answers = exchange(service, request("GET /healthz HTTP/1.1") + request("GET /nowhere HTTP/1.1", "Connection: close"))
        self.assertEqual([answer.status for answer in answers], [200, 404])
        answers = exchange(service, request("GET /healthz HTTP/1.1", "Connection: close") + SMUGGLED)
        self.assertEqual([answer.status for answer in answers], [200])
        self.check_nothing_smuggled(service)


class Heads(Hostile):
    """What a head may look like."""

    def test_lines_that_end_otherwise_and_control_characters_are_refused(self):
        service = self.attacked()
        for sent in (GET.replace(b"\r\n", b"\n"), GET.replace(b"\r\n\r\n", b"\r\n\n"), GET.replace(b" x\r\n", b" x\r"),
                      b"\n" + GET, b"\r\n\r\n" + GET):
            self.refused(service, 400, sent + GET)
        for evil in ("\r", "\n", "\0", "\x07", "\x1b[2J", "\x7f", "\rX-Evil: 1", "\nX-Evil: 1", "\0X-Evil: 1"):
            self.refused(service, 400, request("GET /healthz HTTP/1.1", f"User-Agent: a{evil}geheim"))
            self.refused(service, 400, request(f"GET /healthz{evil} HTTP/1.1"))

    def test_a_host_is_needed_and_stands_once(self):
        service = self.attacked()
        self.refused(service, 400, request("GET /healthz HTTP/1.1", host=None))
        self.refused(service, 400, request("GET /healthz HTTP/1.1", "Host: x"))
        for host in ("a/b", "user@x", "a b", "x, y", "http://x/", "x?y", "x#y", "x\\y"):
            self.refused(service, 400, request("GET /healthz HTTP/1.1", host=host))

    def test_targets_that_are_no_path_are_refused(self):
        service = self.attacked()
        for target in ("http://x/healthz", "https://geheim.example/", "geheim.example:443", "*", "healthz", "", "/a b",
                       "/a#b", "/a\x80b", "//x y", "?a=b"):
            for method in ("GET", "OPTIONS", "CONNECT"):
                self.refused(service, 400, request(f"{method} {target} HTTP/1.1"))

    def test_odd_methods_are_refused_and_none_is_taken_from_a_header(self):
        service = self.attacked()
        for method in ("get", "Post", "A" * 17, "M" * 3000):
            self.refused(service, 501, request(f"{method} /healthz HTTP/1.1"))
        for method in ("G\tT", "GET\0", "(GET)", '"GET"', ""):
            self.refused(service, 400, request(f"{method} /healthz HTTP/1.1"))
        for method in ("TRACE", "CONNECT", "PROPFIND", "PURGE", "DELETE", "PUT", "PATCH", "OPTIONS", "DEBUG", "PRI"):
            (answer,) = exchange(service, request(f"{method} /healthz HTTP/1.1", "X-Geheim: geheim", "Connection: close"))
            self.assertEqual((answer.status, answer.headers["allow"]), (405, "GET, HEAD"), method)
            self.assertNotIn(b"geheim", answer.head + answer.body)
        for override in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method", "_method"):
            (answer,) = exchange(service, request("GET /v1/signups HTTP/1.1", f"{override}: POST", "Connection: close"))
            self.assertEqual(answer.status, 405)

    def test_other_protocols_on_this_port_are_refused(self):
        service = self.attacked()
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(32)) + b"\r\n\r\n"
        for sent in (b"GET /\r\n\r\n", b"GET / HTTP/x.y\r\n\r\n", hello, b"SSH-2.0-geheim\r\n\r\n", b"\0" * 300,
                      b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + GET, b"HELO geheim\r\n\r\n", b"*1\r\n$4\r\nPING\r\n\r\n"):
            self.refused(service, 400, sent)
        for sent in (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/3.0\r\n\r\n", b"GET / HTTP/0.9\r\n\r\n",
                      b"GET / HTTP/1.2\r\nHost: x\r\n\r\n"):
            self.refused(service, 505, sent)
        for upgrade in (("h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"), ("websocket", "Sec-WebSocket-Key: Z2VoZWlt")):
            (answer,) = exchange(service, request("GET /healthz HTTP/1.1", f"Upgrade: {upgrade[0]}", upgrade[1],
                                                  "Connection: close, Upgrade"))
            self.assertEqual(answer.status, 200, "an offer that nobody takes up")

    def test_percent_coded_line_ends_and_nul_stay_the_text_they_are(self):
        service = self.attacked()
        agent = "a%0d%0aX-Evil: 1%00z%22}"
        (answer,) = exchange(service, sign_up("spurlos.agent@example.org", f"User-Agent: {agent}", "Connection: close"))
        self.assertEqual(answer.status, 202)
        (record,) = service.records("spurlos.agent@example.org", "signup_requested")
        self.assertEqual(record["user_agent"], agent)
        lines = [json.loads(line) for line in self.access(service).splitlines()]
        self.assertIn(agent, [line.get("user_agent") for line in lines])

    def test_nothing_a_visitor_sends_becomes_a_header_of_the_answer(self):
        service = self.attacked()
        usual = {name.lower() for name in exchange(service, request("GET /privacy HTTP/1.1", "Connection: close"))[0].names}
        usual |= {"location", "vary", "allow"}
        form = "Content-Type: application/x-www-form-urlencoded"
        for evil in ("%0d%0aX-Evil:%201", "%0D%0ASet-Cookie:%20a=b%0D%0A%0D%0A<p>", "%00X-Evil:1", "%250d%250aX-Evil:1",
                     "%E5%98%8A%E5%98%8DX-Evil:1", "\\r\\nX-Evil:1"):
            fields = f"email=spurlos.split%40example.org&locale={evil}&lang={evil}".encode()
            for sent in (request(f"GET /signup/news{evil} HTTP/1.1"), request(f"GET /signup/news?lang={evil} HTTP/1.1"),
                          request(f"GET /signup/news/requested?lang={evil} HTTP/1.1"),
                          request(f"GET /privacy?lang={evil} HTTP/1.1"), request(f"GET /privacy/{evil} HTTP/1.1"),
                          request(f"GET /confirm/{evil} HTTP/1.1"),
                          request(f"POST /unsubscribe/{evil} HTTP/1.1", form, body=fields),
                          request(f"GET {evil.replace('%', '/%')} HTTP/1.1") if evil.startswith("%") else GET,
                          request("GET /privacy HTTP/1.1", f"Origin: https://{evil}", f"Accept-Language: de{evil}"),
                          request(POST, form, f"Origin: https://{evil}", body=fields), request(POST, form, body=fields),
                          request("POST /v1/privacy-requests HTTP/1.1", form, body=fields)):
                (answer,) = exchange(service, sent.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
                self.assertLessEqual({name.lower() for name in answer.names}, usual, sent)
                self.assertNotIn("evil", answer.head.decode().lower())

    def test_floods_of_header_lines_and_endless_lines_are_cut_off_without_being_kept(self):
        service = self.attacked()
        exchange(service, GET, silence=0.3)
        before = self.memory(service)
        self.refused(service, 431, request("GET /healthz HTTP/1.1", *(f"X-{number}: geheim" for number in range(500))))
        self.refused(service, 431, request("GET /healthz HTTP/1.1", *(f"X-{number}: y" for number in range(70))))
        self.refused(service, 431, request("GET /healthz HTTP/1.1", "X-Long: " + "a" * 17_000))
        self.refused(service, 414, b"GET /" + b"a" * 20_000)
        self.refused(service, 414, request("GET /" + "a" * 4096 + " HTTP/1.1"))
        self.refused(service, 414, request("GET /?" + "a" * 5000 + " HTTP/1.1"))
        endless = {b"GET /": b"a" * 65536, request("GET /x HTTP/1.1")[:-2] + b"X: ": b"a" * 65536,
                   request("GET /x HTTP/1.1")[:-2]: b"X: y\r\n" * 10_000}
        for start, more in endless.items():
            self.assertLess(self.taken(service, start, more), 8 * MIB, "closed long before the client is done")
        self.assertLess(self.memory(service) - before, 8 * MIB)

    def taken(self, service, start, more):
        """How many of 32 MiB can be sent before the other side closes."""
        sent = len(start)
        with connect(service) as connection:
            connection.sendall(start)
            try:
                while sent < 32 * MIB:
                    connection.sendall(more)
                    sent += len(more)
            except OSError:
                pass
        return sent


class Bodies(Hostile):
    """What a body may do to its reader."""

    def quick(self, service, *pieces, **more):
        began = time.monotonic()
        answers = exchange(service, *pieces, silence=5, **more)
        self.assertLess(time.monotonic() - began, 10, "a few milliseconds, on a machine with nothing else to do")
        return answers

    def test_a_compressed_body_is_refused_unopened(self):
        service = self.attacked()
        bomb = gzip.compress(b" " * 50 * MIB + b'{"email": "spurlos@example.org"}')
        self.assertLess(len(bomb), 65536)
        before = self.memory(service)
        for coding in ("gzip", "GZIP", "x-gzip", "deflate", "br", "zstd", "identity", "gzip, gzip", ""):
            for type in ("application/json", "multipart/form-data; boundary=b"):
                self.refused(service, 415, request(POST, f"Content-Type: {type}", f"Content-Encoding: {coding}", body=bomb))
        # Not announced, it is no JSON.
        (answer,) = exchange(service, request(POST, AS_JSON, "Connection: close", body=bomb))
        self.assertEqual(answer.status, 400)
        self.assertLess(self.memory(service) - before, 8 * MIB)

    def test_deep_and_broken_json_costs_nothing_and_ends_nothing(self):
        service = self.attacked()
        for body in (b"[" * 60_000, b'{"a":' * 10_000, b"[" * 30_000 + b"]" * 30_000, b'{"email":' + b"[" * 50_000,
                     b'"' + b"\\u0000" * 10_000 + b'"', b"1" * 60_000, b"1e" + b"9" * 60_000, b"\xff" * 60_000,
                     b'{"email":"spurlos@example.org"}\0', b'\xef\xbb\xbf{"email":"spurlos@example.org"}',
                     b'{"email":"spurlos@example.org","email":"spurlos@example.org"}', b"{" + b'"a":1,' * 9_000 + b'"b":1}'):
            (answer,) = self.quick(service, request(POST, AS_JSON, "Connection: close", body=body))
            self.assertIn(answer.status, (400, 422), body[:40])
        for body in (b"[" * (MIB - 10), b'{"a":' * 200_000):
            keyed = request(POST, AS_JSON, "Authorization: Bearer geheim", "Connection: close", body=body)
            (answer,) = self.quick(service, keyed)
            self.assertIn(answer.status, (400, 401))

    def test_forms_of_very_many_fields_and_parts_cost_nothing_and_end_nothing(self):
        service = self.attacked()
        urlencoded, multipart = "Content-Type: application/x-www-form-urlencoded", "Content-Type: multipart/form-data; boundary=b"
        part = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n'
        for type, body in ((urlencoded, b"&" * 65_000), (urlencoded, b"purposes=x&" * 5_900), (urlencoded, b"%" * 65_000),
                           (urlencoded, b"%00" * 21_000), (urlencoded, b"email=" + b"a@" * 30_000), (multipart, part * 1_100),
                           (multipart, b"--b\r\n" * 13_000), (multipart, b"--b--" * 13_000), (multipart, b"\r\n--" * 16_000),
                           (multipart, b"--b\r\n" + b"X: y\r\n" * 10_000 + b"\r\n--b--"),
                           ("Content-Type: multipart/form-data; boundary=" + "b" * 8_000, b"--" + b"b" * 60_000)):
            for answer in self.quick(service, request(POST, type, "Connection: close", "Accept: application/json", body=body)):
                self.assertIn(answer.status, (400, 422, 415), body[:40])

    def test_what_a_library_would_match_with_a_regular_expression_may_be_long(self):
        service = self.attacked()
        for disposition in ("filename*=UTF-8''" + "a" * 60_000, 'filename="' + "\\" * 60_000, "x=" + "a;" * 30_000, ";" * 60_000,
                            'name="email' + "%0a" * 20_000):
            body = f"--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\nspurlos\r\n--b--\r\n".encode()
            form = request(POST, "Content-Type: multipart/form-data; boundary=b", "Connection: close", body=body)
            (answer,) = self.quick(service, form)
            self.assertIn(answer.status, (400, 422))
        for header in ("Range: bytes=" + "0-0," * 3_500, "Range: bytes=0-" + "9" * 14_000, "Accept: " + "a/b;q=0.1," * 1_400,
                       "Accept-Language: " + "de-DE-x," * 1_700, "Cookie: " + "a=b; " * 2_800, "Content-Type: " + "a/" * 7_000,
                       "If-None-Match: " + '"x",' * 3_000, "X-Forwarded-For: " + "1.2.3.4," * 1_800):
            (answer,) = self.quick(service, request("GET /signup/news HTTP/1.1", header, "Connection: close"))
            self.assertEqual(answer.status, 200, "the whole page, whatever part is asked for")

    def test_huge_and_crooked_paths_find_nothing(self):
        service = self.attacked()
        for path in ("/" * 4_000, "/a" * 2_000, "/confirm/" + "A" * 4_000, "/privacy/" + "A/" * 2_000,
                     "/%2e%2e/%2e%2e/etc/passwd",
                     "/../../../../etc/passwd", "/v1/ledger/tile/../../../state/keys/token.key", "//healthz",
                     "/healthz/", "/healthz%00",
                     "/v1/ledger/tile/" + "0/" * 1_900, "/v1/ledger/tile/..%2f..%2f..%2fkeys%2ftoken.key",
                     "/HEALTHZ", "/healthz;a=b",
                     "/v1/signups/../../healthz", "/.git/config", "/" + "%25" * 1_300):
            (answer,) = self.quick(service, request(f"GET {path} HTTP/1.1", "Connection: close"))
            self.assertEqual(answer.status, 404, path[:60])

    def test_the_text_of_a_fault_stays_inside(self):
        service = self.attacked()
        exchange(service, sign_up("spurlos.before@example.org", "Connection: close"))
        with sqlite3.connect(service.database) as database:
            database.execute("ALTER TABLE letter_task RENAME TO geheim_task")
        (answer,) = exchange(service, sign_up("spurlos.fault@example.org", "Connection: close"))
        self.assertEqual(answer.status, 500)
        self.assertEqual(json.loads(answer.body)["type"], "urn:optledger:problem:internal-error")
        for word in (b"exception", b"sql", b"letter_task", b"no such table", b"geheim", b"spurlos"):
            self.assertNotIn(word, (answer.head + answer.body).lower())
        with sqlite3.connect(service.database) as database:
            database.execute("ALTER TABLE geheim_task RENAME TO letter_task")
        self.assertTrue(service.event("request_failed"), "the operator sees it")
        self.WORDS = [word for word in self.WORDS if word != "geheim"]  # the table's new name may stand in the log


class Origins(Hostile):
    """Who somebody is, and what links begin with, is never what he says."""

    def test_a_visitor_cannot_say_which_address_he_has(self):
        service = self.attacked()
        for name in ("REMOTE_ADDR", "remote_port", "Local_Addr", "LOCAL_PORT"):
            self.refused(service, 400, sign_up("spurlos.shadow@example.org", f"{name}: 203.0.113.7"))
        claims = ("X-Forwarded-For: 203.0.113.7", "Forwarded: for=203.0.113.7", "X-Real-IP: 203.0.113.7",
                  "REMOTE-ADDR: 203.0.113.7",
                  "True-Client-IP: 203.0.113.7", "CF-Connecting-IP: 203.0.113.7", "Client-IP: 203.0.113.7")
        (answer,) = exchange(service, sign_up("spurlos.claims@example.org", *claims, "Connection: close"))
        self.assertEqual(answer.status, 202)
        self.assertEqual(service.records("spurlos.shadow@example.org"), [])
        (record,) = service.records("spurlos.claims@example.org", "signup_requested")
        self.assertEqual((record["ip"], record["ip_source"]), (ATTACKER, "socket"))
        self.assertNotIn(b"203.0.113.7", self.access(service))

    def test_a_trusted_proxys_header_may_be_empty_broken_or_endless(self):
        service = self.attacked({"server": {"trusted_proxies": [f"{ATTACKER}/32"]}})
        broken = ("", ",", ",,,,", " , ", "unknown", "203.0.113.7,", "203.0.113.7, ", "203.0.113.7, _geheim", "203.0.113.7:x",
                  "[2001:db8::1", "203.0.113.7, 256.1.1.1", "1.2.3.4%0d%0a", "," * 15_000, ATTACKER + "," * 14_000)
        for number, value in enumerate(broken):
            address = f"spurlos.proxy-{number}@example.org"
            (answer,) = exchange(service, sign_up(address, f"X-Forwarded-For: {value}", "Connection: close"))
            self.assertEqual(answer.status, 202, value[:40])
            (record,) = service.records(address, "signup_requested")
            self.assertEqual((record["ip"], record["ip_source"]), (ATTACKER, "socket"), value[:40])

    def test_links_and_redirects_never_come_from_the_request(self):
        service = self.attacked()
        evil = ("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher", "Forwarded: host=evil.example",
                "X-Original-URL: //evil.example",
                "Referer: https://evil.example/", "Connection: close")
        body = b"email=spurlos.host%40example.org&locale=en"
        form = request(POST, "Content-Type: application/x-www-form-urlencoded", *evil, body=body, host="evil.example")
        (answer,) = exchange(service, form)
        self.assertEqual(answer.status, 303)
        self.assertTrue(answer.headers["location"].startswith(f"http://127.0.0.1:{service.port}/signup/news/"))
        letter = service.maildir.letter_to("spurlos.host@example.org")
        self.assertNotIn(b"evil", letter.raw)
        self.assertIn(f"http://127.0.0.1:{service.port}/confirm/{letter.token}", letter.text)

    def test_nothing_a_visitor_types_becomes_a_header_of_a_letter(self):
        service = self.attacked()
        evil = "\r\nBcc: spurlos.bcc@example.org\r\n\r\n"
        for more in ({"name": "A" + evil}, {"source_url": "https://x/" + evil}, {"locale": "en" + evil}, {"list": "news" + evil}):
            exchange(service, sign_up("spurlos.letter@example.org", "Connection: close", **more))
        for address in ("spurlos.a@example.org" + evil, "spurlos.a@example.org\nBcc: spurlos.bcc@example.org",
                        "a\0spurlos@example.org",
                        "spurlos.a@example.org, spurlos.bcc@example.org", "<spurlos.a@example.org>", '"spurlos\r\n"@example.org'):
            (answer,) = exchange(service, sign_up(address, "Connection: close"))
            self.assertEqual(answer.status, 422)
        exchange(service, sign_up("spurlos.last@example.org", "Connection: close"))
        service.maildir.letter_to("spurlos.last@example.org")
        for letter in service.maildir.letters():
            self.assertEqual(letter.message.get_all("Bcc"), None)
            self.assertNotIn(b"bcc", letter.raw.lower())

    @unittest.skipUnless(shutil.which("nm"), "no nm (binutils)")
    def test_the_library_is_used_for_its_answers_alone_and_never_as_a_client(self):
        """CVE-2026-31870, -32627 and -33745 are holes of httplib::Client."""
        symbols = subprocess.run(["nm", "-DC", BINARY], capture_output=True, text=True, check=True).stdout
        self.assertIn("httplib::Server", symbols)
        for client in ("httplib::Client::", "httplib::ClientImpl::", "httplib::SSLClient::"):
            self.assertNotIn(client, symbols)

    def test_a_second_service_on_the_same_port_is_refused(self):
        service = self.attacked()
        second = self.service({"server": {"listen": f"127.0.0.1:{service.port}", "public_url": "http://127.0.0.1"}})
        code, _, error = second.cli("serve")
        self.assertEqual(code, 1)
        self.assertIn("already in use", error)


class Waiting(Hostile):
    """T6.8 in short; slow_test.py has the rest."""

    def test_a_client_that_says_nothing_or_half_of_something_is_asked_to_leave_in_time(self):
        service = self.attacked()
        silent, half, unread = connect(service), connect(service), connect(service)
        half.sendall(b"GET /healthz HTTP/1.1\r\nHost: x")
        unread.sendall(request(POST, AS_JSON, "Content-Length: 100") + b"{")
        began = time.monotonic()
        self.assertRegex(receive(half, 60), b"^HTTP/1.1 408 ")
        self.assertGreater(time.monotonic() - began, 8)
        self.assertEqual(receive(silent, 60), b"")
        self.assertRegex(receive(unread, 60), b"^HTTP/1.1 408 ")
        self.assertLess(time.monotonic() - began, 60)
        for connection in (silent, half, unread):
            connection.close()
        wait_for(lambda: service.call("GET", "/healthz").status == 200, "an answer")
