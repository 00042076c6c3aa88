#include "service/http/client_address.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace optledger;
using namespace optledger::http;

namespace {

const AddressBlocks& proxies() {
  static const AddressBlocks blocks =
      *AddressBlocks::parse({"127.0.0.1/32", "::1/128", "10.0.0.0/8", "2001:db8:1::/48"});
  return blocks;
}

// "address socket" or "address forwarded"
std::string client(std::string_view peer, std::vector<std::string_view> lines) {
  const ClientAddress found = client_address(peer, lines, proxies());
  return found.ip + (found.source == IpSource::socket ? " socket" : " forwarded");
}

}  // namespace

TEST_CASE("without a trusted proxy the header is anybody's text") {
  CHECK(client("203.0.113.9", {"6.6.6.6"}) == "203.0.113.9 socket");
  CHECK(client("2001:db8:2::1", {"6.6.6.6"}) == "2001:db8:2::1 socket");
}

TEST_CASE("a trusted proxy's own entry is the rightmost") {
  CHECK(client("127.0.0.1", {"6.6.6.6, 203.0.113.9"}) == "203.0.113.9 forwarded");
  CHECK(client("127.0.0.1", {"6.6.6.6", "203.0.113.9"}) == "203.0.113.9 forwarded");
  CHECK(client("::1", {"203.0.113.9 ,\t10.1.2.3", "10.0.0.1"}) == "203.0.113.9 forwarded");
  CHECK(client("::ffff:127.0.0.1", {"203.0.113.9"}) == "203.0.113.9 forwarded");
}

TEST_CASE("a chain of trusted proxies only gives its origin") {
  CHECK(client("127.0.0.1", {"10.0.0.2, 10.0.0.1"}) == "10.0.0.2 forwarded");
}

TEST_CASE("entries may carry ports, brackets and zones") {
  CHECK(client("127.0.0.1", {"203.0.113.9:4711"}) == "203.0.113.9 forwarded");
  CHECK(client("127.0.0.1", {"[2001:DB8:2:0:0:0:0:1]:443"}) == "2001:db8:2::1 forwarded");
  CHECK(client("127.0.0.1", {"[2001:db8:2::1]"}) == "2001:db8:2::1 forwarded");
  CHECK(client("127.0.0.1", {"2001:db8:2::1"}) == "2001:db8:2::1 forwarded");
  CHECK(client("127.0.0.1", {"fe80::1%eth0"}) == "fe80::1 forwarded");
  CHECK(client("127.0.0.1", {"::ffff:203.0.113.9"}) == "203.0.113.9 forwarded");
  CHECK(client("127.0.0.1", {"203.0.113.9, [2001:db8:1::5]:80"}) == "203.0.113.9 forwarded");
}

TEST_CASE("what cannot be read where a proxy wrote gives the socket's peer") {
  for (const std::string_view entry : {"",
                                       "6.6.6.6,",
                                       "6.6.6.6, ",
                                       "garbage",
                                       "unknown",
                                       "203.0.113.9:",
                                       "203.0.113.9:x",
                                       "203.0.113.9:123456",
                                       "203.0.113.256",
                                       "0203.0.113.9",
                                       "[203.0.113.9]",
                                       "[2001:db8::1",
                                       "[2001:db8::1]x",
                                       "[2001:db8::1]:",
                                       "2001:db8:::1",
                                       "\"203.0.113.9\"",
                                       "for=203.0.113.9",
                                       "203.0.113.9/32",
                                       "fe80::1%",
                                       "6.6.6.6, _hidden, 10.0.0.1"}) {
    CAPTURE(entry);
    CHECK(client("127.0.0.1", {entry}) == "127.0.0.1 socket");
  }
  CHECK(client("127.0.0.1", {}) == "127.0.0.1 socket");
  CHECK(client("127.0.0.1", {"6.6.6.6", ""}) == "127.0.0.1 socket");
}

TEST_CASE("what stands left of the client is not looked at") {
  CHECK(client("127.0.0.1", {"\x01garbage,,[, 203.0.113.9"}) == "203.0.113.9 forwarded");
}

TEST_CASE("a request's header lines are read in their order") {
  Request request;
  request.peer = "127.0.0.1";
  request.headers = {{"x-forwarded-for", "6.6.6.6"}, {"host", "x"}, {"x-forwarded-for", "203.0.113.9"}};
  CHECK(client_address(request, proxies()).ip == "203.0.113.9");
}

TEST_CASE("blocks contain what their prefix says, each in its own family") {
  const auto blocks = AddressBlocks::parse({"192.0.2.128/25", "2001:db8::/33", "198.51.100.7", "::/0"});
  REQUIRE(blocks);
  const auto contains = [&](const char* text) { return blocks->contains(*IpAddress::parse(text)); };
  CHECK(contains("192.0.2.255"));
  CHECK_FALSE(contains("192.0.2.127"));
  CHECK(contains("198.51.100.7"));
  CHECK_FALSE(contains("198.51.100.8"));
  CHECK(contains("2001:db8:7fff::1"));
  CHECK_FALSE(contains("8.8.8.8"));  // not by ::/0
  for (const std::string wrong :
       {"", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "::1/129", "host/8", "10.0.0.0/"})
    CHECK_FALSE(AddressBlocks::parse({wrong}));
}

TEST_CASE("a subscriber's network is an IPv4 address or an IPv6 /64") {
  CHECK(IpAddress::parse("203.0.113.9")->network().to_text() == "203.0.113.9");
  CHECK(IpAddress::parse("2001:db8:1:2:3:4:5:6")->network().to_text() == "2001:db8:1:2::");
}
