#include "service/workers/list_sync.hpp"

#include <algorithm>
#include <map>

namespace optledger {
namespace {

using Step = optledger::Step;
using Sent = ProviderChange::What;

// The provider's clock and ours differ, and its filter may exclude its bounds.
constexpr Duration overlap = std::chrono::hours{1};
constexpr int page_size = 1000;
constexpr int looks_at_once = 100;

std::string polled_key(const std::string& list) { return "provider_polled:" + list; }
std::string attributes_key(const std::string& list) { return "provider_attributes:" + list; }

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text.append(text.empty() ? "" : ",").append(name);
  return text;
}

}  // namespace

SyncReport& SyncReport::operator+=(const SyncReport& more) {
  pushed += more.pushed;
  deactivated += more.deactivated;
  deleted += more.deleted;
  foreign += more.foreign;
  refused += more.refused;
  unknown_active += more.unknown_active;
  pending += more.pending;
  calls += more.calls;
  return *this;
}

void SyncReport::count(const Answered& answered) {
  foreign += std::holds_alternative<LeftThere>(answered) ? 1 : 0;
  const auto* failure = std::get_if<NotDone>(&answered);
  refused += failure && failure->not_before ? 1 : 0;
  const auto* change = std::get_if<ProviderChange>(&answered);
  if (!change) return;
  switch (change->what) {
    case Sent::created:
    case Sent::updated:
    case Sent::reactivated:
      ++pushed;
      break;
    case Sent::deactivated:
      ++deactivated;
      break;
    case Sent::deleted:
      deleted += change->answer == was_deleted ? 1 : 0;
      break;
  }
}

ListSync::ListSync(const SyncedList& synced, Provider& provider, std::stop_token stop,
                   std::function<void(std::int64_t)> progress)
    : synced_(synced),
      provider_(provider),
      calls_(synced, provider),
      stop_(std::move(stop)),
      progress_(std::move(progress)),
      calls_before_(provider.calls()) {}

const SyncReport& ListSync::report() {
  report_.pending = read_from(
      synced_.store, [this](Reading& reading) { return reading.count_owed_receivers(synced_.list.id); });
  report_.calls = provider_.calls() - calls_before_;
  return report_;
}

// --- what changed there ---

void ListSync::note(const Compared& compared) {
  report_.foreign += compared.foreign;
  report_.unknown_active += static_cast<int>(compared.unknown_active.size());
}

void ListSync::poll(ReceiverTime which, Instant from, Instant until) {
  for (int page = 0; !stop_.stop_requested(); ++page) {
    const auto theirs = provider_.receivers_at(which, from, until, page, page_size);
    if (theirs.empty()) return;
    note(compare_receivers(theirs, "poll", synced_));
    if (theirs.size() < static_cast<std::size_t>(page_size)) return;
  }
}

void ListSync::poll() {
  const auto now = synced_.clock.now();
  const auto key = polled_key(synced_.list.id);
  const auto last = read_from(synced_.store, [&](Reading& reading) { return reading.meta(key); });
  const auto from = last ? parse_rfc3339(*last).value() - overlap : Instant{};
  poll(ReceiverTime::deactivated, from, now + overlap);
  poll(ReceiverTime::bounced, from, now + overlap);
  if (stop_.stop_requested()) return;
  synced_.store.write([&](Transaction& transaction) { transaction.put_meta(key, to_rfc3339(now)); });
}

void ListSync::compare() {
  std::set<Digest> seen;
  for (int page = 0; !stop_.stop_requested(); ++page) {
    const auto theirs = provider_.receivers(ReceiverKind::all, page, page_size);
    if (theirs.empty()) break;
    const auto compared = compare_receivers(theirs, "full", synced_);
    note(compared);
    for (const auto& person : compared.persons) seen.insert(person.bytes);
    done_ += static_cast<std::int64_t>(theirs.size());
    if (progress_) progress_(done_);
  }
  if (stop_.stop_requested()) return;
  look_at_unseen(seen);
  compare_blacklist();
}

void ListSync::look_at_unseen(const std::set<Digest>& seen) {
  std::optional<Fingerprint> last;
  do {
    std::vector<Settlement> settlements;
    for (const auto& claimed : not_seen(seen, last, looks_at_once, synced_)) {
      if (stop_.stop_requested()) break;
      take(claimed, calls_.look(claimed, "full"), settlements);
    }
    settle_receivers(settlements, synced_);
  } while (last && !stop_.stop_requested());
}

void ListSync::compare_blacklist() {
  std::vector<std::string> addresses;
  for (auto& row : provider_.blacklist()) addresses.push_back(std::move(row.text));
  report_.foreign += note_blacklisted(addresses, synced_);
}

