// Where somebody who has found a hole reports it: RFC 9116's /.well-known/security.txt.
#pragma once

#include "lib/base/instant.hpp"
#include "service/config/config.hpp"

#include <string>

namespace optledger::http {

inline constexpr const char* security_text_path = "/.well-known/security.txt";

// `server.security_contact` is there. Expires half a year after the day it is asked for, so it never gets
// stale while the service runs; the RFC wants less than a year.
std::string security_text(const ServerConfig& server, Instant now);

}  // namespace optledger::http
