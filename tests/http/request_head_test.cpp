#include "service/http/request_head.hpp"

#include "service/http/request_reader.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace optledger::http;

namespace {

HeadReading parse(std::string_view bytes) { return parse_request_head(bytes, HeadLimits{}); }

// The status the bytes are refused with; 0 when they are a head, -1 when more is awaited.
int refusal_of(std::string_view bytes) {
  const HeadReading reading = parse(bytes);
  if (const auto* refusal = std::get_if<Refusal>(&reading)) return status_of(refusal->reason);
  return std::holds_alternative<RequestHead>(reading) ? 0 : -1;
}

std::string get_with(std::string_view header_lines) {
  return "GET / HTTP/1.1\r\nHost: x\r\n" + std::string(header_lines) + "\r\n";
}
std::string post(std::string_view header_lines) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + std::string(header_lines) + "\r\n";
}
std::string with_target(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

}  // namespace

TEST_CASE("a well-formed head is taken apart") {
  const std::string bytes =
      "POST /v1/signups?lang=de HTTP/1.1\r\nHost: example.de:8080\r\nUser-AGENT:  Mozilla/5.0 \t\r\n"
      "Content-Length: 5\r\nExpect: 100-Continue\r\n\r\nhello";
  const HeadReading reading = parse(bytes);
  REQUIRE(std::holds_alternative<RequestHead>(reading));
  const auto& head = std::get<RequestHead>(reading);
  CHECK(head.method == "POST");
  CHECK(head.path == "/v1/signups");
  CHECK(head.query == "lang=de");
  CHECK(head.content_length == 5);
  CHECK(head.keep_alive);
  CHECK(head.expect_continue);
  CHECK(head.size == bytes.size() - 5);
  REQUIRE(head.headers.size() == 4);
  CHECK(head.headers[1].name == "user-agent");
  CHECK(head.headers[1].value == "Mozilla/5.0");
}

TEST_CASE("percent-coded control characters in a header value stay the harmless text they are") {
  const HeadReading reading = parse(get_with("User-Agent: a%0d%0aX-Evil: 1%00z\r\n"));
  REQUIRE(std::holds_alternative<RequestHead>(reading));
  CHECK(std::get<RequestHead>(reading).headers[1].value == "a%0d%0aX-Evil: 1%00z");
}

