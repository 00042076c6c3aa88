// The HTTP client against a server that behaves, and one that does not.
#include "service/net/http_client.hpp"

#include "tests/provider/http_peer.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

namespace optledger {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using test::HttpPeer;
using test::says;

const HttpLimits in_a_hurry{.connect = 1s, .exchange = 1s, .answer = 1000};

class Client {
 public:
  explicit Client(const HttpLimits& limits = {}, const std::optional<std::filesystem::path>& ca_file = {})
      : http(limits, ca_file, abandon.get_token()) {}
  tl::expected<HttpAnswer, HttpFailure> get(const std::string& url) { return http.send({.url = url}); }

  std::stop_source abandon;
  HttpClient http;
};

HttpFailure failure_of(const test::PeerAnswer& answer) {
  HttpPeer peer(says({answer}));
  Client client(in_a_hurry);
  const auto begin = std::chrono::steady_clock::now();
  const auto result = client.get(peer.url() + "/secret-path");
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
  REQUIRE_FALSE(result.has_value());
  CHECK_FALSE(result.error().text.empty());
  CHECK(result.error().text.find("secret-path") == std::string::npos);
  CHECK(result.error().text.find('\n') == std::string::npos);
  return result.error();
}

TEST_CASE("a request arrives as it was made, and its answer comes back") {
  HttpPeer peer(says({{.status = 201, .body = "[true]"}, {.status = 404, .body = "no"}}));
  Client client;
  const auto made =
      client.http.send({"PUT", peer.url() + "/v3/a%2Bb?x=1", {"X-Own: yes"}, "{\"a\":1}", false});
  REQUIRE(made.has_value());
  CHECK(made->status == 201);
  CHECK(made->body == "[true]");
  CHECK_FALSE(made->retry_after.has_value());
  const auto missing = client.http.send({.method = "DELETE", .url = peer.url() + "/v3/gone"});
  REQUIRE(missing.has_value());
  CHECK(missing->status == 404);
  const auto requests = peer.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0]["method"] == "PUT");
  CHECK(requests[0]["target"] == "/v3/a%2Bb?x=1");
  CHECK(requests[0]["headers"]["x-own"] == "yes");
  CHECK(requests[0]["body"] == "{\"a\":1}");
  CHECK(requests[1]["method"] == "DELETE");
  CHECK(requests[1]["body"] == "");
  CHECK_FALSE(requests[1]["headers"].contains("x-own"));
}

TEST_CASE("every method says how long its body is, and none waits to be told to go on") {
  HttpPeer peer(says({{.status = 200}}));
  Client client;
  for (const std::string method : {"POST", "PUT", "GET", "DELETE", "POST"}) {
    const std::string body = method == "POST" ? std::string(2 << 20, 'x') : "";
    REQUIRE(client.http.send({method, peer.url(), {}, body, false}).has_value());
  }
  const auto requests = peer.requests();
  REQUIRE(requests.size() == 5);
  CHECK(requests[0]["body"].get<std::string>().size() == 2 << 20);
  CHECK(requests[1]["headers"]["content-length"] == "0");
  CHECK_FALSE(requests[2]["headers"].contains("content-length"));
  CHECK_FALSE(requests[3]["headers"].contains("content-length"));
  for (const Json& request : requests) CHECK_FALSE(request["headers"].contains("expect"));
}

TEST_CASE("one connection carries all requests") {
  HttpPeer peer(says({{.status = 200}}));
  Client client;
  for (int i = 0; i < 5; ++i) CHECK(client.get(peer.url()).has_value());
  for (const Json& request : peer.requests()) CHECK(request["connection"] == 1);
}

TEST_CASE("a kept connection that is dead is replaced once, without a word") {
  for (const std::string end : {"close", "reset"}) {
    CAPTURE(end);
    // The first answer is whole; the second request meets a connection that ends instead of answering.
    HttpPeer peer(says({{.status = 200}, {.raw = "", .end = end}, {.status = 200, .body = "back"}}));
    Client client;
    CHECK(client.get(peer.url()).has_value());
    const auto answer = client.get(peer.url());
    REQUIRE(answer.has_value());
    CHECK(answer->body == "back");
    const auto requests = peer.requests();
    REQUIRE(requests.size() == 3);
    CHECK(requests[1]["connection"] == 1);
    CHECK(requests[2]["connection"] == 2);
  }
}

TEST_CASE("a fresh connection that dies is a failure, and the request may have arrived") {
  for (const std::string end : {"close", "reset"}) {
    CAPTURE(end);
    const auto failure = failure_of({.raw = "", .end = end});
    CHECK(failure.may_have_arrived);
    CHECK_FALSE(failure.broken_off);
  }
}

TEST_CASE("what must not be made twice is never sent again by itself") {
  HttpPeer peer(says({{.status = 200}, {.raw = "", .end = "reset"}, {.status = 200}}));
  Client client;
  CHECK(client.get(peer.url()).has_value());
  const auto result = client.http.send({.method = "POST", .url = peer.url(), .only_once = true});
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().may_have_arrived);
  CHECK(peer.requests().size() == 2);
  CHECK(client.get(peer.url()).has_value());
}

TEST_CASE("nobody at the port: nothing can have arrived") {
  HttpPeer peer(says({{.status = 200}}));
  peer.stop();
  Client client(in_a_hurry);
  const auto result = client.get(peer.url());
  REQUIRE_FALSE(result.has_value());
  CHECK_FALSE(result.error().may_have_arrived);
  CHECK(result.error().text.find("connect") != std::string::npos);
  CHECK_FALSE(Client(in_a_hurry).get("http://does-not-exist.invalid/").error().may_have_arrived);
}

