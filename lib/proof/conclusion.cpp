#include "lib/proof/conclusion.hpp"

#include "lib/consent/legal_basis.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace optledger {
namespace {

bool decides_state(std::string_view kind) {
  constexpr std::array<std::string_view, 6> kinds = {"confirmed", "imported",  "unsubscribed",
                                                     "blocked",   "unblocked", "erased"};
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool ends(std::string_view kind) { return kind == "unsubscribed" || kind == "blocked"; }

// Times as the records have them; null: there was none.
struct Period {
  Json since;
  Json until;
};

struct Course {
  Json state = "pending";
  Period consent;              // by the last confirmation
  Period imported;             // by the last import since then
  bool is_permission = false;  // the law's own, and not a consent of foreign origin
};

bool is_permission(const Json& record) {
  const auto details = record.value("details", Json::object());
  return details.is_object() && details.value("basis", Json()) == to_text(LegalBasis::existing_customer);
}

void end(Period& period, const Json& at) {
  if (!period.since.is_null() && period.until.is_null()) period.until = at;
}

Course course_of(const std::vector<Json>& records) {
  Course course;
  for (const auto& record : records) {
    const auto& kind = record.at("kind").get_ref<const std::string&>();
    const auto& at = record.at("at");
    if (decides_state(kind)) course.state = kind;
    if (kind == "confirmed") course = {kind, {at, nullptr}, {}, false};
    if (kind == "imported") {
      course.imported = {at, nullptr};
      course.is_permission = is_permission(record);
    }
    if (!ends(kind)) continue;
    end(course.consent, at);
    end(course.imported, at);
  }
  return course;
}

// What stands is held without an end.
Json held_until(const Json& ended_at, const ProofWindow& window) {
  if (ended_at.is_null()) return nullptr;
  return to_rfc3339(end_of(window, parse_rfc3339(ended_at.get_ref<const std::string&>()).value()));
}

}  // namespace

Json conclude(const std::vector<Json>& records, const ProofWindow& window) {
  const auto course = course_of(records);
  const auto& last = course.imported.since.is_null() ? course.consent : course.imported;
  return {{"state", course.state},
          {"consent_given_at", course.consent.since},
          {"consent_withdrawn_at", course.consent.until},
          {"held_until", held_until(last.until, window)}};
}

Json conclude_permission(const std::vector<Json>& records) {
  const auto course = course_of(records);
  if (!course.consent.since.is_null() || !course.is_permission) return nullptr;
  return {{"permitted_at", course.imported.since}, {"ended_at", course.imported.until}};
}

}  // namespace optledger
