#include "lib/letters/letter_result.hpp"

#include "lib/consent/proof_window.hpp"

#include <algorithm>

namespace optledger {
namespace {

Record letter_record(const LetterAttempt& attempt, RecordKind kind, Instant now) {
  const auto& letter = attempt.letter;
  return {kind,
          now,
          attempt.signup.address->text(),
          attempt.signup.list,
          {},
          {{"letter", to_hex(letter.letter)},
           {"token_sha256", to_hex(letter.token_hash)},
           {"message_id", letter.message_id},
           {"envelope_from", letter.envelope_from},
           {"envelope_to", letter.envelope_to},
           {"smtp_reply", attempt.reply}}};
}

// That somebody asked about an address of which nothing is held says next to nothing, and is soon forgotten.
Instant kept_after_answer(const PrivacyRequest& request, Instant now) {
  return request.link_until ? end_of({}, now) : now + std::chrono::hours{24 * 30};
}

Duration wait_after(int attempts, const LetterPolicy& policy, double jitter) {
  const auto last = policy.retry.size() - 1;
  const auto wait = policy.retry[std::min(static_cast<std::size_t>(attempts), last)];
  return wait + Duration{static_cast<std::int64_t>(static_cast<double>(wait.count()) * jitter / 10)};
}

}  // namespace

Changes record_letter_result(const LetterAttempt& attempt, const LetterPolicy& policy, Instant now,
                             double jitter, const Digest& salt) {
  const auto& signup = attempt.signup;
  if (attempt.outcome == DeliveryOutcome::temporary) {
    const auto due = now + wait_after(attempt.attempts, policy, jitter);
    if (due < signup.expires_at) return {RescheduleLetter{signup.id, due, attempt.attempts + 1}};
  }
  const auto kind =
      attempt.outcome == DeliveryOutcome::accepted ? RecordKind::letter_sent : RecordKind::letter_failed;
  return {RemoveLetter{signup.id}, AppendRecord{letter_record(attempt, kind, now), salt, signup.id}};
}

Changes record_privacy_letter_result(const PrivacyLetterAttempt& attempt, const LetterPolicy& policy,
                                     Instant now, double jitter) {
  const auto& request = attempt.request;
  if (attempt.outcome == DeliveryOutcome::temporary) {
    const auto due = now + wait_after(attempt.attempts, policy, jitter);
    // A link that is over by the time it is read answers nothing.
    if (due < request.link_until.value_or(request.due_at)) {
      return {RescheduleLetter{request.id, due, attempt.attempts + 1}};
    }
  }
  Changes changes{RemoveLetter{request.id}};
  if (attempt.outcome == DeliveryOutcome::accepted) {
    changes.push_back(
        ClosePrivacyRequest{request.id, {now, RequestOutcome::answered, kept_after_answer(request, now)}});
  }
  return changes;
}

}  // namespace optledger