TEST_CASE("line ends other than CR LF are refused") {
  CHECK(refusal_of("GET / HTTP/1.1\nHost: x\n\n") == 400);
  CHECK(refusal_of("GET / HTTP/1.1\r\nHost: x\n\r\n") == 400);
  CHECK(refusal_of("GET / HTTP/1.1\r\nHost: x\rY: z\r\n\r\n") == 400);
  CHECK(refusal_of("\nGET / HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
  CHECK(refusal_of(get_with(" folded: 1\r\n")) == 400);
  CHECK(refusal_of(get_with("A: 1\r\n\tfolded\r\n")) == 400);
}

TEST_CASE("control characters are refused wherever they stand") {
  for (const char c : std::string("\0\x01\x08\x0b\x0c\x1b\x7f", 7)) {
    CAPTURE(static_cast<int>(c));
    CHECK(refusal_of(get_with("A: b" + std::string(1, c) + "c\r\n")) == 400);
    CHECK(refusal_of(get_with("A" + std::string(1, c) + ": b\r\n")) == 400);
    CHECK(refusal_of(with_target("/a" + std::string(1, c))) == 400);
  }
}

TEST_CASE("a broken head is refused before it has ended") {
  CHECK(refusal_of("GET / HTTP/1.1\nHo") == 400);
  CHECK(refusal_of(std::string("\x16\x03\x01\x02\x00", 5)) == 400);  // a TLS greeting on a plain port
  CHECK(refusal_of("GET / HTTP/1.1\r") == -1);
}

TEST_CASE("header lines must be a token, a colon and a value") {
  CHECK(refusal_of(get_with("A : 1\r\n")) == 400);
  CHECK(refusal_of(get_with("A\r\n")) == 400);
  CHECK(refusal_of(get_with(": 1\r\n")) == 400);
  CHECK(refusal_of(get_with("A(b): 1\r\n")) == 400);
  CHECK(refusal_of(get_with("\xc3\xa4: 1\r\n")) == 400);
  CHECK(refusal_of(get_with("A:\r\n")) == 0);
  CHECK(refusal_of(get_with("A: \xc3\xa4\r\n")) == 0);
}

TEST_CASE("the names cpp-httplib keeps for itself are refused") {
  for (const std::string name : {"REMOTE_ADDR", "Remote_Port", "local_addr", "LOCAL_PORT"})
    CHECK(refusal_of(get_with(name + ": 6.6.6.6\r\n")) == 400);
}

TEST_CASE("framing is one Content-Length of digits or nothing") {
  CHECK(refusal_of(post("Content-Length: 0\r\n")) == 0);
  CHECK(refusal_of(post("Transfer-Encoding: chunked\r\n")) == 411);
  CHECK(refusal_of(post("Transfer-Encoding: identity\r\nContent-Length: 3\r\n")) == 411);
  CHECK(refusal_of(post("Content-Length: 3\r\ntransfer-encoding: chunked\r\n")) == 411);
  CHECK(refusal_of(post("Content-Length: 3\r\nContent-Length: 3\r\n")) == 400);
  for (const std::string value :
       {"", "3x", "-1", "+3", "0x3", "3, 3", "3 3", "18446744073709551616", "1e3"}) {
    CAPTURE(value);
    CHECK(refusal_of(post("Content-Length: " + value + "\r\n")) == 400);
  }
  CHECK(refusal_of(post("")) == 0);  // RFC 9112, 6.3: no length is no body
  CHECK(refusal_of(post("Content-Encoding: gzip\r\nContent-Length: 3\r\n")) == 415);
}

TEST_CASE("only POST, PUT and PATCH bring a body") {
  CHECK(refusal_of(get_with("Content-Length: 0\r\n")) == 0);
  for (const std::string method : {"GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "BREW"})
    CHECK(refusal_of(method + " / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n") == 400);
  for (const std::string method : {"PUT", "PATCH"})
    CHECK(refusal_of(method + " / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n") == 0);
}

TEST_CASE("a body may be 64 KiB, or 1 MiB with a key or a signature") {
  CHECK(refusal_of(post("Content-Length: 65536\r\n")) == 0);
  CHECK(refusal_of(post("Content-Length: 65537\r\n")) == 413);
  CHECK(refusal_of(post("Authorization: Basic eDp5\r\nContent-Length: 65537\r\n")) == 413);
  CHECK(refusal_of(post("Authorization: bearer k\r\nContent-Length: 1048576\r\n")) == 0);
  CHECK(refusal_of(post("Content-Length: 1048576\r\nWebhook-Signature: v1,x\r\n")) == 0);
  CHECK(refusal_of(post("Authorization: Bearer k\r\nContent-Length: 1048577\r\n")) == 413);
}

TEST_CASE("HTTP/1.1 needs exactly one Host") {
  CHECK(refusal_of("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(refusal_of("GET / HTTP/1.0\r\n\r\n") == 0);
  CHECK(refusal_of(get_with("Host: y\r\n")) == 400);
  CHECK(refusal_of("GET / HTTP/1.1\r\nHost: a b\r\n\r\n") == 400);
  CHECK(refusal_of("GET / HTTP/1.1\r\nHost: http://a/\r\n\r\n") == 400);
  CHECK(refusal_of("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n") == 0);
}

TEST_CASE("targets are paths") {
  for (const std::string target : {"http://x/", "x:80", "*", "a", "/a#b", "/\xc3\xa4", "", "/a b"}) {
    CAPTURE(target);
    CHECK(refusal_of(with_target(target)) == 400);
  }
  CHECK(refusal_of("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
  CHECK(refusal_of("CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
  CHECK(refusal_of(with_target("//x/../%2e?a?b")) == 0);
}

TEST_CASE("versions and methods that are not spoken here") {
  CHECK(refusal_of("GET / HTTP/2.0\r\nHost: x\r\n\r\n") == 505);
  CHECK(refusal_of("PRI * HTTP/2.0\r\n\r\n") == 505);
  CHECK(refusal_of("GET / HTTP/1.2\r\nHost: x\r\n\r\n") == 505);
  CHECK(refusal_of("GET / http/1.1\r\nHost: x\r\n\r\n") == 400);
  CHECK(refusal_of("GET /\r\n\r\n") == 400);
  CHECK(refusal_of("GET / HTTP/1.1 \r\nHost: x\r\n\r\n") == 400);
  CHECK(refusal_of("get / HTTP/1.1\r\nHost: x\r\n\r\n") == 501);
  CHECK(refusal_of("ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\nHost: x\r\n\r\n") == 501);
  CHECK(refusal_of("M-SEARCH / HTTP/1.1\r\nHost: x\r\n\r\n") == 0);
  CHECK(refusal_of("G@T / HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
}

TEST_CASE("sizes end where the limits say") {
  CHECK(refusal_of(with_target("/" + std::string(4095, 'a'))) == 0);
  CHECK(refusal_of(with_target("/" + std::string(4096, 'a'))) == 414);
  CHECK(refusal_of("GET /" + std::string(9000, 'a')) == 414);
  CHECK(refusal_of(get_with("A: " + std::string(17'000, 'a') + "\r\n")) == 431);
  CHECK(refusal_of("GET / HTTP/1.1\r\nA: " + std::string(17'000, 'a')) == 431);
  std::string lines;
  for (int i = 0; i < 63; ++i) lines += "A: 1\r\n";
  CHECK(refusal_of(get_with(lines)) == 0);
  CHECK(refusal_of(get_with(lines + "A: 1\r\n")) == 431);
}

TEST_CASE("the only expectation is 100-continue") {
  CHECK(refusal_of(post("Content-Length: 1\r\nExpect: 200-ok\r\n")) == 417);
  const HeadReading no_body = parse(post("Content-Length: 0\r\nExpect: 100-continue\r\n"));
  CHECK_FALSE(std::get<RequestHead>(no_body).expect_continue);
}

TEST_CASE("headers that mean something are not taken twice") {
  for (const std::string name : {"Authorization", "Content-Type", "Origin", "Webhook-Id"})
    CHECK(refusal_of(get_with(name + ": a\r\n" + name + ": a\r\n")) == 400);
  CHECK(refusal_of(get_with("X-Forwarded-For: a\r\nX-Forwarded-For: b\r\n")) == 0);
}

TEST_CASE("a connection is kept when both ends want it") {
  const auto kept = [](const std::string& bytes) { return std::get<RequestHead>(parse(bytes)).keep_alive; };
  CHECK(kept(get_with("")));
  CHECK_FALSE(kept(get_with("Connection: Close\r\n")));
  CHECK_FALSE(kept(get_with("Connection: keep-alive, close\r\n")));
  CHECK_FALSE(kept("GET / HTTP/1.0\r\n\r\n"));
  CHECK(kept("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

TEST_CASE("a head that comes byte by byte reads like one that comes at once") {
  const std::string bytes = "\r\n" + post("Content-Length: 5\r\nA: b\r\n") + "helloGET ";
  RequestReader reader;
  int complete = 0;
  for (const char c : bytes) {
    reader.append(std::string_view(&c, 1));
    auto step = reader.next(HeadLimits{});
    REQUIRE_FALSE(std::holds_alternative<Refusal>(step));
    if (const auto* done = std::get_if<RequestReader::Complete>(&step)) {
      ++complete;
      CHECK(done->request.body == "hello");
      CHECK(done->size == bytes.size() - 4);
    }
  }
  CHECK(complete == 1);
  CHECK(reader.kept() == 4);
}
