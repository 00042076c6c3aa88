#include "service/workers/anchor_worker.hpp"

#include "lib/letters/checkpoint_letter.hpp"
#include "service/anchors/push_checkpoint.hpp"
#include "service/flows/ledger_anchors.hpp"
#include "service/mail/make_mailer.hpp"
#include "service/ops/log.hpp"

namespace optledger {
namespace {

constexpr Duration pause_between_checkpoints = std::chrono::seconds(1);
// Under load there is a new checkpoint every second; outsiders need not see each.
constexpr Duration between_cosignatures = std::chrono::seconds(5);
constexpr Duration between_pushes = std::chrono::minutes(1);
constexpr Duration between_letters = std::chrono::days(1);
constexpr const char* pushed_size = "anchor_pushed_size";
constexpr const char* mailed_size = "anchor_mailed_size";
constexpr const char* mailed_at = "anchor_mailed_at";

bool has_passed(Duration interval, Instant since, Instant now) {
  return since == Instant::min() || std::chrono::abs(now - since) >= interval;
}

AnchorAttempts attempts(const AnchorWorker::Parts& parts, const char* name) {
  return AnchorAttempts({parts.store, parts.clock, parts.metrics, parts.health}, name);
}

std::int64_t last_stamp_millis(Store& store) {
  const auto last = read_from(store, [](Reading& reading) { return reading.last_ledger_timestamp(); });
  return last ? to_millis(last->stamped_at) : 0;
}

}  // namespace

AnchorWorker::AnchorWorker(const Parts& parts)
    : parts_(parts),
      authority_http_(authority_limits, std::nullopt, abandon_.get_token()),
      witness_http_(witness_limits, std::nullopt, abandon_.get_token()),
      push_http_(push_limits, std::nullopt, abandon_.get_token()),
      timestamp_(attempts(parts, "timestamp")),
      cosignature_(attempts(parts, "witness")),
      copy_(attempts(parts, "push")),
      letter_(attempts(parts, "mail")),
      stamped_at_millis_(last_stamp_millis(parts.store)) {
  const auto& ledger = parts.config.ledger;
  if (!ledger.witness.empty()) {
    witness_.emplace(witness_http_, ledger.witness, parse_verifier_key(ledger.witness_vkey).value());
  }
  if (ledger.tsa_url.empty()) timestamp_.forget();
  if (ledger.witness.empty()) cosignature_.forget();
  if (ledger.push_url.empty()) copy_.forget();
  if (ledger.mail_to.empty()) letter_.forget();
  // A template of the company's own that will not do is found now, not after a day.
  if (!ledger.mail_to.empty()) letter_with({{parts.ledger.key.name, 0, {}}, "note\n"}, parts.clock.now());
  parts_.metrics.watch("optledger_ledger_last_timestamp_timestamp_seconds",
                       "when an authority last stamped a checkpoint, by its clock; 0: never",
                       [this] { return static_cast<double>(stamped_at_millis_) / 1000; });
}

AnchorWorker::~AnchorWorker() { stop(); }

bool AnchorWorker::is_configured() const {
  const auto& ledger = parts_.config.ledger;
  return !ledger.tsa_url.empty() || !ledger.witness.empty() || !ledger.push_url.empty() ||
         !ledger.mail_to.empty();
}

void AnchorWorker::start() {
  if (!is_configured()) return;
  worker_ = std::make_unique<Worker>("ledger anchors", parts_.health, [this](const std::stop_token&) {
    anchor();
    return pause_between_checkpoints;
  });
}

void AnchorWorker::stop() {
  if (!worker_) return;
  worker_->request_stop();
  abandon_.request_stop();
  worker_.reset();
}

void AnchorWorker::anchor() {
  auto checkpoint = published_checkpoint(parts_.ledger);
  if (checkpoint && checkpoint->tree.size > 0) {
    checkpoint->note = cosigned(*checkpoint);
    stamp(*checkpoint);
    push(*checkpoint);
    mail(*checkpoint);
  }
  for (auto* const one : {&timestamp_, &cosignature_, &copy_, &letter_}) one->watch();
}

// What was broken off because the service stops has not failed.
void AnchorWorker::note_failure(AnchorAttempts& attempts, const std::string& detail, bool at_once) {
  if (!abandon_.stop_requested()) attempts.failed(detail, at_once);
}

// What cannot be kept has failed: without that, a full disk would have it done again every few seconds.
void AnchorWorker::note_success(AnchorAttempts& attempts, const std::function<void()>& keep) {
  try {
    keep();
  } catch (const StoreUnavailable& fault) {
    return attempts.failed(fault.what());
  }
  attempts.succeeded();
}

// The note with the witness's signature when it can be had now, else as it is.
std::string AnchorWorker::cosigned(const SignedCheckpoint& published) {
  const auto now = parts_.clock.now();
  const auto note = parse_signed_note(published.note).value();
  const bool is_time = has_passed(between_cosignatures, cosigned_at_, now) && cosignature_.may_try();
  if (!witness_ || is_cosigned(note, witness_->key()) || !is_time) return published.note;
  const auto prove = [&](std::uint64_t old_size) {
    return consistency_proof(old_size, published.tree.size, parts_.ledger.mirror.reader());
  };
  const auto result = witness_->cosign(published.note, prove, now);
  cosigned_at_ = now;
  if (!result) {
    note_failure(cosignature_, result.error().text, result.error().contradicts);
    return published.note;
  }
  cosignature_.succeeded();
  publish_cosigned(*result, parts_.ledger, parts_.store);
  return *result;
}

void AnchorWorker::stamp(const SignedCheckpoint& checkpoint) {
  const auto& config = parts_.config.ledger;
  if (config.tsa_url.empty() || !timestamp_.may_try()) return;
  if (!wants_timestamp(checkpoint.tree.size, config.tsa_interval, parts_.store, parts_.clock)) return;
  const auto authorities = authorities_in(config.tsa_ca_file);
  const auto answer = ask_timestamp(authority_http_, config.tsa_url, checkpoint.note, authorities,
                                    parts_.clock, parts_.entropy);
  if (!answer) return note_failure(timestamp_, answer.error());
  const auto& stamp = answer->timestamp;
  note_success(timestamp_, [&] {
    parts_.store.write([&](Transaction& transaction) {
      transaction.keep_ledger_timestamp({.tree_size = static_cast<std::int64_t>(checkpoint.tree.size),
                                         .checkpoint = checkpoint.note,
                                         .token = answer->token,
                                         .stamped_at = stamp.at,
                                         .received_at = parts_.clock.now()});
    });
    stamped_at_millis_ = to_millis(stamp.at);
    log_event(LogLevel::info, "checkpoint_stamped",
              {{"size", checkpoint.tree.size}, {"at", to_rfc3339(stamp.at)}, {"authority", stamp.authority}});
  });
}

void AnchorWorker::push(const SignedCheckpoint& checkpoint) {
  const auto& url = parts_.config.ledger.push_url;
  const auto now = parts_.clock.now();
  if (url.empty() || !copy_.may_try() || !has_passed(between_pushes, pushed_at_, now)) return;
  const auto size = static_cast<std::int64_t>(checkpoint.tree.size);
  if (noted_number(pushed_size, parts_.store) == size) return;
  const auto result = push_checkpoint(push_http_, url, checkpoint.note);
  if (!result) return note_failure(copy_, result.error());
  pushed_at_ = now;
  note_success(copy_, [&] { note_number(pushed_size, size, parts_.store); });
}

void AnchorWorker::mail(const SignedCheckpoint& checkpoint) {
  const auto& to = parts_.config.ledger.mail_to;
  const auto now = parts_.clock.now();
  if (to.empty() || !letter_.may_try()) return;
  const auto size = static_cast<std::int64_t>(checkpoint.tree.size);
  const auto last = noted_number(mailed_at, parts_.store);
  if (last && !has_passed(between_letters, from_millis(*last), now)) return;
  if (noted_number(mailed_size, parts_.store) == size) return;
  const auto& mail = parts_.config.mail;
  const auto delivery = make_mailer(mail, abandon_.get_token())
                            ->deliver({mail.from_address, to}, letter_with(checkpoint, now).message);
  // The reply may quote the recipient, so it is never logged.
  if (delivery.outcome != Delivery::Outcome::accepted) {
    return note_failure(letter_, "the letter is not accepted");
  }
  note_success(letter_, [&] {
    note_number(mailed_at, to_millis(now), parts_.store);
    note_number(mailed_size, size, parts_.store);
  });
}

Letter AnchorWorker::letter_with(const SignedCheckpoint& checkpoint, Instant at) const {
  const auto& config = parts_.config;
  return compose_checkpoint_letter(parts_.letter_template, {.from_name = config.mail.from_name,
                                                            .from_address = config.mail.from_address,
                                                            .to = config.ledger.mail_to,
                                                            .controller_name = config.controller.name,
                                                            .origin = checkpoint.tree.origin,
                                                            .size = checkpoint.tree.size,
                                                            .vkey = parts_.ledger.vkey(),
                                                            .note = checkpoint.note,
                                                            .at = at});
}

}  // namespace optledger
