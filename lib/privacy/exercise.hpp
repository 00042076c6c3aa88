// What a person does with the link to their data. Each decision takes the standing on every list; the record
// of it belongs to the evidence of each list it concerns. Objection and erasure have decisions of their own:
// end_subscription() and erase().
#pragma once

#include "lib/change.hpp"
#include "lib/consent/origin.hpp"
#include "lib/person/person_name.hpp"
#include "lib/subscription/end_subscription.hpp"

#include <optional>
#include <vector>

namespace optledger {

// The link is used up for this right, and the request stands in the officer's list as handled.
struct Exercise {
  PrivacyRequest link;
  PrivacyRight right;
  RequestOutcome outcome = RequestOutcome::done;
};
Changes note_exercise(const Exercise& exercise, Instant now, const Id& fresh);

// Art. 16. Without a name it is removed, since none is needed. A changed address is a new signup: consent was
// proven for the old one only (T2.14).
Changes correct_name(const std::vector<EndFacts>& standings, const std::optional<PersonName>& name,
                     const Origin& origin, Instant now, const std::vector<Digest>& salts);

// Art. 18: from now on the data is stored and nothing else.
Changes restrict_processing(const std::vector<EndFacts>& standings, const Origin& origin, Instant now,
                            const std::vector<Digest>& salts);

// Only after the person has been told what follows (Art. 18(3)): the page says it beside the button, and the
// record says that it did.
Changes lift_restriction(const std::vector<EndFacts>& standings, const Origin& origin, Instant now,
                         const std::vector<Digest>& salts);

}  // namespace optledger
