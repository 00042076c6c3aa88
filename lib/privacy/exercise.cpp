#include "lib/privacy/exercise.hpp"

#include "lib/consent/proof_window.hpp"

#include <algorithm>

namespace optledger {
namespace {

// What the subscription rests on, else the latest signup that still has its address.
const Signup* evidence_of(const EndFacts& standing) {
  const Signup* found = nullptr;
  for (const auto& signup : standing.signups) {
    if (!signup.address) continue;
    found = &signup;
    if (standing.subscription && standing.subscription->signup == signup.id) break;
  }
  return found;
}

// `salts`: one for each of the standings. Who is subscribed may have to be changed at the provider too (Art.
// 19).
void record_on_each(const std::vector<EndFacts>& standings, RecordKind kind, const Json& details,
                    const Origin& origin, Instant now, const std::vector<Digest>& salts, Changes& changes) {
  for (std::size_t at = 0; at < standings.size(); ++at) {
    const auto* evidence = evidence_of(standings[at]);
    if (evidence == nullptr) continue;
    if (standings[at].subscription) {
      changes.push_back(OweReceiver{standings[at].person, standings[at].list, now});
    }
    auto marked = details;
    mark(evidence->basis, marked);
    changes.push_back(
        AppendRecord{{kind, now, evidence->address->text(), evidence->list, origin, std::move(marked)},
                     salts.at(at),
                     evidence->id});
  }
}

}  // namespace

Changes note_exercise(const Exercise& exercise, Instant now, const Id& fresh) {
  const auto& link = exercise.link;
  auto used = link.used;
  used.push_back(exercise.right);
  return {UsePrivacyLink{link.id, std::move(used)},
          InsertPrivacyRequest{{.id = fresh,
                                .right = exercise.right,
                                .person = link.person,
                                .address = std::nullopt,
                                .locale = link.locale,
                                .letter = std::nullopt,
                                .received_at = now,
                                .due_at = answer_due(now),
                                .end = RequestEnd{now, exercise.outcome, end_of({}, now)}}}};
}

Changes correct_name(const std::vector<EndFacts>& standings, const std::optional<PersonName>& name,
                     const Origin& origin, Instant now, const std::vector<Digest>& salts) {
  Changes changes;
  for (const auto& standing : standings) {
    for (const auto& signup : standing.signups) {
      if (!signup.address) continue;
      changes.push_back(SetName{signup.id, name ? std::optional(name->text()) : std::nullopt});
    }
  }
  record_on_each(standings, RecordKind::corrected, {{"fields", {"name"}}, {"method", "page"}}, origin, now,
                 salts, changes);
  return changes;
}

Changes restrict_processing(const std::vector<EndFacts>& standings, const Origin& origin, Instant now,
                            const std::vector<Digest>& salts) {
  Changes changes{Restrict{standings.at(0).person, now}};
  record_on_each(standings, RecordKind::restricted, {{"method", "page"}}, origin, now, salts, changes);
  return changes;
}

Changes lift_restriction(const std::vector<EndFacts>& standings, const Origin& origin, Instant now,
                         const std::vector<Digest>& salts) {
  Changes changes{LiftRestriction{standings.at(0).person}};
  record_on_each(standings, RecordKind::unrestricted, {{"method", "page"}, {"notified", true}}, origin, now,
                 salts, changes);
  return changes;
}

}  // namespace optledger
