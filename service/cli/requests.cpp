// The officer's list of privacy requests.
#include "service/cli/commands.hpp"
#include "service/cli/state.hpp"
#include "service/cli/terminal.hpp"
#include "service/flows/look_up_proof.hpp"
#include "service/flows/privacy_requests.hpp"

#include <fmt/format.h>

namespace optledger::cli {
namespace {

constexpr std::size_t shown_of_id = 12;

std::string state_of(const PrivacyRequest& request, Instant now) {
  if (request.end) return std::string(to_text(request.end->outcome));
  if (now >= request.due_at) return "OVERDUE";
  return request.letter ? "letter under way" : "open";
}

Json to_json(const PrivacyRequest& request, Instant now) {
  return {{"id", to_hex(request.id)},
          {"right", to_text(request.right)},
          {"email", request.address ? Json(request.address->text()) : Json(nullptr)},
          {"received_at", to_rfc3339(request.received_at)},
          {"due_at", to_rfc3339(request.due_at)},
          {"open", !request.end},
          {"overdue", !request.end && now >= request.due_at},
          {"answered_by", request.letter ? "letter"
                          : request.end  ? "page_or_officer"
                                         : "officer"},
          {"outcome", request.end ? Json(to_text(request.end->outcome)) : Json(nullptr)}};
}

void print(const PrivacyRequest& request, Instant now) {
  fmt::print("{}  due {}  {:<11}  received {}  {:<16}  {}\n", to_hex(request.id).substr(0, shown_of_id),
             to_readable(request.due_at).substr(0, 10), to_text(request.right),
             to_readable(request.received_at).substr(0, 10), state_of(request, now),
             request.address ? request.address->text() : "(address deleted)");
}

std::optional<Instant> received_at(const RequestsOptions& options, Instant now) {
  if (options.received.empty()) return std::nullopt;
  const auto text = options.received.size() == 10 ? options.received + "T00:00:00Z" : options.received;
  const auto at = parse_rfc3339(text);
  if (!at) throw Failure(wrong_use, "--received " + at.error());
  if (*at > now) throw Failure(wrong_use, "--received is in the future");
  return *at;
}

}  // namespace

int requests(const Config& config, const RequestsOptions& options) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  const auto now = clock.now();
  const auto found =
      list_privacy_requests(options.all ? RequestsShown::all : RequestsShown::open, *state.store);
  if (options.json) {
    Json list = Json::array();
    for (const auto& request : found) list.push_back(to_json(request, now));
    fmt::print("{}\n", Json{{"requests", list}}.dump());
    return done;
  }
  for (const auto& request : found) print(request, now);
  if (found.empty()) fmt::print("no {}requests\n", options.all ? "" : "open ");
  return done;
}

int requests_add(const Config& config, const RequestsOptions& options) {
  const auto address = EmailAddress::parse(options.email);
  if (!address) throw Failure(wrong_use, "not an e-mail address: " + address.error());
  SystemClock clock;
  SystemEntropy entropy;
  const auto now = clock.now();
  const ReceivedRequest received{*address, privacy_right_from(options.right).value(),
                                 received_at(options, now)};
  const auto state = open_state(config, clock, entropy);
  const auto request = enter_privacy_request(received, state.keys.fingerprint, *state.store, clock, entropy);
  if (options.json) {
    fmt::print("{}\n", to_json(request, now).dump());
  } else {
    print(request, now);
  }
  return done;
}

int requests_close(const Config& config, const RequestsOptions& options) {
  if (const auto problem = problem_with_reason(options.reason)) {
    throw Failure(wrong_use, "--reason " + *problem);
  }
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  switch (close_privacy_request(options.id, options.reason, operating_user(), *state.store, clock)) {
    case Closed::yes:
      break;
    case Closed::unknown:
      throw Failure(refused, "there is no open request with this id; see: optledger requests");
    case Closed::ambiguous:
      throw Failure(refused, "several open requests begin like this: give more of the id");
  }
  if (state.store->has_traces()) state.store->purge_deleted();
  return done;
}

}  // namespace optledger::cli
