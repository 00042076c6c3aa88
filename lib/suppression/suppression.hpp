// The rule that a person is not to be mailed, kept by fingerprint: it holds without holding the address.
#pragma once

#include "lib/base/instant.hpp"
#include "lib/person/fingerprint.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// From the weakest to the strictest.
enum class SuppressionKind {
  unsubscribed,  // ends with a confirmed signup that was asked for afterwards
  restricted,    // the person had processing restricted (Art. 18 GDPR): ends only by themselves; stands
                 // beside any other rule, always for every list
  blocked,       // an objection or complaint: ends only with an operator's stated reason; no letter goes out
};

std::string_view to_text(SuppressionKind kind);
SuppressionKind suppression_kind_from(std::string_view text);  // throws std::invalid_argument

struct Suppression {
  Fingerprint person;
  std::optional<std::string> list;  // absent: every list, also those that do not exist yet
  SuppressionKind kind = SuppressionKind::unsubscribed;
  Instant since{};
  std::optional<Instant> until;  // when the rule itself is forgotten; the others stay until they are lifted
};

// Of all rules about one person those that cover a list.
std::vector<Suppression> covering(const std::vector<Suppression>& rules, std::string_view list);

// Of all rules about one person the one of exactly this list, or with no list the one for every list; never a
// restriction, which stands beside them.
std::optional<Suppression> rule_of(const std::vector<Suppression>& rules,
                                   const std::optional<std::string>& list);

// `rules` are those of one person that cover one list. True when whoever types the address may not make us
// write to it: they are blocked, or their data may only be stored.
bool forbids_letters(const std::vector<Suppression>& rules);

bool is_blocked(const std::vector<Suppression>& rules);
bool is_restricted(const std::vector<Suppression>& rules);

// True when something asked for at `asked_at` may not make the person active or be mailed to them: no letter
// is allowed at all, or they left at that time or later. Equal times count as later: in doubt nobody is
// mailed.
bool is_suppressed(const std::vector<Suppression>& rules, Instant asked_at);

// The stricter of two rules about the same person and list: by kind, then the later one.
Suppression stricter(const Suppression& left, const Suppression& right);

}  // namespace optledger
