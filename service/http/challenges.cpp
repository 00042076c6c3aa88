#include "service/http/challenges.hpp"

namespace optledger::http {
namespace {

// Long enough to fill in a form after the work is done, short enough to be remembered.
constexpr Duration work_life = std::chrono::minutes{20};

FieldError error_of(StampDoubt doubt) {
  switch (doubt) {
    case StampDoubt::too_young:
      return {"stamp", "form-too-fast", "was made too short a time ago: send the same form again"};
    case StampDoubt::too_old:
      return {"stamp", "form-too-old", "is older than a day: take a fresh one from /v1/challenges"};
    case StampDoubt::missing:
      break;
  }
  return {"stamp", "form-unstamped", "is needed for this list: take one from /v1/challenges"};
}

FieldError error_of(WorkDoubt doubt) {
  if (doubt == WorkDoubt::expired) {
    return {"altcha", "work-expired", "is too old or was used before: solve a fresh one from /v1/challenges"};
  }
  return {"altcha", "work-missing", "is needed: solve a challenge from /v1/challenges (ALTCHA, SHA-256)"};
}

// Clients nobody can tell apart share one bucket.
Id bucket_of(const ClientAddress& client) {
  const auto ip = IpAddress::parse(client.ip);
  return ip ? ip->network().bytes() : Id{};
}

}  // namespace

Json Challenges::fresh(const std::string& list) {
  const auto limits = parts_.limits.now();
  const auto now = parts_.clock.now();
  Json fresh = Json::object();
  if (limits->proof_of_work) {
    fresh = make_work_challenge(work_key_, limits->work_difficulty, now + work_life,
                                fresh_digest(parts_.entropy));
  }
  if (limits->fill_time > Duration{0}) fresh["stamp"] = make_stamp(parts_.stamp_key, list, now);
  return fresh;
}

std::string Challenges::stamp_for(const std::string& list, const std::string& earlier) {
  const auto fill_time = parts_.limits.now()->fill_time;
  if (fill_time == Duration{0}) return {};
  const auto now = parts_.clock.now();
  const auto doubt = doubt_about_stamp(parts_.stamp_key, list, earlier, now, fill_time);
  return !doubt || doubt == StampDoubt::too_young ? earlier : make_stamp(parts_.stamp_key, list, now);
}

FieldErrors Challenges::doubts_about(const SignupFields& fields, const std::string& list,
                                     const ClientAddress& client) {
  const auto limits = parts_.limits.now();
  FieldErrors errors;
  if (limits->fill_time > Duration{0}) {
    const auto doubt = doubt_about_stamp(parts_.stamp_key, list, fields.stamp.value_or(""),
                                         parts_.clock.now(), limits->fill_time);
    if (doubt) errors.push_back(error_of(*doubt));
  }
  if (limits->proof_of_work) {
    for (auto& error : doubts_about_work(fields, client)) errors.push_back(std::move(error));
  }
  return errors;
}

FieldErrors Challenges::doubts_about_work(const SignupFields& fields, const ClientAddress& client) {
  const auto payload = fields.altcha.value_or("");
  const std::lock_guard lock(mutex_);
  if (payload.empty() && may_go_without(client, false)) return {};
  const auto worked = check_work(work_key_, payload, parts_.clock.now());
  if (!worked) return {error_of(worked.error())};
  if (spent_.is_spent(worked->challenge)) return {error_of(WorkDoubt::expired)};
  return {};
}

FieldErrors Challenges::spend(const SignupFields& fields, const ClientAddress& client) {
  if (!asks_for_work()) return {};
  const auto payload = fields.altcha.value_or("");
  const auto now = parts_.clock.now();
  const std::lock_guard lock(mutex_);
  if (payload.empty()) {
    return may_go_without(client, true) ? FieldErrors{} : FieldErrors{error_of(WorkDoubt::missing)};
  }
  const auto worked = check_work(work_key_, payload, now);
  const bool counts = worked && spent_.spend(*worked, now) == SpentWork::Spending::done;
  return counts ? FieldErrors{} : FieldErrors{error_of(WorkDoubt::expired)};
}

bool Challenges::may_go_without(const ClientAddress& client, bool take) {
  const auto rate = parts_.limits.now()->signups_without_work;
  if (!rate) return false;
  const auto bucket = bucket_of(client);
  const auto now = parts_.elapsed();
  const auto full_at = without_work_.full_at(bucket);
  if (until_next_token(*rate, full_at, now) > Elapsed{0}) return false;
  if (take) without_work_.keep(bucket, full_after_taking_one(*rate, full_at, now), now);
  return true;
}

}  // namespace optledger::http
