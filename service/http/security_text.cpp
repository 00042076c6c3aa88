#include "service/http/security_text.hpp"

#include <fmt/format.h>

namespace optledger::http {

std::string security_text(const ServerConfig& server, Instant now) {
  // Seconds are all that RFC 3339 needs; the same text all day, for caches.
  const auto expires = to_rfc3339(std::chrono::floor<std::chrono::days>(now) + std::chrono::days{180});
  auto text =
      fmt::format("Contact: {}\nExpires: {}Z\nPreferred-Languages: de, en\nCanonical: {}{}\n",
                  server.security_contact, expires.substr(0, 19), server.public_url, security_text_path);
  if (!server.security_policy.empty()) text += fmt::format("Policy: {}\n", server.security_policy);
  return text;
}

}  // namespace optledger::http
