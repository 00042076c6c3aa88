// Letters that are owed: claimed with a lease in one transaction, sent by a worker, their fate recorded in
// another.
#pragma once

#include "lib/base/token.hpp"
#include "lib/letters/letter.hpp"
#include "lib/letters/letter_result.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <variant>
#include <vector>

namespace optledger {

struct ClaimedLetter {
  std::variant<Signup, PrivacyRequest> about;
  int attempts = 0;
  std::string message;  // the bytes to send
  std::string token;    // its secret: never to be recorded; empty: it has none
  SentLetter evidence;  // its envelope, and what a record may say about it: the token masked
};

// At most `limit` letters, each leased until now + `lease`; letters of dead signups are dropped on the way.
std::vector<ClaimedLetter> claim_letters(int limit, Duration lease, const TokenKeys& keys, Store& store,
                                         Clock& clock);

void record_letter(const ClaimedLetter& letter, DeliveryOutcome outcome, const std::string& reply,
                   const LetterPolicy& policy, Store& store, Clock& clock, Entropy& entropy);

// The letter of a signup as evidence shows it, byte for byte as it was sent but for the masked token.
Letter masked_letter(const Signup& signup, std::string_view template_text, std::string_view facts_text);

}  // namespace optledger