TEST_CASE("an answer that is not whole, no HTTP, too slow or too long is a failure") {
  CHECK(failure_of({.raw = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", .end = "close"})
            .may_have_arrived);
  CHECK(failure_of({.raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .end = "close"})
            .may_have_arrived);
  CHECK(failure_of({.raw = "hello\r\n", .end = "close"}).may_have_arrived);
  CHECK(failure_of({.status = 200, .delay = 20}).may_have_arrived);
  CHECK(failure_of({.raw = "HTTP/1.1 200 OK\r\n", .delay = 0.1}).may_have_arrived);
  CHECK(failure_of({.status = 200, .body = std::string(1001, 'x')}).text == "the answer is too long");
  CHECK(failure_of({.raw = "HTTP/1.1 200 OK\r\n\r\n", .fill = 100000000, .end = "close"}).text ==
        "the answer is too long");
}

TEST_CASE("an answer as long as is allowed is taken, and a failure does not spoil the next request") {
  HttpPeer peer(says({{.status = 200, .body = std::string(1001, 'x')},
                      {.status = 200, .body = std::string(1000, 'x')},
                      {.status = 200, .headers = {{"Content-Length", "500"}}, .end = "close"},
                      {.status = 204}}));
  Client client(in_a_hurry);
  CHECK_FALSE(client.get(peer.url()).has_value());
  CHECK(client.get(peer.url()).value().body.size() == 1000);
  CHECK_FALSE(client.get(peer.url()).has_value());
  CHECK(client.get(peer.url()).value().status == 204);
}

TEST_CASE("no redirect is followed, so the token goes nowhere else") {
  HttpPeer elsewhere(says({{.status = 200}}));
  HttpPeer peer(says({{.status = 302, .body = "moved", .headers = {{"Location", elsewhere.url()}}}}));
  Client client;
  const auto answer = client.http.send({"GET", peer.url(), {"Authorization: Bearer t"}, "", false});
  REQUIRE(answer.has_value());
  CHECK(answer->status == 302);
  CHECK(elsewhere.requests().empty());
}

TEST_CASE("Retry-After is read as seconds and as a date, and believed for a day at most") {
  const auto told = [](const std::string& value) {
    HttpPeer peer(says({{.status = 429, .headers = {{"Retry-After", value}}}}));
    return Client().get(peer.url()).value().retry_after;
  };
  CHECK(told("7") == 7s);
  CHECK(told("99999999") == 24h);
  CHECK(told("Fri, 31 Dec 2100 23:59:59 GMT") == 24h);
  CHECK_FALSE(told("Fri, 31 Dec 1999 23:59:59 GMT").has_value());
  CHECK_FALSE(told("soon").has_value());
  CHECK_FALSE(told("-5").has_value());
}

TEST_CASE("a certificate is verified: by the configured authority, for the right host") {
  HttpPeer peer(says({{.status = 200}}), {"--tls"});
  CHECK(Client({}, peer.certificate()).get(peer.url("https")).has_value());
  const auto unknown = Client().get(peer.url("https"));
  REQUIRE_FALSE(unknown.has_value());
  CHECK_FALSE(unknown.error().may_have_arrived);
  CHECK(unknown.error().text.find("certificate") != std::string::npos);
  HttpPeer other(says({{.status = 200}}), {"--tls", "--cert-name", "DNS:rest.example.net"});
  CHECK_FALSE(Client({}, other.certificate()).get(other.url("https")).has_value());
  CHECK(peer.requests().size() == 1);
  CHECK(other.requests().empty());
}

TEST_CASE("a proxy of the environment gets nothing") {
  HttpPeer proxy(says({{.status = 200, .body = "proxy"}}));
  HttpPeer peer(says({{.status = 200, .body = "peer"}}));
  setenv("http_proxy", proxy.url().c_str(), 1);
  setenv("ALL_PROXY", proxy.url().c_str(), 1);
  const auto answer = Client().get(peer.url());
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
  CHECK(answer.value().body == "peer");
  CHECK(proxy.requests().empty());
}

TEST_CASE("only HTTP is spoken") {
  for (const char* url :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "smtp://127.0.0.1/"}) {
    CHECK_FALSE(Client(in_a_hurry).get(url).has_value());
  }
}

TEST_CASE("a stop breaks off a request within about a second") {
  HttpPeer peer(says({{.status = 200, .delay = 30}}));
  Client client;
  const auto begin = std::chrono::steady_clock::now();
  std::jthread stopping([&] {
    std::this_thread::sleep_for(200ms);
    client.abandon.request_stop();
  });
  const auto result = client.get(peer.url());
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().broken_off);
  CHECK(result.error().may_have_arrived);
}

TEST_CASE("where only public addresses may be reached, none of this machine is, whatever it is called") {
  HttpPeer peer(says({{.status = 200}}));
  const auto port = peer.url().substr(peer.url().rfind(':'));
  HttpClient http(in_a_hurry, std::nullopt, {}, HttpReach::public_only);
  for (const std::string host : {"127.0.0.1", "localhost", "127.1", "2130706433", "[::1]",
                                 "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "0.0.0.0"}) {
    const auto result = http.send({.method = "POST", .url = "http://" + host + port + "/secret-path"});
    REQUIRE_FALSE(result.has_value());
    CHECK_FALSE(result.error().may_have_arrived);
    CHECK(result.error().text == "its address is not a public one");
  }
  CHECK(peer.requests().empty());
}

}  // namespace
}  // namespace optledger