// --- what is owed ---

std::vector<std::string> ListSync::wanted_attributes() const {
  const auto& config = synced_.list.cleverreach.value();
  std::vector<std::string> names;
  for (const auto& name : {config.name_attribute, config.unsubscribe_attribute}) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

std::vector<std::string> ListSync::make_attributes() {
  const auto names = wanted_attributes();
  const auto there = provider_.attributes();
  std::vector<std::string> made;
  for (const auto& name : names) {
    const bool is_there = std::any_of(there.begin(), there.end(), [&](const ProviderAttribute& attribute) {
      return attribute.name == name && !attribute.is_global;
    });
    if (!is_there && provider_.create_attribute(name)) made.push_back(name);
  }
  synced_.store.write([&](Transaction& transaction) {
    transaction.put_meta(attributes_key(synced_.list.id), joined(names));
  });
  return made;
}

void ListSync::push() {
  while (!stop_.stop_requested()) {
    const auto claims = claim_receivers(synced_.list.cleverreach->batch, synced_);
    if (claims.empty()) return;
    see_to_attributes();
    push_batch(claims);
    done_ += static_cast<std::int64_t>(claims.size());
    if (progress_) progress_(done_);
  }
}

void ListSync::see_to_attributes() {
  const auto made = read_from(
      synced_.store, [this](Reading& reading) { return reading.meta(attributes_key(synced_.list.id)); });
  if (made != joined(wanted_attributes())) make_attributes();
}

void ListSync::push_batch(const Claims& claims) {
  Claims created;
  Claims removed;
  std::vector<Settlement> settlements;
  try {
    for (const auto& claimed : claims) {
      if (claimed.step == Step::create) created.push_back(claimed);
      if (claimed.step == Step::remove) removed.push_back(claimed);
    }
    create(created, settlements);
    remove(removed, settlements);
    for (const auto& claimed : claims) {
      if (stop_.stop_requested()) break;
      act_alone(claimed, settlements);
    }
  } catch (...) {
    // What was done until now is known to be done.
    settle_receivers(settlements, synced_);
    throw;
  }
  settle_receivers(settlements, synced_);
}

void ListSync::take(const ClaimedReceiver& claimed, const Answered& answered,
                    std::vector<Settlement>& settlements) {
  report_.count(answered);
  settlements.push_back({claimed.known, answered});
}

void ListSync::create(const Claims& claims, std::vector<Settlement>& settlements) {
  if (claims.empty()) return;
  std::vector<DesiredReceiver> desired;
  for (const auto& claimed : claims) desired.push_back(claimed.desired.value());
  const auto outcomes = provider_.upsert(desired);
  for (std::size_t at = 0; at < claims.size(); ++at) {
    take(claims[at], calls_.answer_to_upsert(claims[at], outcomes.at(at)), settlements);
  }
}

void ListSync::act_alone(const ClaimedReceiver& claimed, std::vector<Settlement>& settlements) {
  switch (claimed.step) {
    case Step::update:
      take(claimed, calls_.update(claimed), settlements);
      break;
    case Step::look:
      take(claimed, calls_.look(claimed, "hook"), settlements);
      break;
    case Step::deactivate:
      take(claimed, calls_.deactivate(claimed), settlements);
      break;
    default:
      break;
  }
}

// Nothing is held of these people any more, not even their address.
void ListSync::remove(const Claims& claims, std::vector<Settlement>& settlements) {
  if (claims.empty()) return;
  Claims found = claims;
  find_ids(found);
  for (const auto& claimed : found) {
    if (stop_.stop_requested()) return;
    take(claimed, calls_.remove(claimed), settlements);
  }
}

// Whoever was sent there by a call whose answer was lost, and erased since, is known by their fingerprint
// alone.
void ListSync::find_ids(Claims& claims) {
  std::map<Digest, ClaimedReceiver*> nameless;
  for (auto& claimed : claims) {
    if (name_there(claimed).empty()) nameless.emplace(claimed.known.person.bytes, &claimed);
  }
  for (int page = 0; !nameless.empty() && !stop_.stop_requested(); ++page) {
    const auto theirs = provider_.receivers(ReceiverKind::all, page, page_size);
    if (theirs.empty()) return;
    for (const auto& receiver : theirs) {
      const auto address = EmailAddress::parse(receiver.email);
      if (!address) continue;
      const auto found = nameless.find(fingerprint_of(*address, synced_.keys.fingerprint).bytes);
      if (found != nameless.end()) found->second->known.provider_id = receiver.id;
    }
  }
}

}  // namespace optledger
