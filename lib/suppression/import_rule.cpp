#include "lib/suppression/import_rule.hpp"

#include "lib/subscription/in_force.hpp"

#include <algorithm>

namespace optledger {
namespace {

using Refused = tl::unexpected<std::string>;

tl::expected<Fingerprint, std::string> person_of(const SuppressionRow& row, const FingerprintKey& key) {
  if (row.email.empty() == row.fingerprint.empty()) {
    return Refused(row.email.empty() ? "neither email nor fingerprint" : "both email and fingerprint");
  }
  if (row.email.empty()) {
    const auto bytes = digest_from_hex(row.fingerprint);
    if (!bytes) return Refused("fingerprint is not 64 lower-case hexadecimal digits");
    return Fingerprint{*bytes};
  }
  const auto address = EmailAddress::parse(row.email);
  if (!address) return Refused("not an e-mail address: " + address.error());
  return fingerprint_of(*address, key);
}

tl::expected<std::optional<std::string>, std::string> list_of(const SuppressionRow& row,
                                                              const ImportTerms& terms) {
  if (row.list.empty()) return terms.list;
  const auto& known = terms.known_lists;
  if (std::find(known.begin(), known.end(), row.list) == known.end()) {
    return Refused("list is not one of the configuration");
  }
  return row.list;
}

tl::expected<SuppressionKind, std::string> kind_of(const SuppressionRow& row, const ImportTerms& terms) {
  if (row.kind.empty()) return terms.kind;
  for (const auto kind : {SuppressionKind::unsubscribed, SuppressionKind::blocked}) {
    if (row.kind == to_text(kind)) return kind;
  }
  return Refused("kind is neither unsubscribed nor blocked");
}

tl::expected<Instant, std::string> since_of(const SuppressionRow& row, const ImportTerms& terms) {
  constexpr std::size_t date_alone = std::string_view("2026-11-23").size();
  if (row.since.empty()) return terms.changed_at;
  const bool is_date = row.since.size() == date_alone;
  const auto stated = parse_rfc3339(is_date ? row.since + "T00:00:00Z" : row.since);
  if (!stated)
    return Refused("since must be a date like 2026-11-23, or with a time like 2026-11-23T19:09:29Z");
  if (*stated > terms.now) return Refused("since is in the future");
  if (*stated < Instant{}) return Refused("since is before 1970");
  if (!is_date) return *stated;
  return std::clamp(terms.changed_at, *stated, *stated + std::chrono::days{1} - Duration{1});
}

bool is_same(const Suppression& left, const Suppression& right) {
  return left.kind == right.kind && left.since == right.since && left.until == right.until;
}

bool is_overtaken_by(const EndFacts& standing, const Suppression& rule) {
  const auto rests_on =
      std::find_if(standing.signups.begin(), standing.signups.end(),
                   [&](const Signup& signup) { return signup.id == standing.subscription->signup; });
  return rests_on != standing.signups.end() && overtakes(*rests_on, rule);
}

// By time alone, whatever it rests on.
bool is_older(const EndFacts& standing, const Suppression& rule) {
  const auto rests_on =
      std::find_if(standing.signups.begin(), standing.signups.end(),
                   [&](const Signup& signup) { return signup.id == standing.subscription->signup; });
  return rests_on == standing.signups.end() || rests_on->requested_at <= rule.since;
}

bool is_ended_by(const Suppression& rule, const EndFacts& standing) {
  const auto state = standing.subscription->state;
  if (rule.kind == SuppressionKind::blocked) return state != SubscriptionState::blocked;
  return state == SubscriptionState::confirmed && !is_overtaken_by(standing, rule);
}

bool is_overtaken(const Suppression& rule, const ImportFacts& facts) {
  return rule.list && rule.kind == SuppressionKind::unsubscribed &&
         std::any_of(facts.standings.begin(), facts.standings.end(), [&](const EndFacts& standing) {
           return standing.subscription->state == SubscriptionState::confirmed &&
                  is_overtaken_by(standing, rule);
         });
}

// With nothing about the endings in it.
ImportDecision decide(const Suppression& rule, const ImportFacts& facts) {
  using Outcome = ImportDecision::Outcome;
  if (is_overtaken(rule, facts)) return {Outcome::overtaken, 0, {}};
  const auto strictest = facts.known ? stricter(*facts.known, rule) : rule;
  if (facts.known && is_same(*facts.known, strictest)) return {Outcome::known, 0, {}};
  return {Outcome::kept, 0, {Suppress{strictest}}};
}

// What is left of the decision when a subscription has ended by the rule: of this list alone, the ending puts
// down the rule.
void add_ending(const EndDecision& end, const Suppression& rule, const EndFacts& standing,
                ImportDecision& decision) {
  if (rule.list) decision = {ImportDecision::Outcome::kept, decision.ended, {}};
  decision.changes.insert(decision.changes.end(), end.changes.begin(), end.changes.end());
  if (standing.subscription->state == SubscriptionState::confirmed) ++decision.ended;
}

}  // namespace

tl::expected<Suppression, std::string> imported_rule(const SuppressionRow& row, const ImportTerms& terms) {
  const auto person = person_of(row, terms.key);
  if (!person) return Refused(person.error());
  const auto list = list_of(row, terms);
  if (!list) return Refused(list.error());
  const auto kind = kind_of(row, terms);
  if (!kind) return Refused(kind.error());
  const auto since = since_of(row, terms);
  if (!since) return Refused(since.error());
  Suppression rule{*person, *list, *kind, *since, std::nullopt};
  if (rule.kind == SuppressionKind::unsubscribed) rule.until = end_of(terms.window, rule.since);
  if (row.since.empty() && rule.until && *rule.until <= terms.now) {
    return Refused("no since, and the file's last change is too long ago to stand for it");
  }
  return rule;
}

ImportDecision import_rule(const Suppression& rule, const ImportFacts& facts, const ProofWindow& window,
                           Instant now, const std::vector<Digest>& salts) {
  auto decision = decide(rule, facts);
  const bool is_over = rule.until && *rule.until <= now;
  if (is_over && decision.outcome != ImportDecision::Outcome::overtaken) {
    decision = {ImportDecision::Outcome::over, 0, {}};
  }
  const Ending ending{rule.kind, "import", std::nullopt, {}};
  for (std::size_t i = 0; i < facts.standings.size(); ++i) {
    const auto& standing = facts.standings[i];
    if (!is_ended_by(rule, standing)) continue;
    // Since now: stricter than the imported rule.
    add_ending(end_subscription(ending, standing, window, now, salts.at(i)), rule, standing, decision);
  }
  return decision;
}

ImportDecision reapply_rule(const Suppression& rule, const ImportFacts& facts, const ProofWindow& window,
                            Instant now, const std::vector<Digest>& salts) {
  auto decision = decide(rule, facts);
  const Ending ending{rule.kind, "restore", std::nullopt, {}};
  for (std::size_t i = 0; i < facts.standings.size(); ++i) {
    const auto& standing = facts.standings[i];
    if (!is_ended_by(rule, standing)) continue;
    // A consent that is younger than a block cannot have ended before it was given.
    const auto left_at = is_older(standing, rule) ? rule.since : now;
    add_ending(end_subscription(ending, standing, window, left_at, salts.at(i)), rule, standing, decision);
    // With the end that the rule has, which a shorter window must not cut.
    if (rule.list) decision.changes.push_back(Suppress{facts.known ? stricter(*facts.known, rule) : rule});
  }
  return decision;
}

}  // namespace optledger
