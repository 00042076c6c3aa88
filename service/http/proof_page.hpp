// The printable forms of a proof, with the very same facts in both. HTML: one file that needs no network, no
// script and no second file, so that a court can read it and a program can read the very same JSON back out
// of it (interface.md, 5; T1.1 to T1.4). PDF: the same on sheets of A4, with the JSON attached.
#pragma once

#include "lib/base/json.hpp"
#include "service/http/proof_ledger.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace optledger {
struct ListConfig;
}

namespace optledger::http {

class Pages;

struct PrintedProof {
  // What the configuration says today about the list it is about, for a title that the JSON has no member
  // for; null when the list is not configured any more.
  const ListConfig* list = nullptr;
  // Without one, the language the person signed up in (details.locale of the latest signup_requested), German
  // for a permission alone, that of the declaration for a receipt. A language that has no words is shown in
  // English.
  std::optional<std::string> language = std::nullopt;
  ReadTimestamp read_timestamp = stamped_by;
};

// `proof` as assemble_proof() makes it, or the receipt that is left of an erased person.
std::string proof_page(const Json& proof, const PrintedProof& printed, const Pages& pages);

// The file's attachment, "optledger-proof.json", is the proof in its canonical form.
std::string proof_pdf(const Json& proof, const PrintedProof& printed, const Pages& pages);

// The Content-Security-Policy to serve the page with: nothing is allowed but its own inline style, by its
// hash.
std::string proof_page_policy(std::string_view html);

}  // namespace optledger::http
