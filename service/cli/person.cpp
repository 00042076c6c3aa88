// unsubscribe, block, unblock, erase: what an operator does on a person's behalf.
#include "service/cli/commands.hpp"
#include "service/cli/state.hpp"
#include "service/cli/terminal.hpp"
#include "service/flows/erase_person.hpp"
#include "service/flows/leave.hpp"
#include "service/flows/look_up_proof.hpp"
#include "service/http/declaration.hpp"

#include <fmt/format.h>

namespace optledger::cli {
namespace {

OperatorRequest request_of(const Config& config, const PersonOptions& options) {
  const auto address = EmailAddress::parse(options.email);
  if (!address) throw Failure(wrong_use, "not an e-mail address: " + address.error());
  if (const auto problem = problem_with_reason(options.reason)) {
    throw Failure(wrong_use, "--reason " + *problem);
  }
  if (options.list && config.list(*options.list) == nullptr) {
    throw Failure(wrong_use, "there is no list " + *options.list + " in the configuration");
  }
  return {*address, options.list, options.reason, operating_user(), "command", {}};
}

// "none of the lists" is an answer too: the rule for all of them holds.
void print_ended(const std::vector<EndedList>& ended, const PersonOptions& options, std::string_view what) {
  if (options.json) {
    Json lists = Json::array();
    for (const auto& one : ended) {
      lists.push_back({{"list", one.list}, {"was_subscribed", one.outcome == EndDecision::Outcome::ended}});
    }
    fmt::print("{}\n", Json{{"status", what}, {"lists", lists}}.dump());
    return;
  }
  for (const auto& one : ended) {
    const auto* how = one.outcome == EndDecision::Outcome::ended     ? "ended now"
                      : one.outcome == EndDecision::Outcome::already ? "had ended before"
                                                                     : "there was none";
    fmt::print("{}: {}; subscription on this list: {}\n", one.list, what, how);
  }
  if (!options.list) fmt::print("every list: {}\n", what);
}

int end(const Config& config, const PersonOptions& options, SuppressionKind kind) {
  const auto request = request_of(config, options);
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  const auto ended = end_subscriptions(kind, request, config.retention.proof_window, state.keys.fingerprint,
                                       *state.store, clock, entropy);
  print_ended(ended, options, to_text(kind));
  return done;
}

void print_erased(const ErasedList& one) {
  const auto until = one.kept_until ? to_readable(*one.kept_until) : std::string();
  if (one.outcome == ErasureDecision::Outcome::restricted) {
    fmt::print(
        "{}: refused and restricted. Without the declaration that the consent or permission existed "
        "(--consent-confirmed) its proof is kept until {}, for defence against claims only.\n",
        one.list, until);
    return;
  }
  fmt::print("{}: erased{}\n", one.list,
             until.empty() ? "" : "; a receipt without address stays until " + until);
}

}  // namespace

int unsubscribe(const Config& config, const PersonOptions& options) {
  return end(config, options, SuppressionKind::unsubscribed);
}

int block(const Config& config, const PersonOptions& options) {
  return end(config, options, SuppressionKind::blocked);
}

int unblock(const Config& config, const PersonOptions& options) {
  const auto request = request_of(config, options);
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  switch (optledger::unblock(request, config.retention.proof_window, state.keys.fingerprint, *state.store,
                             clock, entropy)) {
    case Unblocked::yes:
      break;
    case Unblocked::not_blocked:
      throw Failure(refused, "this address is not blocked");
    case Unblocked::on_every_list:
      throw Failure(refused, "the block is for every list: leave --list out to lift it");
  }
  if (options.json) fmt::print("{}\n", Json{{"status", "unblocked"}}.dump());
  return done;
}

int erase(const Config& config, const PersonOptions& options) {
  const auto request = request_of(config, options);
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  std::optional<Declarations> confirmed;
  if (options.consent_confirmed) confirmed = http::declarations(http::Templates(config.server.templates));
  const auto erased = erase_person(request, confirmed, config.retention.proof_window, state.keys.fingerprint,
                                   *state.store, clock, entropy);
  if (state.store->has_traces()) state.store->purge_deleted();
  if (erased.empty()) throw Failure(refused, "nothing is held about this address");
  bool is_restricted = false;
  Json lists = Json::array();
  for (const auto& one : erased) {
    const bool one_restricted = one.outcome == ErasureDecision::Outcome::restricted;
    is_restricted = is_restricted || one_restricted;
    if (!options.json) print_erased(one);
    lists.push_back({{"list", one.list},
                     {"status", one_restricted ? "restricted" : "erased"},
                     {"kept_until", or_null(one.kept_until)}});
  }
  if (options.json) fmt::print("{}\n", Json{{"lists", lists}}.dump());
  return is_restricted ? refused : done;
}

}  // namespace optledger::cli
