// One question to a timestamp authority over HTTP (RFC 3161, 3.4), its answer checked before anybody sees it.
#pragma once

#include "service/anchors/timestamp.hpp"
#include "service/net/http_client.hpp"
#include "service/world/clock.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace optledger {

// For the client that asks: an authority that takes longer, or says more, is one that failed.
inline constexpr HttpLimits authority_limits{
    .connect = std::chrono::seconds{10}, .exchange = std::chrono::seconds{30}, .answer = longest_timestamp};

// The certificates that an authority's own has to lead to, as PEM; no file: those that everybody on this
// machine trusts. Empty when there is nothing to read, which trusts nobody.
std::string authorities_in(const std::optional<std::filesystem::path>& ca_file);

// The error is one line that says what went wrong; nothing of such an answer is to be kept.
tl::expected<ReceivedTimestamp, std::string> ask_timestamp(HttpClient& http, const std::string& url,
                                                           std::string_view message, std::string_view ca_pem,
                                                           Clock& clock, Entropy& entropy);

}  // namespace optledger
