#include "service/flows/compare_receivers.hpp"

namespace optledger {
namespace {

std::optional<Fingerprint> person_of(const std::string& address, const SyncedList& synced) {
  const auto parsed = EmailAddress::parse(address);
  if (!parsed) return std::nullopt;
  return fingerprint_of(*parsed, synced.keys.fingerprint);
}

// One receiver: what there is to settle, if anything.
class Comparing {
 public:
  Comparing(const std::string& source, const SyncedList& synced, Reading& reading)
      : source_(source), synced_(synced), reading_(reading) {}

  std::optional<Settlement> settlement(const Receiver& theirs, const Fingerprint& person,
                                       Compared& compared) {
    const auto standing = standing_of(person, synced_.list.id, reading_);
    auto known = known_or_new(person, synced_.list.id, reading_);
    const auto seen = theirs.active ? Acknowledged::active : Acknowledged::inactive;
    switch (wanted(standing)) {
      case Wanted::active:
        return of_wanted(theirs, standing, std::move(known), seen, compared);
      case Wanted::inactive:
        if (!theirs.active) return std::nullopt;
        break;
      case Wanted::absent:
        if (!reading_.receiver(person, synced_.list.id)) {
          if (theirs.active) compared.unknown_active.push_back(theirs.id);
          return std::nullopt;
        }
        break;
    }
    if (known.acknowledged == seen && known.due_at) return std::nullopt;
    ++compared.owed;
    return Settlement{std::move(known), SeenThere{seen, theirs.id}};
  }

 private:
  std::optional<Settlement> of_wanted(const Receiver& theirs, const ProviderStanding& standing,
                                      ProviderReceiver known, Acknowledged seen, Compared& compared) {
    const auto verdict = judge(standing, known, theirs);
    if (verdict.kind == Verdict::Kind::foreign) {
      ++compared.foreign;
      return Settlement{std::move(known), LeftThere{*verdict.foreign, theirs.id, seen, source_}};
    }
    if (verdict.kind == Verdict::Kind::as_wanted && known.acknowledged == Acknowledged::active &&
        !has_our_facts(theirs, desired_of(standing, synced_))) {
      ++compared.owed;
      return Settlement{std::move(known), SeenThere{seen, theirs.id, true}};
    }
    return std::nullopt;
  }

  const std::string& source_;
  const SyncedList& synced_;
  Reading& reading_;
};

}  // namespace

ProviderReceiver known_or_new(const Fingerprint& person, const std::string& list, Reading& reading) {
  if (auto known = reading.receiver(person, list)) return std::move(*known);
  ProviderReceiver fresh;
  fresh.list = list;
  fresh.person = person;
  return fresh;
}

Compared compare_receivers(const std::vector<Receiver>& page, const std::string& source,
                           const SyncedList& synced) {
  Compared compared;
  std::vector<Settlement> settlements;
  synced.store.read([&](Reading& reading) {
    Comparing comparing(source, synced, reading);
    for (const auto& theirs : page) {
      const auto person = person_of(theirs.email, synced);
      if (!person) continue;
      compared.persons.push_back(*person);
      if (auto settlement = comparing.settlement(theirs, *person, compared)) {
        settlements.push_back(std::move(*settlement));
      }
    }
  });
  settle_receivers(settlements, synced);
  return compared;
}

int note_blacklisted(const std::vector<std::string>& addresses, const SyncedList& synced) {
  std::vector<Settlement> settlements;
  synced.store.read([&](Reading& reading) {
    for (const auto& address : addresses) {
      const auto person = person_of(address, synced);
      if (!person) continue;
      if (wanted(standing_of(*person, synced.list.id, reading)) != Wanted::active) continue;
      auto known = known_or_new(*person, synced.list.id, reading);
      const auto seen =
          known.acknowledged == Acknowledged::never ? Acknowledged::never : Acknowledged::active;
      settlements.push_back(
          {std::move(known), LeftThere{{ForeignChange::What::blacklisted, {}}, std::nullopt, seen, "full"}});
    }
  });
  settle_receivers(settlements, synced);
  return static_cast<int>(settlements.size());
}

std::vector<ClaimedReceiver> not_seen(const std::set<Digest>& seen, std::optional<Fingerprint>& last,
                                      int limit, const SyncedList& synced) {
  return read_from(synced.store, [&](Reading& reading) {
    std::vector<ClaimedReceiver> missing;
    const auto page = reading.receivers(synced.list.id, last.value_or(Fingerprint{}), limit);
    for (const auto& known : page) {
      if (known.acknowledged != Acknowledged::active || seen.contains(known.person.bytes)) continue;
      ClaimedReceiver claimed{
          .step = Step::look, .known = known, .standing = standing_of(known.person, known.list, reading)};
      if (wanted(claimed.standing) == Wanted::active) claimed.desired = desired_of(claimed.standing, synced);
      missing.push_back(std::move(claimed));
    }
    last = page.empty() ? std::nullopt : std::optional(page.back().person);
    return missing;
  });
}

}  // namespace optledger
