// A signed checkpoint sent to whoever keeps a copy of it.
#pragma once

#include "service/net/http_client.hpp"

#include <tl/expected.hpp>

#include <string>

namespace optledger {

inline constexpr HttpLimits push_limits{.connect = std::chrono::seconds{10},
                                        .exchange = std::chrono::seconds{20},
                                        .answer = std::size_t{64} << 10};

// POST, text/plain. Any 2xx is success; else one line about why not.
tl::expected<void, std::string> push_checkpoint(HttpClient& http, const std::string& url,
                                                const std::string& note);

}  // namespace optledger
