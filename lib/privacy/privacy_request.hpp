// What a person asked for by law (Chapter III GDPR), and until when they must have an answer. A request for
// access is also the link that answers it: with that link the person exercises the other rights.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/person/email_address.hpp"
#include "lib/person/fingerprint.hpp"
#include "lib/signup/signup.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

enum class PrivacyRight {
  access,       // Art. 15 and 20
  correction,   // Art. 16
  restriction,  // Art. 18
  lifting,      // of a restriction, by the person
  objection,    // Art. 21
  erasure,      // Art. 17
};

std::string_view to_text(PrivacyRight right);
std::optional<PrivacyRight> privacy_right_from(std::string_view text);

enum class RequestOutcome {
  answered,  // by letter
  done,      // by the person themselves, on their page
  refused,   // an erasure without the declaration: restricted instead, with the reasons
  erased,    // went with everything else about the person
  closed,    // by an officer
};

std::string_view to_text(RequestOutcome outcome);
std::optional<RequestOutcome> request_outcome_from(std::string_view text);

struct RequestEnd {
  Instant at{};
  RequestOutcome outcome;
  Instant kept_until{};  // as long as the handling itself can be asked about
};

struct PrivacyRequest {
  Id id{};  // also the nonce of its link's token
  PrivacyRight right;
  Fingerprint person;
  std::optional<EmailAddress> address;  // while an answer is owed or the link lives
  std::string locale;
  std::optional<LetterBasis> letter;  // of the answer; absent when an officer has to give it
  Instant received_at{};
  Instant due_at{};
  std::optional<Instant> link_until = {};  // absent: the answer has no link, because nothing is held
  std::vector<PrivacyRight> used = {};     // for what the link has been used: for each right once
  std::optional<RequestEnd> end = {};      // absent: open
};

// One calendar month (Art. 12(3)); a day that the next month lacks becomes its last one.
Instant answer_due(Instant received_at);

enum class PrivacyLink { open, over };

// GET shows, POST acts on an open link only.
PrivacyLink link_state(const std::optional<PrivacyRequest>& request, Instant now);

bool was_used_for(const PrivacyRequest& request, PrivacyRight right);

}  // namespace optledger
