// Prepares a list's group at CleverReach: attributes, and the hook that tells us what changes there.
#include "service/cli/commands.hpp"
#include "service/cli/provider_lists.hpp"
#include "service/cli/state.hpp"
#include "service/flows/provider_hook.hpp"
#include "service/provider/make_provider.hpp"
#include "service/workers/list_sync.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger::cli {
namespace {

// What was done, line by line, and in one piece for --json.
class Report {
 public:
  Report(std::string list, bool json) : list_(std::move(list)), json_(json) {}
  void say(const std::string& part, const std::string& what) {
    steps_.push_back({{"part", part}, {"done", what}});
    if (!json_) fmt::print("{}: {}: {}\n", list_, part, what);
  }
  const Json& steps() const { return steps_; }

 private:
  std::string list_;
  bool json_;
  Json steps_ = Json::array();
};

std::string title_of(const ListConfig& list) { return list.title.begin()->second; }

// A group of this name may be there from an earlier try: it is used instead of making another one.
void find_group(const ListConfig& list, Provider& provider, Report& report) {
  if (const auto group = provider.group()) {
    report.say("group", fmt::format("{} “{}” is there{}", group->id, group->name,
                                    group->is_locked ? ", but CleverReach has locked it" : ""));
    return;
  }
  const auto groups = provider.groups();
  const auto same = std::find_if(groups.begin(), groups.end(),
                                 [&](const ProviderGroup& group) { return group.name == title_of(list); });
  const auto group = same != groups.end() ? *same : provider.create_group(title_of(list));
  throw Failure(refused, fmt::format("list {}: there is no group {}; {} “{}” has the number {}: set group = "
                                     "\"{}\" in [list.cleverreach] and run this again",
                                     list.id, list.cleverreach->group,
                                     same != groups.end() ? "the group" : "a new one,", group.name, group.id,
                                     group.id));
}

void make_attributes(ListSync& sync, Report& report) {
  const auto made = sync.make_attributes();
  for (const auto& name : made) report.say("attribute", name + " created");
  if (made.empty()) report.say("attribute", "all are there");
}

void register_hook(const Config& config, const ListConfig& list, Provider& provider, const State& state,
                   Report& report) {
  const auto url = config.server.public_url + "/hooks/cleverreach/" + list.id;
  const auto hook = provider.register_hook(url, hook_verification(list.id, state.keys));
  if (!hook) {
    throw Failure(refused,
                  fmt::format("list {}: CleverReach does not take {} as a hook: {}; it must be https, and "
                              "`optledger serve` must answer there during this call",
                              list.id, url, hook.error()));
  }
  keep_hook_token(list.id, hook->call_token.reveal(), *state.store);
  report.say("hook", url + " registered");
}

}  // namespace

int provider_connect(const Config& config, const ConnectOptions& options) {
  const auto lists = provider_lists(config, options.list);
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  Json all = Json::object();
  for (const auto* list : lists) {
    const auto provider = make_provider(*list->cleverreach, entropy, {});
    Report report(list->id, options.json);
    with_provider(*list, [&] {
      provider->validate();
      report.say("credentials", "accepted");
      find_group(*list, *provider, report);
      ListSync sync({*list, config.server.public_url, config.retention.proof_window, state.keys, *state.store,
                     clock, entropy},
                    *provider);
      make_attributes(sync, report);
      if (!options.no_hook) register_hook(config, *list, *provider, state, report);
    });
    all[list->id] = report.steps();
  }
  if (options.json) fmt::print("{}\n", Json{{"lists", all}}.dump());
  return done;
}

}  // namespace optledger::cli
