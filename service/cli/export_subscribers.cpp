#include "lib/base/csv.hpp"
#include "lib/subscription/unsubscribe_link.hpp"
#include "service/cli/commands.hpp"
#include "service/cli/output_file.hpp"
#include "service/cli/progress.hpp"
#include "service/cli/state.hpp"
#include "service/flows/read_subscribers.hpp"

#include <fmt/format.h>

namespace optledger::cli {
namespace {

constexpr int subscribers_at_once = 1000;

// Nobody confirmed a permission.
std::string confirmed_at(const Subscriber& subscriber) {
  if (subscriber.basis != LegalBasis::double_opt_in) return {};
  return to_rfc3339(subscriber.subscription.confirmed_at);
}

std::string csv_header() {
  return csv_line({"email", "list", "name", "basis", "confirmed_at", "unsubscribe_url"});
}

std::string to_csv_line(const Subscriber& subscriber, const std::string& unsubscribe_url) {
  return csv_line({subscriber.address.text(), subscriber.subscription.list, subscriber.name.value_or(""),
                   std::string(to_text(subscriber.basis)), confirmed_at(subscriber), unsubscribe_url});
}

std::string to_json_line(const Subscriber& subscriber, const std::string& unsubscribe_url) {
  const auto confirmed = confirmed_at(subscriber);
  return Json{{"email", subscriber.address.text()},
              {"list", subscriber.subscription.list},
              {"name", subscriber.name ? Json(*subscriber.name) : Json(nullptr)},
              {"basis", to_text(subscriber.basis)},
              {"confirmed_at", confirmed.empty() ? Json(nullptr) : Json(confirmed)},
              {"unsubscribe_url", unsubscribe_url}}
             .dump() +
         "\n";
}

}  // namespace

int export_subscribers(const Config& config, const ExportOptions& options) {
  if (options.list && config.list(*options.list) == nullptr) {
    throw Failure(wrong_use, "there is no list " + *options.list + " in the configuration");
  }
  if (config.server.public_url.empty()) {
    throw Failure(wrong_use, "every row has an unsubscribe link: set [server] public_url");
  }
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  OutputFile out(options.output);
  if (options.csv) out.write(csv_header());
  Progress progress(0);
  std::uint64_t count = 0;
  auto page = read_subscribers(std::nullopt, subscribers_at_once, options.list, *state.store);
  for (; page.last; page = read_subscribers(page.last, subscribers_at_once, options.list, *state.store)) {
    for (const auto& subscriber : page.subscribers) {
      const auto url = unsubscribe_url(config.server.public_url, state.keys.token, subscriber.subscription);
      out.write(options.csv ? to_csv_line(subscriber, url) : to_json_line(subscriber, url));
    }
    count += page.subscribers.size();
    if (options.output) progress.show(count, fmt::format("{} subscribers", count));
  }
  out.finish();
  return done;
}

}  // namespace optledger::cli
