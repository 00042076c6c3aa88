// Where a webhook may not go, whoever names it.
#include "lib/base/public_address.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <string>

using namespace optledger;

namespace {

bool is_public(const std::string& text) {
  const bool is_v6 = text.find(':') != std::string::npos;
  std::string octets(is_v6 ? 16 : 4, '\0');
  REQUIRE(inet_pton(is_v6 ? AF_INET6 : AF_INET, text.c_str(), octets.data()) == 1);
  return is_public_address(octets);
}

}  // namespace

TEST_CASE("addresses of the public internet are public, up to the edges of what is not") {
  for (const std::string address : {"1.1.1.1",         "9.255.255.255",        "11.0.0.0",
                                    "100.63.255.255",  "100.128.0.0",          "126.255.255.255",
                                    "128.0.0.0",       "169.253.255.255",      "169.255.0.0",
                                    "172.15.255.255",  "172.32.0.0",           "192.167.255.255",
                                    "192.169.0.0",     "198.17.255.255",       "198.20.0.0",
                                    "223.255.255.255", "2001:4860:4860::8888", "2a00:1450::1",
                                    "3fff:1000::1",    "::ffff:1.1.1.1",       "64:ff9b::1.1.1.1"}) {
    CHECK_MESSAGE(is_public(address), address);
  }
}

TEST_CASE("this machine, its networks, metadata services and made-up addresses are not public") {
  for (const std::string address : {"0.0.0.0",
                                    "0.1.2.3",
                                    "10.0.0.1",
                                    "10.255.255.255",
                                    "100.64.0.1",
                                    "127.0.0.1",
                                    "127.255.255.255",
                                    "169.254.169.254",
                                    "172.16.0.1",
                                    "172.31.255.255",
                                    "192.0.0.1",
                                    "192.0.2.1",
                                    "192.168.0.1",
                                    "198.18.0.1",
                                    "198.51.100.1",
                                    "203.0.113.1",
                                    "224.0.0.1",
                                    "239.255.255.255",
                                    "240.0.0.1",
                                    "255.255.255.255",
                                    "::",
                                    "::1",
                                    "fe80::1",
                                    "fc00::1",
                                    "fd00:ec2::254",
                                    "ff02::1",
                                    "2001:db8::1",
                                    "2001::1",
                                    "2002:7f00:1::",
                                    "3fff::1",
                                    "::ffff:127.0.0.1",
                                    "::ffff:169.254.169.254",
                                    "64:ff9b::10.0.0.1",
                                    "::127.0.0.1",
                                    "64:ff9b:1::1",
                                    "100::1"}) {
    CHECK_MESSAGE(!is_public(address), address);
  }
  CHECK_FALSE(is_public_address(""));
  CHECK_FALSE(is_public_address("12345"));
}
