#include "service/http/security_text.hpp"

#include <doctest/doctest.h>

using namespace optledger;

TEST_CASE("security.txt says whom to write to, and expires half a year after any day it is read") {
  ServerConfig server;
  server.public_url = "https://newsletter.example.de";
  server.security_contact = "mailto:security@example.de";
  server.security_policy = "https://example.de/security";
  const auto text = http::security_text(server, parse_rfc3339("2026-11-25T09:30:15.250Z").value());
  CHECK(text ==
        "Contact: mailto:security@example.de\n"
        "Expires: 2027-05-24T00:00:00Z\n"
        "Preferred-Languages: de, en\n"
        "Canonical: https://newsletter.example.de/.well-known/security.txt\n"
        "Policy: https://example.de/security\n");
}

TEST_CASE("security.txt without a policy names none") {
  ServerConfig server;
  server.security_contact = "https://example.de/report";
  const auto text = http::security_text(server, parse_rfc3339("2026-11-25T00:00:00Z").value());
  CHECK(text.find("Policy") == std::string::npos);
  CHECK(text.starts_with("Contact: https://example.de/report\n"));
}
