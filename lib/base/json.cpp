#include "lib/base/json.hpp"

#include "lib/base/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

namespace optledger {
namespace {

constexpr std::size_t max_depth = 64;

// Builds the value while watching what nlohmann's parser would let pass: duplicate names and depth.
class StrictBuilder : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (!names_.back().insert(name).second) return fail("the name \"" + name + "\" appears twice");
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return fail("not valid JSON at byte " + std::to_string(position));
  }

  Json take() { return std::move(root_); }
  const std::string& error() const { return error_; }

 private:
  bool fail(std::string message) {
    error_ = std::move(message);
    return false;
  }
  template <typename Value>
  bool add(Value&& value) {
    place(Json(std::forward<Value>(value)));
    return true;
  }
  Json* place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[key_] = std::move(value));
  }
  bool open(Json container) {
    if (open_.size() >= max_depth) return fail("nested deeper than 64 levels");
    open_.push_back(place(std::move(container)));
    names_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    names_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;  // stays valid: a parent gets no new member while a child is open
  std::vector<std::set<std::string>> names_;
  std::string key_;
  std::string error_ = "not valid JSON";
};

// RFC 8785 sorts names by UTF-16 code units; bytes of UTF-8 differ from that order only where surrogates sort
// before U+E000 to U+FFFF.
bool utf16_less(const std::string& left, const std::string& right) {
  const auto mismatch = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  if (mismatch.first == left.end() || mismatch.second == right.end()) return left.size() < right.size();
  const auto l = static_cast<unsigned char>(*mismatch.first);
  const auto r = static_cast<unsigned char>(*mismatch.second);
  const bool l_is_astral = l >= 0xF0;
  const bool r_is_astral = r >= 0xF0;
  if (l_is_astral != r_is_astral) {
    // An astral character begins with a surrogate D800 to DBFF: below U+E000 and up (lead bytes EE, EF),
    // above the rest.
    const auto other = l_is_astral ? r : l;
    const bool astral_is_less = other >= 0xEE;
    return l_is_astral ? astral_is_less : !astral_is_less;
  }
  return l < r;
}

void write_string(const std::string& text, std::string& out) {
  if (!is_utf8(text)) throw std::invalid_argument("canonical JSON: a string is not valid UTF-8");
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  const auto needs_escape = [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  };
  auto rest = text.begin();
  for (;;) {
    const auto next = std::find_if(rest, text.end(), needs_escape);
    out.append(rest, next);
    if (next == text.end()) break;
    rest = next + 1;
    switch (const char c = *next) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += "\\u00";
        out += hex[static_cast<unsigned char>(c) >> 4];
        out += hex[static_cast<unsigned char>(c) & 15];
    }
  }
  out += '"';
}

void write_integer(const Json& value, std::string& out) {
  constexpr std::int64_t limit = std::int64_t{1} << 53;
  const bool too_large = value.is_number_unsigned() ? value.get<std::uint64_t>() >= std::uint64_t{limit}
                                                    : std::abs(value.get<std::int64_t>()) >= limit;
  if (too_large) throw std::invalid_argument("canonical JSON: an integer of 2^53 or more");
  out += std::to_string(value.get<std::int64_t>());
}

void write_value(const Json& value, std::string& out);

void write_object(const Json& value, std::string& out) {
  out += '{';
  const auto write_member = [&out](const auto& member) {
    if (out.back() != '{') out += ',';
    write_string(member.key(), out);
    out += ':';
    write_value(member.value(), out);
  };
  const auto is_before = [](const auto& left, const auto& right) {
    return utf16_less(left.key(), right.key());
  };
  const auto items = value.items();
  // Sorted by octets already, which is the same order unless a name has characters beyond U+FFFF.
  if (std::is_sorted(items.begin(), items.end(), is_before)) {
    for (const auto& member : items) write_member(member);
  } else {
    std::vector<Json::const_iterator> members;
    for (auto it = value.begin(); it != value.end(); ++it) members.push_back(it);
    std::sort(members.begin(), members.end(), is_before);
    for (const auto& member : members) write_member(member);
  }
  out += '}';
}

void write_array(const Json& value, std::string& out) {
  out += '[';
  for (const auto& item : value) {
    if (out.back() != '[') out += ',';
    write_value(item, out);
  }
  out += ']';
}

void write_value(const Json& value, std::string& out) {
  switch (value.type()) {
    case Json::value_t::null:
      out += "null";
      return;
    case Json::value_t::boolean:
      out += value.get<bool>() ? "true" : "false";
      return;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      write_integer(value, out);
      return;
    case Json::value_t::string:
      write_string(value.get_ref<const std::string&>(), out);
      return;
    case Json::value_t::object:
      write_object(value, out);
      return;
    case Json::value_t::array:
      write_array(value, out);
      return;
    default:
      throw std::invalid_argument("canonical JSON: a number that is not an integer");
  }
}

}  // namespace

tl::expected<Json, std::string> parse_strict_json(std::string_view text) {
  // Checked before parsing because nlohmann takes a NUL for the end, skips a byte-order mark, and reports
  // broken UTF-8 only inside strings.
  if (text.starts_with("\xEF\xBB\xBF")) return tl::unexpected(std::string("begins with a byte-order mark"));
  if (text.find('\0') != std::string_view::npos) return tl::unexpected(std::string("contains a NUL byte"));
  if (!is_utf8(text)) return tl::unexpected(std::string("is not valid UTF-8"));
  StrictBuilder builder;
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) return tl::unexpected(builder.error());
  return builder.take();
}

std::string to_canonical_json(const Json& value) {
  std::string out;
  write_value(value, out);
  return out;
}

Json or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

Json or_null(const std::optional<Instant>& instant) {
  return instant ? Json(to_rfc3339(*instant)) : Json(nullptr);
}

Json or_null(const std::optional<Digest>& digest) { return digest ? Json(to_hex(*digest)) : Json(nullptr); }

}  // namespace optledger
