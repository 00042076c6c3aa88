// Any bytes as an answer of CleverReach, read as everything that might have been asked. What is read is fit
// for a path, a header, a log and the database, and an answer that cannot be read says why.
#include "lib/base/text.hpp"
#include "service/provider/cleverreach_answers.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace optledger;
using namespace optledger::cleverreach;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

void check_text(const std::string& text) { must(is_utf8(text) && text.find('\0') == std::string::npos); }

void check_time(const std::optional<Instant>& time) {
  must(!time || (to_millis(*time) >= 0 && to_rfc3339(*time).size() == 24));
}

void check_id(const std::string& id) {
  must(!id.empty() && id.size() <= 19 && id.find_first_not_of("0123456789") == std::string::npos);
}

void check_receiver(const Receiver& receiver) {
  check_id(receiver.id);
  must(!receiver.email.empty());
  check_text(receiver.email);
  check_text(receiver.source);
  for (const auto& attributes : {receiver.attributes, receiver.global_attributes}) {
    for (const auto& [name, value] : attributes) {
      check_text(name);
      check_text(value);
    }
  }
  for (const auto& tag : receiver.tags.value_or(std::vector<std::string>())) check_text(tag);
  for (const auto& time : {receiver.registered, receiver.activated, receiver.deactivated, receiver.bounced,
                           receiver.last_changed, receiver.left_in_person}) {
    check_time(time);
  }
}

template <class T>
std::optional<T> read(Read<T> result) {
  must(result.has_value() || !result.error().empty());
  return result ? std::optional<T>(*std::move(result)) : std::nullopt;
}

void check_lists(const Answer& answer) {
  for (const auto& receivers : {to_receivers(answer), to_written(answer)}) {
    if (const auto all = read(receivers)) std::for_each(all->begin(), all->end(), check_receiver);
  }
  const auto outcomes = to_outcomes(answer, answer.value.is_array() ? answer.value.size() : 1);
  if (const auto all = read(outcomes)) {
    for (const UpsertOutcome& outcome : *all) {
      check_text(outcome.words);
      must((outcome.kind == UpsertOutcome::Kind::refused) || outcome.words.empty());
      if (!outcome.id.empty()) check_id(outcome.id);
    }
  }
  if (const auto rows = read(to_blacklist(answer))) {
    for (const Blacklisting& row : *rows) check_text(row.text);
  }
  if (const auto bounces = read(to_bounces(answer))) {
    for (const Bounce& bounce : *bounces) must(!has_control_character(bounce.message));
  }
  read(to_groups(answer));
  read(to_attributes(answer));
}

void check_single(const Answer& answer) {
  if (const auto receiver = read(to_receiver(answer.value))) check_receiver(*receiver);
  if (const auto group = read(to_group(answer.value))) check_id(group->id);
  if (const auto token = read(to_access_token(answer))) {
    const auto& text = token->text.reveal();
    must(!text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; }));
    must(token->lifetime >= Duration::zero());
  }
  read(to_done(answer));
  read(to_hook(answer));
  read(to_account(answer));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const int status = 200 + data[0] * 2;  // 200 to 710
  const auto answer = parse_answer(status, {reinterpret_cast<const char*>(data + 1), size - 1});
  must(answer.has_value() || (status < 300 && !answer.error().empty()));
  if (!answer) return 0;
  must(answer->is_success() || answer->value.is_null());
  const auto quoted = quotable(answer->words);
  must(quoted.find('@') == std::string::npos && !has_control_character(quoted) && is_utf8(quoted));
  check_lists(*answer);
  check_single(*answer);
  return 0;
}
