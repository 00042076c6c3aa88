#include "service/anchors/ask_timestamp.hpp"
#include "service/cli/commands.hpp"
#include "service/cli/state.hpp"
#include "service/flows/ledger_anchors.hpp"
#include "service/flows/owe_webhooks.hpp"
#include "service/flows/verify_ledger.hpp"
#include "service/http/templates.hpp"
#include "service/mail/make_mailer.hpp"

#include <fmt/format.h>

namespace optledger::cli {
namespace {

struct Finding {
  std::string part;
  bool ok;
  std::string detail;
};

std::string one_line(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text;
}

template <typename Examine>
void examine(std::vector<Finding>& findings, const std::string& part, Examine&& examine_part) {
  try {
    findings.push_back({part, true, examine_part()});
  } catch (const std::exception& fault) {
    findings.push_back({part, false, fault.what()});
  }
}

// Also one that nothing may be appended to.
State open_anyhow(const Config& config, Clock& clock, Entropy& entropy) {
  try {
    return open_state(config, clock, entropy);
  } catch (const LedgerContradiction&) {
    return open_state_to_look(config, clock, entropy);
  }
}

std::string examine_storage(const Config& config) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_anyhow(config, clock, entropy);
  if (const auto troubles = state.store->verify_integrity(); !troubles.empty()) {
    throw std::runtime_error(one_line(troubles));
  }
  const auto size = read_from(*state.store, [](Reading& reading) { return reading.ledger_size(); });
  const DepartureJournal journal(departures_beside(config.storage.path), check_value(state.keys));
  const auto departures = examine_journal(journal);
  return fmt::format("{}, {} ledger entries, keys match; {}, {} erased leaves, {} rules",
                     config.storage.path.string(), size, journal.file().string(), departures.leaves,
                     departures.rules);
}

std::string examine_keys(const Config& config) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state_to_look(config, clock, entropy);
  const auto& token = state.keys.token;
  auto text = fmt::format("{}, token key {} signs", config.storage.keys.string(), token.signing().id);
  if (state.token_keys_in_use < token.all().size())
    text += fmt::format(", {} waits for the next start of serve", token.all().back().id);
  return text;
}

std::string examine_ledger(const Config& config) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state_to_look(config, clock, entropy);
  const auto published = optledger::examine_ledger(state.ledger, *state.store);
  if (const auto problem = problem_with_last_records(*state.store)) throw std::runtime_error(*problem);
  return fmt::format("{}, {} entries under a signed checkpoint in {}", state.ledger.vkey(),
                     published ? published->tree.size : 0, state.ledger.mirror.folder().string());
}

// The last one alone: optledger ledger verify looks at all.
std::string examine_timestamps(const Config& config) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state_to_look(config, clock, entropy);
  const auto published = published_checkpoint(state.ledger);
  const auto last = read_from(*state.store, [](Reading& reading) { return reading.last_ledger_timestamp(); });
  if (!last) return "none yet";
  const auto doubt = doubt_about(*last, published ? published->tree : Checkpoint{}, state.ledger);
  if (doubt) throw std::runtime_error(fmt::format("that of {} entries: {}", last->tree_size, *doubt));
  return fmt::format("the last one is of {} entries, {}", last->tree_size, to_readable(last->stamped_at));
}

// A stamp is asked for and thrown away: nothing else shows that the next one will hold.
std::string examine_authority(const LedgerConfig& config) {
  SystemClock clock;
  SystemEntropy entropy;
  HttpClient http(authority_limits, std::nullopt, {});
  const auto answer = ask_timestamp(http, config.tsa_url, "optledger check",
                                    authorities_in(config.tsa_ca_file), clock, entropy);
  if (!answer) throw std::runtime_error(answer.error());
  return fmt::format("{}, {}", answer->timestamp.authority, to_readable(answer->timestamp.at));
}

// Nothing is sent: a receiver would take it for something that happened.
std::string examine_webhook(const WebhookConfig& webhook, const Config& config) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state_to_look(config, clock, entropy);
  const auto owed =
      read_from(*state.store, [&](Reading& reading) { return reading.count_webhook_deliveries(webhook.id); });
  if (const auto disabled = disabled_since(webhook, *state.store)) {
    throw std::runtime_error(
        fmt::format("it answered 410 at {}, so nothing is sent to it; when it is there again: optledger "
                    "webhook enable {}",
                    to_readable(*disabled), webhook.id));
  }
  if (owed.given_up > 0) {
    throw std::runtime_error(fmt::format(
        "{} webhooks were given up after three days; to have them sent again: optledger webhook enable {}",
        owed.given_up, webhook.id));
  }
  return fmt::format("{} waiting", owed.waiting);
}

std::string examine_mail(const Config& config) {
  const auto answer = make_mailer(config.mail)->probe();
  if (answer.outcome != Delivery::Outcome::accepted) throw std::runtime_error(answer.reply);
  return answer.reply;
}

}  // namespace

int check(const Config& config, bool json) {
  std::vector<Finding> findings{{"configuration", true, config.source}};
  examine(findings, "templates", [&] {
    const http::Templates templates(config.server.templates);
    return config.server.templates ? config.server.templates->string() : std::string("built in");
  });
  examine(findings, "storage", [&] { return examine_storage(config); });
  examine(findings, "keys", [&] { return examine_keys(config); });
  examine(findings, "ledger", [&] { return examine_ledger(config); });
  if (!config.ledger.tsa_url.empty()) {
    examine(findings, "timestamps", [&] { return examine_timestamps(config); });
    examine(findings, "timestamp authority", [&] { return examine_authority(config.ledger); });
  }
  for (const auto& webhook : config.webhooks) {
    examine(findings, "webhook " + webhook.id, [&] { return examine_webhook(webhook, config); });
  }
  examine(findings, "mail", [&] { return examine_mail(config); });
  bool all_ok = true;
  Json list = Json::array();
  for (const auto& finding : findings) {
    all_ok = all_ok && finding.ok;
    list.push_back({{"part", finding.part}, {"ok", finding.ok}, {"detail", finding.detail}});
    if (!json) fmt::print("{} {}: {}\n", finding.ok ? "ok  " : "FAIL", finding.part, finding.detail);
  }
  if (json) fmt::print("{}\n", list.dump());
  return all_ok ? done : refused;
}

}  // namespace optledger::cli
