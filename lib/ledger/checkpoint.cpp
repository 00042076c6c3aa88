#include "lib/ledger/checkpoint.hpp"

#include <fmt/format.h>

#include <charconv>

namespace optledger {
namespace {

// The text up to the next newline, which is taken too; nothing when there is none.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> to_size(std::string_view digits) {
  std::int64_t size = 0;
  const char* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, size);
  const bool one_form =
      !digits.empty() && digits.front() != '-' && (digits.front() != '0' || digits.size() == 1);
  if (error != std::errc() || rest != end || !one_form) return std::nullopt;
  return static_cast<std::uint64_t>(size);
}

}  // namespace

std::string to_text(const Checkpoint& checkpoint) {
  return fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size,
                     to_base64(as_chars(checkpoint.root)));
}

std::optional<Checkpoint> parse_checkpoint(std::string_view text) {
  const auto origin = take_line(text);
  const auto size_line = take_line(text);
  const auto root_line = take_line(text);
  if (!root_line || !text.empty() || origin->empty()) return std::nullopt;
  const auto size = to_size(*size_line);
  const auto root = digest_from_base64(*root_line);
  if (!size || !root) return std::nullopt;
  return Checkpoint{std::string(*origin), *size, *root};
}

}  // namespace optledger
