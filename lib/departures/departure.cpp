#include "lib/departures/departure.hpp"

#include "lib/base/hash.hpp"
#include "lib/base/json.hpp"

#include <algorithm>
#include <optional>

namespace optledger {
namespace {

using Refused = tl::unexpected<std::string>;

constexpr std::string_view format = "optledger-departures/1";

Json to_json(const JournalHead& head) { return {{"format", format}, {"keys", head.keys}}; }

Json to_json(const JournalMark& mark) { return {{"mark", to_hex(mark.mark)}}; }

Json to_json(const ErasedLeaves& erased) {
  Json leaves = Json::array();
  for (const auto& leaf : erased.leaves) leaves.push_back(Json::array({leaf.index, to_hex(leaf.entry)}));
  return {{"erased", {{"cause", to_text(erased.cause)}, {"leaves", std::move(leaves)}}}};
}

Json to_json(const Suppression& rule) {
  return {{"rule",
           {{"person", to_hex(rule.person.bytes)},
            {"list", rule.list ? Json(*rule.list) : Json(nullptr)},
            {"kind", to_text(rule.kind)},
            {"since", to_rfc3339(rule.since)},
            {"until", or_null(rule.until)}}}};
}

Json to_json(const NotedReceipt& noted) {
  const auto& receipt = noted.receipt;
  return {{"receipt",
           {{"person", to_hex(receipt.person.bytes)},
            {"list", receipt.list},
            {"declaration", noted.declaration},
            {"method", receipt.method},
            {"periods", to_json(receipt.periods)},
            {"erased_at", to_rfc3339(receipt.erased_at)},
            {"kept_until", to_rfc3339(receipt.kept_until)}}}};
}

bool has_members(const Json& json, std::initializer_list<const char*> names) {
  return json.is_object() && json.size() == names.size() &&
         std::all_of(names.begin(), names.end(), [&json](const char* name) { return json.contains(name); });
}

std::optional<std::string> text_in(const Json& json) {
  return json.is_string() ? std::optional(json.get<std::string>()) : std::nullopt;
}

std::optional<Digest> digest_in(const Json& json) {
  const auto text = text_in(json);
  return text ? digest_from_hex(*text) : std::nullopt;
}

// Only as to_rfc3339() writes it.
std::optional<Instant> instant_in(const Json& json) {
  const auto text = text_in(json);
  if (!text) return std::nullopt;
  const auto instant = parse_rfc3339(*text);
  return instant && to_rfc3339(*instant) == *text ? std::optional(*instant) : std::nullopt;
}

std::optional<ErasedLeaf> leaf_in(const Json& json) {
  constexpr std::int64_t end = std::int64_t{1} << 53;
  if (!json.is_array() || json.size() != 2 || !json[0].is_number_unsigned()) return std::nullopt;
  const auto entry = digest_in(json[1]);
  if (!entry || json[0].get<std::uint64_t>() >= std::uint64_t{end}) return std::nullopt;
  return ErasedLeaf{json[0].get<std::int64_t>(), *entry};
}

tl::expected<Departure, std::string> head_from(const Json& json) {
  const auto keys = text_in(json.at("keys"));
  if (json.at("format") != format || !keys) return Refused("a format that this version does not know");
  return JournalHead{*keys};
}

tl::expected<Departure, std::string> mark_from(const Json& json) {
  const auto mark = digest_in(json);
  if (!mark) return Refused("a mark that is not 64 hexadecimal digits");
  return JournalMark{*mark};
}

tl::expected<Departure, std::string> erased_from(const Json& json) {
  if (!has_members(json, {"cause", "leaves"})) return Refused("an erasure without cause or leaves");
  const auto cause = erasure_cause_from(text_in(json.at("cause")).value_or(""));
  const auto& leaves = json.at("leaves");
  if (!cause || !leaves.is_array() || leaves.empty() || leaves.size() > max_leaves) {
    return Refused("an erasure with an unknown cause, or too few or too many leaves");
  }
  ErasedLeaves erased{*cause, {}};
  for (const auto& one : leaves) {
    const auto leaf = leaf_in(one);
    if (!leaf) return Refused("a leaf that is not an index and a hash");
    erased.leaves.push_back(*leaf);
  }
  return erased;
}

tl::expected<Departure, std::string> rule_from(const Json& json) {
  if (!has_members(json, {"person", "list", "kind", "since", "until"})) return Refused("an incomplete rule");
  const auto person = digest_in(json.at("person"));
  const auto list = text_in(json.at("list"));
  const auto since = instant_in(json.at("since"));
  const auto until = instant_in(json.at("until"));
  if (!person || !since) return Refused("a rule without person or time");
  if ((!list && !json.at("list").is_null()) || (list && (list->empty() || *list == "*"))) {
    return Refused("a rule about no list");
  }
  if (!until && !json.at("until").is_null()) return Refused("a rule with an end that is no time");
  for (const auto kind : {SuppressionKind::unsubscribed, SuppressionKind::blocked}) {
    if (json.at("kind") == to_text(kind)) return Suppression{{*person}, list, kind, *since, until};
  }
  return Refused("a rule of an unknown kind");
}

std::optional<std::vector<BasisPeriod>> periods_in(const Json& json) {
  if (!json.is_array()) return std::nullopt;
  std::vector<BasisPeriod> periods;
  for (const auto& one : json) {
    if (!has_members(one, {"basis", "since", "until"})) return std::nullopt;
    const auto basis = text_in(one.at("basis"));
    const auto known = basis ? legal_basis_from(*basis) : std::nullopt;
    const auto since = instant_in(one.at("since"));
    const auto until = instant_in(one.at("until"));
    if (!known || !since || (!until && !one.at("until").is_null())) return std::nullopt;
    periods.push_back({*known, *since, until});
  }
  return periods;
}

tl::expected<Departure, std::string> receipt_from(const Json& json) {
  if (!has_members(json, {"person", "list", "declaration", "method", "periods", "erased_at", "kept_until"})) {
    return Refused("an incomplete receipt");
  }
  const auto person = digest_in(json.at("person"));
  const auto list = text_in(json.at("list"));
  const auto declaration = text_in(json.at("declaration"));
  const auto method = text_in(json.at("method"));
  const auto periods = periods_in(json.at("periods"));
  const auto erased_at = instant_in(json.at("erased_at"));
  const auto kept_until = instant_in(json.at("kept_until"));
  if (!person || !list || !declaration || !method || !periods || !erased_at || !kept_until) {
    return Refused("a receipt with a member of another kind");
  }
  return NotedReceipt{{{*person}, *list, sha256(*declaration), *method, *periods, *erased_at, *kept_until},
                      *declaration};
}

}  // namespace

std::string to_line(const Departure& departure) {
  return std::visit([](const auto& one) { return to_canonical_json(to_json(one)); }, departure) + "\n";
}

tl::expected<Departure, std::string> departure_from_line(std::string_view line) {
  const auto json = parse_strict_json(line);
  if (!json) return Refused("not one JSON object in valid UTF-8 with every name once");
  if (has_members(*json, {"format", "keys"})) return head_from(*json);
  if (has_members(*json, {"mark"})) return mark_from(json->at("mark"));
  if (has_members(*json, {"erased"})) return erased_from(json->at("erased"));
  if (has_members(*json, {"rule"})) return rule_from(json->at("rule"));
  if (has_members(*json, {"receipt"})) return receipt_from(json->at("receipt"));
  return Refused("nothing that this version knows");
}

Digest subject_of(const Departure& departure) {
  const auto* rule = std::get_if<Suppression>(&departure);
  if (rule == nullptr) return sha256(to_line(departure));
  return sha256(std::string(as_chars(rule->person.bytes)) + rule->list.value_or("*"));
}

std::optional<Instant> end_of(const Departure& departure) {
  if (const auto* rule = std::get_if<Suppression>(&departure)) return rule->until;
  if (const auto* noted = std::get_if<NotedReceipt>(&departure)) return noted->receipt.kept_until;
  return std::nullopt;
}

}  // namespace optledger
