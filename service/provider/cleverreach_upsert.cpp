#include "lib/base/text.hpp"
#include "service/provider/cleverreach.hpp"

#include <map>
#include <numeric>
#include <set>

namespace optledger {

using cleverreach::Answer;
using cleverreach::Call;
using cleverreach::Read;

namespace {

std::int64_t to_seconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

Json to_json(const DesiredReceiver& desired) {
  Json item{{"email", desired.email.text()},
            {"registered", to_seconds(desired.registered)},
            {"activated", to_seconds(desired.activated)}};
  if (desired.reactivates) item["deactivated"] = 0;
  if (!desired.source.empty()) item["source"] = desired.source;
  if (!desired.attributes.empty()) item["attributes"] = desired.attributes;
  if (!desired.tags.empty()) item["tags"] = desired.tags;
  return item;
}

// How CleverReach tells addresses apart.
std::string folded(const std::string& address) { return fold_case(address).value_or(address); }

}  // namespace

// `upsertplus` tells who was written and how they stand now, `upsert` why the others were not. Both can be
// repeated, so those whom the first says nothing about are simply written again by the second.
class CleverReach::Batch {
 public:
  Batch(CleverReach& provider, const std::vector<DesiredReceiver>& desired)
      : provider_(provider), desired_(desired), outcomes_(desired.size()) {}

  std::vector<UpsertOutcome> write() {
    Places all(desired_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    write(all);
    return std::move(outcomes_);
  }

 private:
  using Places = std::vector<std::size_t>;  // among the desired ones

  void write(const Places& places) {
    if (places.empty()) return;
    if (places.size() > provider_.largest_batch_) return write_halves(places);
    Answer answer;
    const auto written = provider_.api_.ask(call("upsertplus", places), [&](const Answer& came) {
      answer = {came.status, nullptr, came.has_body, came.words};
      return came.is_success() ? cleverreach::to_written(came) : Read<std::vector<Receiver>>();
    });
    if (answer.is_success()) {
      grow(places.size());
      return explain(match(places, written));
    }
    if (answer.status == 403) return write_unbarred(places, answer);
    if (places.size() == 1) return refuse(places.front(), answer.words);
    if (answer.status == 413) provider_.largest_batch_ = places.size() / 2;
    write_halves(places);
  }

  // Halved at once, back one by one: what was too large may have been a single item, or a bad moment.
  void grow(std::size_t written) {
    const bool was_full = written == provider_.largest_batch_;
    if (was_full && written < static_cast<std::size_t>(provider_.config_.batch)) ++provider_.largest_batch_;
  }

  // One item can spoil the whole call: halves find it.
  void write_halves(const Places& places) {
    const auto middle = places.begin() + static_cast<std::ptrdiff_t>(places.size() / 2);
    write(Places(places.begin(), middle));
    write(Places(middle, places.end()));
  }

  // One blacklisted address may be why the whole call is refused; otherwise it is the account.
  void write_unbarred(const Places& places, const Answer& answer) {
    std::set<std::string> barred;
    for (const Blacklisting& row : provider_.blacklist()) barred.insert(folded(row.text));
    Places others;
    for (const std::size_t place : places) {
      if (barred.count(folded(desired_[place].email.text())) == 0) {
        others.push_back(place);
      } else {
        refuse(place, "on the blacklist");
      }
    }
    if (others.size() == places.size()) {
      throw ProviderRefused("CleverReach refuses to write receivers: HTTP 403: " +
                            cleverreach::quotable(answer.words));
    }
    write(others);
  }

  Places match(const Places& places, const std::vector<Receiver>& written) {
    std::map<std::string, const Receiver*> by_address;
    for (const Receiver& receiver : written) by_address.emplace(folded(receiver.email), &receiver);
    Places missing;
    for (const std::size_t place : places) {
      const auto found = by_address.find(folded(desired_[place].email.text()));
      if (found == by_address.end()) {
        missing.push_back(place);
      } else {
        outcomes_[place] = {UpsertOutcome::Kind::done, found->second->id, *found->second, ""};
      }
    }
    return missing;
  }

  void explain(const Places& missing) {
    if (missing.empty()) return;
    auto told = provider_.api_.ask(call("upsert", missing), [&](const Answer& came) {
      return came.is_success() ? cleverreach::to_outcomes(came, missing.size())
                               : std::vector<UpsertOutcome>(missing.size());
    });
    for (std::size_t i = 0; i < missing.size(); ++i) outcomes_[missing[i]] = std::move(told[i]);
  }

  void refuse(std::size_t place, const std::string& words) {
    outcomes_[place] = {UpsertOutcome::Kind::refused, "", std::nullopt, to_one_line(words, 500)};
  }

  Call call(const std::string& name, const Places& places) const {
    Json items = Json::array();
    for (const std::size_t place : places) items.push_back(to_json(desired_[place]));
    return {.doing = "write receivers",
            .method = "POST",
            .path = provider_.in_group("/receivers/" + name),
            .body = std::move(items),
            .understood = {400, 403, 413, 422}};
  }

  CleverReach& provider_;
  const std::vector<DesiredReceiver>& desired_;
  std::vector<UpsertOutcome> outcomes_;
};

std::vector<UpsertOutcome> CleverReach::upsert(const std::vector<DesiredReceiver>& desired) {
  return Batch(*this, desired).write();
}

}  // namespace optledger
