#include "service/workers/list_sync.hpp"

#include <algorithm>
#include <map>

namespace optledger {
namespace {

using Step = optledger::Step;
using Sent = ProviderChange::What;

// The provider's clock and ours differ, and its filter may exclude its bounds.
constexpr Duration overlap = std::chrono::hours{1};
constexpr Duration after_refusal = std::chrono::hours{24};
constexpr int page_size = 1000;
constexpr int looks_at_once = 100;

std::string polled_key(const std::string& list) { return "provider_polled:" + list; }
std::string attributes_key(const std::string& list) { return "provider_attributes:" + list; }

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text.append(text.empty() ? "" : ",").append(name);
  return text;
}

// The provider's own number where we know it: an address may have been changed there.
std::string who(const ClaimedReceiver& claimed) {
  if (claimed.known.provider_id) return *claimed.known.provider_id;
  const auto& consent = claimed.standing.consent;
  return consent && consent->address ? consent->address->text() : std::string();
}

Acknowledged seen_as(const std::optional<Receiver>& theirs) {
  if (!theirs) return Acknowledged::never;
  return theirs->active ? Acknowledged::active : Acknowledged::inactive;
}

std::optional<std::string> id_of(const std::optional<Receiver>& theirs) {
  return theirs && !theirs->id.empty() ? std::optional(theirs->id) : std::nullopt;
}

bool is_barred(const UpsertOutcome& outcome) {
  return outcome.kind == UpsertOutcome::Kind::refused && outcome.words.find("blacklist") != std::string::npos;
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

ListSync::ListSync(const SyncedList& synced, Provider& provider, std::stop_token stop,
                   std::function<void(std::int64_t)> progress)
    : synced_(synced),
      provider_(provider),
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
      settlements.push_back({claimed.known, look(claimed, "full")});
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

void ListSync::create(const Claims& claims, std::vector<Settlement>& settlements) {
  if (claims.empty()) return;
  std::vector<DesiredReceiver> desired;
  for (const auto& claimed : claims) desired.push_back(claimed.desired.value());
  const auto outcomes = provider_.upsert(desired);
  for (std::size_t at = 0; at < claims.size(); ++at) {
    settlements.push_back({claims[at].known, answer_to_upsert(claims[at], outcomes.at(at))});
  }
}

void ListSync::act_alone(const ClaimedReceiver& claimed, std::vector<Settlement>& settlements) {
  switch (claimed.step) {
    case Step::update:
      settlements.push_back({claimed.known, update(claimed)});
      break;
    case Step::look:
      settlements.push_back({claimed.known, look(claimed, "hook")});
      break;
    case Step::deactivate:
      settlements.push_back({claimed.known, deactivate(claimed)});
      break;
    default:
      break;
  }
}

Answered ListSync::refused() {
  ++report_.refused;
  return NotDone{after_refusal};
}

Answered ListSync::answer_to_upsert(const ClaimedReceiver& claimed, const UpsertOutcome& outcome) {
  if (is_barred(outcome)) {
    ++report_.foreign;
    return LeftThere{{ForeignChange::What::blacklisted, {}}, std::nullopt, Acknowledged::never, "push"};
  }
  if (outcome.kind == UpsertOutcome::Kind::refused) return refused();
  auto theirs = outcome.receiver;
  if (!theirs) theirs = provider_.receiver(claimed.desired->email.text());
  return judged(claimed, theirs, Sent::created, "push");
}

// `theirs` is a fresh read of somebody who was wanted active when the call was made.
Answered ListSync::judged(const ClaimedReceiver& claimed, const std::optional<Receiver>& theirs, Sent what,
                          const std::string& source) {
  const auto verdict = judge(claimed.standing, claimed.known, theirs);
  switch (verdict.kind) {
    case Verdict::Kind::as_wanted:
      ++report_.pushed;
      return ProviderChange{what, "read back: active", id_of(theirs), content_of(*claimed.desired), {}};
    case Verdict::Kind::foreign:
      ++report_.foreign;
      return LeftThere{*verdict.foreign, id_of(theirs), seen_as(theirs), source};
    case Verdict::Kind::reactivate:
      if (what == Sent::reactivated) return refused();
      return reactivate(claimed);
    case Verdict::Kind::missing:
      return NotDone{};
    case Verdict::Kind::not_taken:
      break;
  }
  return refused();
}

// Only after a fresh read that says: opted out there before they confirmed here. And read once more
// afterwards: had they left in between, the call would have brought them back, and their own act is still to
// be seen.
Answered ListSync::reactivate(const ClaimedReceiver& claimed) {
  const auto before = provider_.receiver(claimed.desired->email.text());
  const auto verdict = judge(claimed.standing, claimed.known, before);
  if (verdict.kind != Verdict::Kind::reactivate) {
    return judged(claimed, before, Sent::reactivated, "push");
  }
  auto desired = *claimed.desired;
  desired.reactivates = true;
  const auto outcome = provider_.upsert({desired}).at(0);
  if (outcome.kind == UpsertOutcome::Kind::refused) return refused();
  return judged(claimed, provider_.receiver(desired.email.text()), Sent::reactivated, "push");
}

Answered ListSync::update(const ClaimedReceiver& claimed) {
  return judged(claimed, provider_.update(who(claimed), *claimed.desired), Sent::updated, "push");
}

Answered ListSync::look(const ClaimedReceiver& claimed, const std::string& source) {
  const auto theirs = provider_.receiver(who(claimed));
  if (!claimed.desired) return SeenThere{seen_as(theirs), id_of(theirs)};
  const auto verdict = judge(claimed.standing, claimed.known, theirs);
  if (verdict.kind != Verdict::Kind::foreign) return SeenThere{seen_as(theirs), id_of(theirs)};
  ++report_.foreign;
  return LeftThere{*verdict.foreign, id_of(theirs), seen_as(theirs), source};
}

// By number, and by address when it is gone: deleted and entered anew there, they have another one.
std::optional<Receiver> ListSync::find_there(const ClaimedReceiver& claimed) {
  auto theirs = provider_.receiver(who(claimed));
  const auto& consent = claimed.standing.consent;
  if (theirs || !claimed.known.provider_id || !consent || !consent->address) return theirs;
  return provider_.receiver(consent->address->text());
}

// Read before and afterwards: who was active until our call is inactive by it, and that is no opt-out of
// theirs should they be wanted active again. In doubt it is theirs.
Answered ListSync::deactivate(const ClaimedReceiver& claimed) {
  const auto before = find_there(claimed);
  if (!before) return SeenThere{Acknowledged::never, std::nullopt};
  if (!before->active) return SeenThere{Acknowledged::inactive, before->id};
  if (provider_.deactivate(before->id) == ReceiverEffect::not_there) return NotDone{};
  const auto theirs = provider_.receiver(before->id);
  if (!theirs) return SeenThere{Acknowledged::never, std::nullopt};
  if (theirs->active) return NotDone{};
  ++report_.deactivated;
  return ProviderChange{Sent::deactivated, "read back: inactive", id_of(theirs), std::nullopt,
                        theirs->deactivated};
}

// Nothing is held of these people any more, not even their address.
void ListSync::remove(const Claims& claims, std::vector<Settlement>& settlements) {
  if (claims.empty()) return;
  Claims found = claims;
  find_ids(found);
  for (const auto& claimed : found) {
    if (stop_.stop_requested()) return;
    const auto there = who(claimed);
    const bool removed = !there.empty() && provider_.remove(there) != ReceiverEffect::not_there;
    if (removed) ++report_.deleted;
    settlements.push_back(
        {claimed.known,
         ProviderChange{Sent::deleted, removed ? "true" : "not there", std::nullopt, std::nullopt, {}}});
  }
}

// Whoever was sent there by a call whose answer was lost, and erased since, is known by their fingerprint
// alone.
void ListSync::find_ids(Claims& claims) {
  std::map<Digest, ClaimedReceiver*> nameless;
  for (auto& claimed : claims) {
    if (who(claimed).empty()) nameless.emplace(claimed.known.person.bytes, &claimed);
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
