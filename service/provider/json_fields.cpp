#include "service/provider/json_fields.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace optledger::cleverreach {
namespace {

constexpr std::int64_t end_of_time = 253402300799;  // 9999-12-31T23:59:59Z

std::optional<std::int64_t> parse_whole_number(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop == text.data()) return std::nullopt;
  if (stop != end && *stop != '.') return std::nullopt;
  return number;
}

}  // namespace

const Json& member(const Json& object, std::string_view name) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(std::string(name));
  return found == object.end() ? nothing : *found;
}

std::optional<std::string> to_text(const Json& value) {
  if (value.is_string()) return to_valid_utf8(value.get_ref<const std::string&>());
  if (value.is_number()) return value.dump();
  return std::nullopt;
}

std::optional<std::int64_t> to_whole_number(const Json& value) {
  if (value.is_boolean()) return std::nullopt;
  const auto text = to_text(value);
  return text ? parse_whole_number(*text) : std::nullopt;
}

bool is_truthy(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value != 0;
  const auto text = to_text(value);
  return text && !text->empty() && *text != "0" && *text != "false";
}

std::optional<Instant> to_instant(const Json& value) {
  if (!is_truthy(value)) return std::nullopt;
  const auto seconds = std::clamp<std::int64_t>(to_whole_number(value).value_or(1), 0, end_of_time);
  return Instant{std::chrono::seconds{seconds}};
}

std::optional<std::string> to_id(const Json& value) {
  const auto text = to_text(value);
  const bool is_number = text && !text->empty() && text->size() <= 19 &&
                         text->find_first_not_of("0123456789") == std::string::npos;
  return is_number ? text : std::nullopt;
}

}  // namespace optledger::cleverreach
