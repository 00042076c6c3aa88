#include "service/workers/receiver_calls.hpp"

namespace optledger {
namespace {

using Sent = ProviderChange::What;

constexpr Duration after_refusal = std::chrono::hours{24};

Answered refused() { return NotDone{after_refusal}; }

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

std::string name_there(const ClaimedReceiver& claimed) {
  if (claimed.known.provider_id) return *claimed.known.provider_id;
  const auto& consent = claimed.standing.consent;
  return consent && consent->address ? consent->address->text() : std::string();
}

Answered ReceiverCalls::answer_to_upsert(const ClaimedReceiver& claimed, const UpsertOutcome& outcome) {
  if (is_barred(outcome)) {
    return LeftThere{{ForeignChange::What::blacklisted, {}}, std::nullopt, Acknowledged::never, "push"};
  }
  if (outcome.kind == UpsertOutcome::Kind::refused) return refused();
  auto theirs = outcome.receiver;
  if (!theirs) theirs = provider_.receiver(claimed.desired->email.text());
  return judged(claimed, theirs, Sent::created);
}

// `theirs` is a fresh read of somebody who was wanted active when the call was made.
Answered ReceiverCalls::judged(const ClaimedReceiver& claimed, const std::optional<Receiver>& theirs,
                               Sent what) {
  const auto verdict = judge(claimed.standing, claimed.known, theirs);
  switch (verdict.kind) {
    case Verdict::Kind::as_wanted:
      return ProviderChange{what, "read back: active", id_of(theirs), content_of(*claimed.desired)};
    case Verdict::Kind::foreign:
      return LeftThere{*verdict.foreign, id_of(theirs), seen_as(theirs), "push"};
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
Answered ReceiverCalls::reactivate(const ClaimedReceiver& claimed) {
  const auto before = provider_.receiver(claimed.desired->email.text());
  const auto verdict = judge(claimed.standing, claimed.known, before);
  if (verdict.kind != Verdict::Kind::reactivate) {
    return judged(claimed, before, Sent::reactivated);
  }
  note_return(claimed.known, synced_);
  auto desired = *claimed.desired;
  desired.reactivates = true;
  const auto outcome = provider_.upsert({desired}).at(0);
  if (outcome.kind == UpsertOutcome::Kind::refused) return refused();
  return judged(claimed, provider_.receiver(desired.email.text()), Sent::reactivated);
}

Answered ReceiverCalls::update(const ClaimedReceiver& claimed) {
  return judged(claimed, provider_.update(name_there(claimed), *claimed.desired), Sent::updated);
}

Answered ReceiverCalls::look(const ClaimedReceiver& claimed, const std::string& source) {
  const auto theirs = provider_.receiver(name_there(claimed));
  if (!claimed.desired) return SeenThere{seen_as(theirs), id_of(theirs)};
  const auto verdict = judge(claimed.standing, claimed.known, theirs);
  if (verdict.kind != Verdict::Kind::foreign) return SeenThere{seen_as(theirs), id_of(theirs)};
  return LeftThere{*verdict.foreign, id_of(theirs), seen_as(theirs), source};
}

// By number, and by address when it is gone: deleted and entered anew there, they have another one.
std::optional<Receiver> ReceiverCalls::find_there(const ClaimedReceiver& claimed) {
  auto theirs = provider_.receiver(name_there(claimed));
  const auto& consent = claimed.standing.consent;
  if (theirs || !claimed.known.provider_id || !consent || !consent->address) return theirs;
  return provider_.receiver(consent->address->text());
}

// Read before and afterwards: who was active until our call is inactive by it, and that is no opt-out of
// theirs should they be wanted active again. In doubt it is theirs.
Answered ReceiverCalls::deactivate(const ClaimedReceiver& claimed) {
  const auto before = find_there(claimed);
  if (!before) return SeenThere{Acknowledged::never, std::nullopt};
  if (!before->active) return SeenThere{Acknowledged::inactive, before->id};
  if (provider_.deactivate(before->id) == ReceiverEffect::not_there) return NotDone{};
  const auto theirs = provider_.receiver(before->id);
  if (!theirs) return SeenThere{Acknowledged::never, std::nullopt};
  if (theirs->active) return NotDone{};
  return ProviderChange{Sent::deactivated, "read back: inactive", id_of(theirs), std::nullopt,
                        theirs->deactivated};
}

Answered ReceiverCalls::remove(const ClaimedReceiver& claimed) {
  const auto there = name_there(claimed);
  const bool removed = !there.empty() && provider_.remove(there) != ReceiverEffect::not_there;
  return ProviderChange{Sent::deleted, std::string(removed ? was_deleted : "not there"), std::nullopt,
                        std::nullopt};
}

}  // namespace optledger
