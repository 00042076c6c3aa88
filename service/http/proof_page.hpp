// The printable form of a proof: one HTML file that needs no network, no script and no second file, so that a
// court can read it and a program can read the very same JSON back out of it (interface.md, 5; T1.1 to T1.4).
#pragma once

#include "lib/base/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace optledger {
struct ListConfig;
}

namespace optledger::http {

class Pages;

// `proof` as assemble_proof() makes it. `list`: what the configuration says today about the list it is about,
// for a title that the JSON has no member for; null when the list is not configured any more. `language`: of
// the page; without one, the language the person signed up in (details.locale of the latest
// signup_requested), German for a permission alone. A language that has no words is shown in English.
std::string proof_page(const Json& proof, const ListConfig* list, const Pages& pages,
                       const std::optional<std::string>& language = std::nullopt);

// The Content-Security-Policy to serve the page with: nothing is allowed but its own inline style, by its
// hash.
std::string proof_page_policy(std::string_view html);

}  // namespace optledger::http
