// A proof travels as its JSON, or inside an HTML page: one script element that holds the very same bytes, or
// attached to a PDF, so that a person reads the page and a program the evidence.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace optledger {

// Of the JSON's bytes: `<script type="application/json" id="optledger-proof">…</script>`. "<" is written as
// an escape, so the element ends nowhere but at its end; a JSON reader gets back the same text.
std::string embedded_proof(std::string_view json);

struct CarriedProof {
  std::string json;
  bool in_page = false;  // around it stands what is not part of the proof
};

// What a file claims to be a proof, sound or not; the error says in one sentence that it does not even claim
// that: it is neither JSON nor a page with the one script element nor a PDF with the one
// attachment.
tl::expected<CarriedProof, std::string> proof_carried_by(std::string_view bytes);

}  // namespace optledger
