#include "service/flows/exercise_rights.hpp"

#include "lib/privacy/exercise.hpp"
#include "service/flows/leave.hpp"

#include <algorithm>

namespace optledger {
namespace {

using Acted = ActResult::Outcome;

std::vector<EndFacts> standings_of(const Fingerprint& person, Reading& reading) {
  std::vector<EndFacts> standings;
  for (const auto& list : reading.lists_of(person)) standings.push_back(end_facts(person, list, reading));
  return standings;
}

std::vector<Digest> salts_for(const std::vector<EndFacts>& standings, Entropy& entropy) {
  std::vector<Digest> salts(standings.size());
  std::generate(salts.begin(), salts.end(), [&entropy] { return fresh_digest(entropy); });
  return salts;
}

// Correction, restriction and its lifting differ in their decision alone.
template <typename Decide>
ActResult change_standings(const Fingerprint& person, Decide&& decide, Transaction& transaction,
                           Entropy& entropy) {
  const auto standings = standings_of(person, transaction);
  if (standings.empty()) return {Acted::nothing};
  transaction.apply(decide(standings, salts_for(standings, entropy)));
  return {Acted::done};
}

ActResult object(const PrivacyRequest& link, const Act& act, const ProofWindow& window, Instant now,
                 Transaction& transaction, Entropy& entropy) {
  const Ending ending{SuppressionKind::blocked, "page", std::nullopt, act.origin};
  end_on_every_list(ending, link.person, window, now, transaction, entropy);
  return {Acted::done};
}

ActResult erase(const PrivacyRequest& link, const Act& act, const ProofWindow& window, Instant now,
                Transaction& transaction, Entropy& entropy) {
  const ErasureTerms terms{act.declarations, "page", act.origin, window};
  const auto erased =
      erase_on_lists(terms, link.person, transaction.lists_of(link.person), now, transaction, entropy);
  if (erased.empty()) return {Acted::nothing};
  ActResult result{Acted::done};
  for (const auto& one : erased) {
    if (one.outcome == ErasureDecision::Outcome::restricted) result.outcome = Acted::refused;
    if (one.kept_until) result.kept_until = std::max(result.kept_until.value_or(Instant{}), *one.kept_until);
  }
  return result;
}

ActResult perform(const PrivacyRequest& link, const Act& act, const ProofWindow& window, Instant now,
                  Transaction& transaction, Entropy& entropy) {
  const auto& person = link.person;
  switch (act.right) {
    case PrivacyRight::correction:
      return change_standings(
          person,
          [&](const auto& standings, const auto& salts) {
            return correct_name(standings, act.name, act.origin, now, salts);
          },
          transaction, entropy);
    case PrivacyRight::restriction:
      return change_standings(
          person,
          [&](const auto& standings, const auto& salts) {
            return restrict_processing(standings, act.origin, now, salts);
          },
          transaction, entropy);
    case PrivacyRight::lifting:
      return change_standings(
          person,
          [&](const auto& standings, const auto& salts) {
            return lift_restriction(standings, act.origin, now, salts);
          },
          transaction, entropy);
    case PrivacyRight::objection:
      return object(link, act, window, now, transaction, entropy);
    case PrivacyRight::erasure:
      return erase(link, act, window, now, transaction, entropy);
    case PrivacyRight::access:
      break;
  }
  return {Acted::nothing};
}

}  // namespace

std::optional<PrivacyRequest> look_at_privacy_link(const Token& token, Store& store, Clock& clock) {
  const auto now = clock.now();
  auto request = read_from(store, [&](Reading& reading) { return reading.privacy_request(token.nonce()); });
  return link_state(request, now) == PrivacyLink::open ? std::move(request) : std::nullopt;
}

ActResult exercise_right(const Token& token, const Act& act, const ProofWindow& window, Store& store,
                         Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  const auto fresh = fresh_id(now, entropy);
  return write_to(store, [&](Transaction& transaction) {
    const auto link = transaction.privacy_request(token.nonce());
    if (link_state(link, now) != PrivacyLink::open) return ActResult{Acted::over};
    if (was_used_for(*link, act.right)) return ActResult{Acted::repeated};
    const auto result = perform(*link, act, window, now, transaction, entropy);
    if (result.outcome == Acted::nothing) return result;
    const auto end = result.outcome == Acted::refused ? RequestOutcome::refused : RequestOutcome::done;
    transaction.apply(note_exercise({*link, act.right, end}, now, fresh));
    return result;
  });
}

}  // namespace optledger
