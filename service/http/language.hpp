// Which of the languages we have a person gets to read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

// The first that applies: `locale` ("de-AT", "de_AT", "DE"), the best match of an Accept-Language header
// (RFC 9110, 12.5.4, by RFC 4647 look-up: "de-AT" matches "de"), `fallback`. Malformed parts count as absent.
// `available` are lower-case names such as "de"; the answer is one of them, or `fallback`.
std::string choose_language(const std::vector<std::string>& available, std::string_view locale,
                            std::string_view accept_language, std::string_view fallback);

}  // namespace optledger::http
