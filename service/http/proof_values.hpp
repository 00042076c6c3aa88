// What the page of a proof says, in the order and the words in which it says it: the values of
// templates/pages/proof.mustache. Nothing of the proof is left out but what says nothing, and the bytes of
// timestamps; what has no words of its own is given as JSON.
#pragma once

#include "lib/base/json.hpp"
#include "service/http/proof_ledger.hpp"

#include <string>

namespace optledger::http {

class Templates;

// `proof` as assemble_proof() makes it; `list_title` in the page's language, empty when it is not known;
// `language` one that has words.
Json proof_values(const Json& proof, const std::string& list_title, const Templates& templates,
                  const std::string& language, const ReadTimestamp& read_timestamp = stamped_by);

// The same of what is left of an erased person: templates/pages/erasure-receipt.mustache.
Json receipt_values(const Json& receipt, const std::string& list_title, const Templates& templates,
                    const std::string& language);

}  // namespace optledger::http
