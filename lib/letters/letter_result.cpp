#include "lib/letters/letter_result.hpp"

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

}  // namespace optledger
