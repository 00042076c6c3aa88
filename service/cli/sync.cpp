// One CleverReach run for cron, or a look at every difference.
#include "lib/base/csv.hpp"
#include "service/cli/commands.hpp"
#include "service/cli/progress.hpp"
#include "service/cli/provider_lists.hpp"
#include "service/cli/state.hpp"
#include "service/cli/terminal.hpp"
#include "service/flows/adopt_receivers.hpp"
#include "service/flows/audit_receivers.hpp"
#include "service/flows/look_up_proof.hpp"
#include "service/provider/make_provider.hpp"
#include "service/workers/list_sync.hpp"
#include "service/workers/sync_worker.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace optledger::cli {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds patience_for_lock{30};
constexpr int page_size = 1000;

// The worker of a running `serve` holds it for seconds at most; another `sync` may hold it for long.
std::unique_ptr<RunLock> lock_for(const ListConfig& list, Store& store) {
  const auto until = Steady::now() + patience_for_lock;
  for (;;) {
    if (auto lock = store.try_lock(sync_lock_name(list.id))) return lock;
    if (Steady::now() >= until) {
      throw Failure(try_again_later, "list " + list.id + ": another run is at work; run it again later");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

Json facts_of(const SyncReport& report, Steady::duration took) {
  return {{"pushed", report.pushed},
          {"deactivated", report.deactivated},
          {"deleted", report.deleted},
          {"foreign", report.foreign},
          {"refused", report.refused},
          {"unknown_active", report.unknown_active},
          {"pending", report.pending},
          {"calls", report.calls},
          {"milliseconds", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}};
}

void print(const std::string& list, const Json& facts) {
  const auto number = [&facts](const char* name) { return facts.at(name).get<std::int64_t>(); };
  fmt::print(
      "{}: {} pushed, {} deactivated, {} deleted, {} left there, {} refused, {} still owed; {} calls, {:.1f} "
      "s\n",
      list, number("pushed"), number("deactivated"), number("deleted"), number("foreign"), number("refused"),
      number("pending"), number("calls"), static_cast<double>(number("milliseconds")) / 1000);
  if (facts.contains("taken_over")) {
    const auto& taken = facts.at("taken_over");
    fmt::print("{}: {} taken over, {} known before, {} not, because they have left here\n", list,
               taken.at("adopted").get<int>(), taken.at("already").get<int>(),
               taken.at("suppressed").get<int>());
  }
  if (number("unknown_active") > 0) {
    fmt::print("{}: {} are mailed there without a consent here; see: optledger sync --audit\n", list,
               number("unknown_active"));
  }
}

// What all runs of the command stand on.
struct Running {
  const Config& config;
  const State& state;
  Clock& clock;
  Entropy& entropy;

  SyncedList synced(const ListConfig& list) const {
    return {list,   config.server.public_url, config.retention.proof_window, state.keys, *state.store, clock,
            entropy};
  }
};

// Before anything is pushed, so that their unsubscribe links go along.
Json adopt_all(const ListConfig& list, const SyncOptions& options, const Running& running,
               Provider& provider) {
  AdoptCounts counts;
  for (int page = 0;; ++page) {
    const auto theirs = provider.receivers(ReceiverKind::active, page, page_size);
    if (theirs.empty()) break;
    adopt_receivers(theirs, operating_user(), options.reason, running.synced(list), counts);
  }
  return {{"adopted", counts.adopted},
          {"already", counts.already},
          {"suppressed", counts.suppressed},
          {"not_active", counts.not_active},
          {"no_address", counts.no_address}};
}

Json run_list(const ListConfig& list, const SyncOptions& options, const Running& running) {
  const auto lock = lock_for(list, *running.state.store);
  const auto provider = make_provider(*list.cleverreach, running.entropy, {});
  const auto began = Steady::now();
  const auto owed = read_from(*running.state.store,
                              [&](Reading& reading) { return reading.count_owed_receivers(list.id); });
  Progress progress(options.full ? 0 : static_cast<std::uint64_t>(owed));
  ListSync sync(running.synced(list), *provider, {}, [&](std::int64_t done) {
    progress.show(static_cast<std::uint64_t>(done), fmt::format("{} receivers", done));
  });
  Json adopted;
  with_provider(list, [&] {
    sync.poll();
    if (options.adopt) adopted = adopt_all(list, options, running, *provider);
    if (options.full) sync.compare();
    sync.push();
  });
  auto facts = facts_of(sync.report(), Steady::now() - began);
  if (options.adopt) facts["taken_over"] = adopted;
  return facts;
}

int run_all(const Config& config, const SyncOptions& options, const Running& running) {
  Json lists = Json::object();
  for (const auto* list : provider_lists(config, options.list)) {
    const auto facts = run_list(*list, options, running);
    if (!options.json) print(list->id, facts);
    lists[list->id] = facts;
  }
  if (options.json) fmt::print("{}\n", Json{{"lists", lists}}.dump());
  return done;
}

// The audit writes as it finds, so that its size costs no memory.
class AuditOutput {
 public:
  explicit AuditOutput(const SyncOptions& options) : format_(options.json ? "json" : options.format) {
    if (format_ == "csv") fmt::print("{}", csv_line({"list", "difference", "email", "provider_id", "owed"}));
  }
  void write(const std::string& list, const Difference& difference) {
    ++count_;
    const std::string what(to_text(difference.what));
    if (format_ == "csv") {
      fmt::print("{}", csv_line({list, what, difference.email, difference.provider_id,
                                 difference.is_owed ? "yes" : "no"}));
    } else if (format_ == "json") {
      fmt::print("{}\n", Json{{"list", list},
                              {"difference", what},
                              {"email", difference.email},
                              {"provider_id", difference.provider_id},
                              {"owed", difference.is_owed}}
                             .dump(-1, ' ', false, Json::error_handler_t::replace));
    } else {
      fmt::print("{:<12} {:<23} {:<40} {}\n", list, what, difference.email,
                 difference.is_owed ? "the next run puts it right" : "");
    }
  }
  std::int64_t count() const { return count_; }
  bool is_table() const { return format_ == "table"; }

 private:
  std::string format_;
  std::int64_t count_ = 0;
};

void audit_list(const ListConfig& list, const Running& running, AuditOutput& output) {
  const auto provider = make_provider(*list.cleverreach, running.entropy, {});
  const auto synced = running.synced(list);
  std::set<Digest> seen;
  with_provider(list, [&] {
    for (int page = 0;; ++page) {
      const auto theirs = provider->receivers(ReceiverKind::all, page, page_size);
      if (theirs.empty()) break;
      for (const auto& difference : audit_page(theirs, seen, synced)) output.write(list.id, difference);
    }
  });
  std::optional<Fingerprint> last;
  do {
    for (const auto& difference : audit_unseen(seen, last, page_size, synced))
      output.write(list.id, difference);
  } while (last);
}

}  // namespace

int sync(const Config& config, const SyncOptions& options) {
  const auto lists = provider_lists(config, options.list);
  if (options.adopt) {
    if (const auto problem = problem_with_reason(options.reason))
      throw Failure(wrong_use, "--reason " + *problem);
  }
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  const Running running{config, state, clock, entropy};
  if (!options.audit) return run_all(config, options, running);
  AuditOutput output(options);
  for (const auto* list : lists) audit_list(*list, running, output);
  if (output.is_table()) fmt::print("{} differences\n", output.count());
  return output.count() == 0 ? done : refused;
}

}  // namespace optledger::cli
