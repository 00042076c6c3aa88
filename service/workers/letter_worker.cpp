#include "service/workers/letter_worker.hpp"

#include "service/flows/send_letters.hpp"
#include "service/mail/make_mailer.hpp"
#include "service/ops/log.hpp"

namespace optledger {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int letters_at_once = 8;
constexpr Duration lease = std::chrono::minutes(3);
constexpr Duration longest_dialogue =
    std::chrono::seconds(95);  // 30 s to connect, 60 s a dialogue, and some air
constexpr Duration idle_pause = std::chrono::milliseconds(100);

DeliveryOutcome outcome_of(Delivery::Outcome outcome) {
  switch (outcome) {
    case Delivery::Outcome::accepted:
      return DeliveryOutcome::accepted;
    case Delivery::Outcome::temporary:
      return DeliveryOutcome::temporary;
    case Delivery::Outcome::refused:
      return DeliveryOutcome::refused;
  }
  return DeliveryOutcome::temporary;
}

const char* name_of(DeliveryOutcome outcome) {
  switch (outcome) {
    case DeliveryOutcome::accepted:
      return "accepted";
    case DeliveryOutcome::temporary:
      return "temporary";
    case DeliveryOutcome::refused:
      return "refused";
  }
  return "";
}

}  // namespace

LetterWorker::LetterWorker(const Parts& parts, int number)
    : parts_(parts),
      mailer_(make_mailer(parts.config.mail, abandon_.get_token())),
      worker_(std::make_unique<Worker>("letters-" + std::to_string(number), parts.health,
                                       [this](const std::stop_token& stop) { return send_some(stop); })) {}

LetterWorker::~LetterWorker() {
  worker_->request_stop();
  abandon_.request_stop();
}

Duration LetterWorker::send_some(const std::stop_token& stop) {
  const auto now = parts_.clock.now();
  if (!read_from(parts_.store, [&](Reading& reading) { return reading.has_due_letter(now); }))
    return idle_pause;
  const auto claimed_at = std::chrono::steady_clock::now();
  const auto letters = claim_letters(letters_at_once, lease, parts_.keys.token, parts_.store, parts_.clock);
  for (const auto& letter : letters) {
    // A letter whose lease might end during its dialogue is left to whoever claims it next.
    const bool lease_is_short = std::chrono::steady_clock::now() - claimed_at > lease - longest_dialogue;
    if (stop.stop_requested() || lease_is_short) break;
    send(letter);
  }
  return letters.empty() ? idle_pause : Duration::zero();
}

void LetterWorker::send(const ClaimedLetter& letter) {
  const auto delivery =
      mailer_->deliver({letter.evidence.envelope_from, letter.evidence.envelope_to}, letter.message);
  const auto outcome = outcome_of(delivery.outcome);
  // Broken off by our own stopping: no try of the letter's; the next start releases its lease and sends it.
  if (outcome == DeliveryOutcome::temporary && abandon_.stop_requested()) return;
  record_letter(letter, outcome, delivery.reply, {parts_.config.mail.retry}, parts_.store, parts_.clock,
                parts_.entropy);
  parts_.metrics.letter(name_of(outcome));
  if (outcome == DeliveryOutcome::accepted) {
    parts_.health.clear("mail");
  } else {
    // The reply may quote the recipient, so it is evidence only and never logged.
    log_event(LogLevel::warning, "letter_not_delivered",
              {{"outcome", name_of(outcome)}, {"tries", letter.attempts + 1}});
    if (outcome == DeliveryOutcome::temporary)
      parts_.health.report("mail", "letters are not accepted at the moment");
  }
}

}  // namespace optledger
