#include "service/flows/sync_receivers.hpp"

#include "lib/subscription/unsubscribe_link.hpp"
#include "service/flows/leave.hpp"

namespace optledger {
namespace {

std::optional<Digest> wanted_content(const ProviderStanding& standing, const SyncedList& synced) {
  if (wanted(standing) != Wanted::active) return std::nullopt;
  return hash_of(content_of(desired_of(standing, synced)));
}

ClaimedReceiver claim(const ProviderReceiver& known, Reading& reading, const SyncedList& synced) {
  ClaimedReceiver claimed{.known = known, .standing = standing_of(known.person, known.list, reading)};
  const auto wants = wanted(claimed.standing);
  std::optional<Digest> content;
  if (wants == Wanted::active) {
    claimed.desired = desired_of(claimed.standing, synced);
    content = hash_of(content_of(*claimed.desired));
  }
  claimed.step = next_step(wants, known, content);
  return claimed;
}

// Nothing has to be sent for these, or it has to be noted that something will be.
void note_claim(const ClaimedReceiver& claimed, Changes& changes) {
  auto known = claimed.known;
  switch (claimed.step) {
    case Step::none:
      known.due_at.reset();
      known.look = false;
      changes.push_back(PutReceiver{std::move(known)});
      break;
    case Step::forget:
      changes.push_back(ForgetReceiver{known.person, known.list});
      break;
    case Step::create:
      // Whoever has been deleted there is entered anew, active and under another number.
      if (known.acknowledged == Acknowledged::unknown && !known.provider_id) break;
      known.acknowledged = Acknowledged::unknown;
      known.provider_id.reset();
      changes.push_back(PutReceiver{std::move(known)});
      break;
    case Step::remove:
      // Whoever confirms anew before the answer is known must not seem to have been deleted there by others.
      if (known.acknowledged == Acknowledged::unknown) break;
      known.acknowledged = Acknowledged::unknown;
      changes.push_back(PutReceiver{std::move(known)});
      break;
    default:
      break;
  }
}

struct Settling {
  SettleFacts facts;
  const SyncedList& synced;
  Transaction& transaction;
  Instant now;

  Changes operator()(const ProviderChange& change) const {
    return settle_change(facts, change, now, fresh_digest(synced.entropy));
  }
  Changes operator()(const SeenThere& there) const {
    auto as_seen = facts;
    if (there.differs) as_seen.known.content.reset();
    return settle_look(as_seen, there.seen, there.provider_id, now);
  }
  Changes operator()(const LeftThere& left) const {
    const auto& subscription = facts.standing.subscription;
    if (subscription && !ends_consent(left.change, subscription->confirmed_at)) {
      return settle_look(facts, left.seen, left.provider_id, now);
    }
    const ForeignFacts foreign{end_facts(facts.known.person, facts.known.list, transaction), facts.known,
                               left.provider_id, left.seen, left.source};
    return settle_foreign(foreign, left.change, synced.window, now,
                          {fresh_digest(synced.entropy), fresh_digest(synced.entropy)});
  }
  Changes operator()(const NotDone& failure) const {
    return settle_failure(facts.known, now, failure.not_before);
  }
};

// As it stands now. A hint that came after the claim is still to be followed, one that the claim has followed
// is done with.
ProviderReceiver known_now(const ProviderReceiver& claimed, Reading& reading) {
  auto known = reading.receiver(claimed.person, claimed.list).value_or(claimed);
  if (known.due_at == claimed.due_at) known.look = false;
  return known;
}

}  // namespace

ProviderStanding standing_of(const Fingerprint& person, const std::string& list, Reading& reading) {
  ProviderStanding standing{.person = person,
                            .list = list,
                            .subscription = reading.subscription(person, list),
                            .consent = std::nullopt,
                            .rules = covering(reading.suppressions(person), list)};
  if (standing.subscription) standing.consent = reading.signup(standing.subscription->signup);
  return standing;
}

DesiredReceiver desired_of(const ProviderStanding& standing, const SyncedList& synced) {
  const auto& config = synced.list.cleverreach.value();
  const ReceiverTerms terms{config.source, config.name_attribute, config.unsubscribe_attribute, config.tags};
  return desired_receiver(
      standing, terms, unsubscribe_url(synced.public_url, synced.keys.token, standing.subscription.value()));
}

std::vector<ClaimedReceiver> claim_receivers(int limit, const SyncedList& synced) {
  const auto now = synced.clock.now();
  return write_to(synced.store, [&](Transaction& transaction) {
    std::vector<ClaimedReceiver> claimed;
    Changes changes;
    for (const auto& known : transaction.due_receivers(synced.list.id, now, limit)) {
      claimed.push_back(claim(known, transaction, synced));
      note_claim(claimed.back(), changes);
    }
    transaction.apply(changes);
    return claimed;
  });
}

void note_return(const ProviderReceiver& claimed, const SyncedList& synced) {
  synced.store.write([&](Transaction& transaction) {
    auto known = transaction.receiver(claimed.person, claimed.list);
    if (!known) return;
    known->look = true;
    known->our_deactivation.reset();
    transaction.apply({PutReceiver{*std::move(known)}});
  });
}

void settle_receivers(const std::vector<Settlement>& settlements, const SyncedList& synced) {
  if (settlements.empty()) return;
  const auto now = synced.clock.now();
  synced.store.write([&](Transaction& transaction) {
    for (const auto& [claimed, answered] : settlements) {
      const auto standing = standing_of(claimed.person, claimed.list, transaction);
      const Settling settling{{standing, known_now(claimed, transaction), wanted_content(standing, synced)},
                              synced,
                              transaction,
                              now};
      transaction.apply(std::visit(settling, answered));
    }
  });
}

}  // namespace optledger
