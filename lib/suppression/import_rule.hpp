// A rule from the system that was used before. It never weakens or shortens what is known, and it ends the
// subscription of whoever left there after they had asked for it here, or is only permitted here.
#pragma once

#include "lib/consent/proof_window.hpp"
#include "lib/subscription/end_subscription.hpp"
#include "lib/suppression/suppression_row.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

// What holds for a whole file.
struct ImportTerms {
  std::optional<std::string> list;                       // for rows that name none; absent: every list
  SuppressionKind kind = SuppressionKind::unsubscribed;  // for rows that say none
  std::vector<std::string> known_lists;
  FingerprintKey key;
  ProofWindow window;
  // The file's last change, not ahead of `now`: nobody in it can have left later, and a second run of the
  // same file reads the same.
  Instant changed_at{};
  Instant now{};
};

// The rule that a row means. Without `since` it holds since the file's last change; a date alone means the
// end of that day in UTC, since in doubt nobody is mailed and a period of days ends with its day (§ 188 BGB).
// The error is one sentence for the operator and repeats nothing of the row.
tl::expected<Suppression, std::string> imported_rule(const SuppressionRow& row, const ImportTerms& terms);

struct ImportFacts {
  std::optional<Suppression> known;  // of the same person and exactly the same list
  std::vector<EndFacts> standings;   // of every list that the rule covers and the person was subscribed to
};

struct ImportDecision {
  enum class Outcome {
    kept,       // a new rule, or stricter than the known one
    known,      // the known one is as strict or stricter
    over,       // its window has ended already: it would be forgotten at once
    overtaken,  // on exactly this list the person has come back since
  };
  Outcome outcome;
  int ended = 0;  // subscriptions that were in force until now
  Changes changes;
};

// `salts`: one for each of the standings. What ends here is recorded with the time at which it became known.
ImportDecision import_rule(const Suppression& rule, const ImportFacts& facts, const ProofWindow& window,
                           Instant now, const std::vector<Digest>& salts);

// A rule of our own that a database copied back from before it does not know. What ends here ended when the
// person left, and the proof window counts from then. Never `over`: a wrong clock must not bring anybody
// back.
ImportDecision reapply_rule(const Suppression& rule, const ImportFacts& facts, const ProofWindow& window,
                            Instant now, const std::vector<Digest>& salts);

}  // namespace optledger
