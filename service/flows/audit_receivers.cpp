#include "service/flows/audit_receivers.hpp"

#include <algorithm>

namespace optledger {
namespace {

using What = Difference::What;

std::optional<What> difference(const Receiver& theirs, const ProviderStanding& standing,
                               const SyncedList& synced) {
  switch (wanted(standing)) {
    case Wanted::absent:
      return theirs.active ? std::optional(What::active_without_consent) : std::nullopt;
    case Wanted::inactive:
      return theirs.active ? std::optional(What::active_but_left) : std::nullopt;
    case Wanted::active:
      break;
  }
  if (!theirs.active) return What::inactive;
  return has_our_facts(theirs, desired_of(standing, synced)) ? std::nullopt
                                                             : std::optional(What::facts_differ);
}

bool is_owed(const Fingerprint& person, const std::string& list, Reading& reading) {
  const auto known = reading.receiver(person, list);
  return known && known->due_at;
}

}  // namespace

std::string_view to_text(Difference::What what) {
  switch (what) {
    case What::active_without_consent:
      return "active_without_consent";
    case What::active_but_left:
      return "active_but_left";
    case What::inactive:
      return "inactive";
    case What::missing:
      return "missing";
    case What::facts_differ:
      return "facts_differ";
  }
  return {};
}

std::vector<Difference> audit_page(const std::vector<Receiver>& page, std::set<Digest>& seen,
                                   const SyncedList& synced) {
  return read_from(synced.store, [&](Reading& reading) {
    std::vector<Difference> differences;
    for (const auto& theirs : page) {
      const auto address = EmailAddress::parse(theirs.email);
      if (!address) {
        if (theirs.active) {
          differences.push_back({What::active_without_consent, theirs.email, theirs.id, false});
        }
        continue;
      }
      const auto person = fingerprint_of(*address, synced.keys.fingerprint);
      seen.insert(person.bytes);
      const auto found = difference(theirs, standing_of(person, synced.list.id, reading), synced);
      if (!found) continue;
      differences.push_back({*found, theirs.email, theirs.id, is_owed(person, synced.list.id, reading)});
    }
    return differences;
  });
}

std::vector<Difference> audit_unseen(const std::set<Digest>& seen, std::optional<Fingerprint>& last,
                                     int limit, const SyncedList& synced) {
  return read_from(synced.store, [&](Reading& reading) {
    std::vector<Difference> differences;
    const auto page = reading.receivers(synced.list.id, last.value_or(Fingerprint{}), limit);
    for (const auto& known : page) {
      if (seen.contains(known.person.bytes)) continue;
      const auto standing = standing_of(known.person, known.list, reading);
      if (wanted(standing) != Wanted::active) continue;
      differences.push_back({What::missing, standing.consent->address->text(), known.provider_id.value_or(""),
                             known.due_at.has_value()});
    }
    last = page.empty() ? std::nullopt : std::optional(page.back().person);
    return differences;
  });
}

}  // namespace optledger
