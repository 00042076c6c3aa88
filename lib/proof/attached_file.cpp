#include "lib/proof/attached_file.hpp"

#include <charconv>

namespace optledger {
namespace {

constexpr std::string_view object_begin = "<< /Type /EmbeddedFile ";
constexpr std::string_view length_name = "/Length ";
constexpr std::string_view stream_begin = ">>\nstream\n";
constexpr std::string_view object_end = "\nendstream\nendobj\n";

std::optional<std::size_t> length_in(std::string_view dictionary) {
  const auto at = dictionary.find(length_name);
  if (at == std::string_view::npos) return std::nullopt;
  dictionary.remove_prefix(at + length_name.size());
  std::size_t length = 0;
  const auto [rest, error] =
      std::from_chars(dictionary.data(), dictionary.data() + dictionary.size(), length);
  return error == std::errc{} ? std::optional(length) : std::nullopt;
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++found;
  return found;
}

}  // namespace

std::optional<std::string> attached_file(std::string_view pdf) {
  const auto at = pdf.find(object_begin);
  if (!pdf.starts_with("%PDF-") || at == std::string_view::npos) return std::nullopt;
  const auto dictionary_end = pdf.find(stream_begin, at);
  if (dictionary_end == std::string_view::npos) return std::nullopt;
  const auto length = length_in(pdf.substr(at, dictionary_end - at));
  const auto rest = pdf.substr(dictionary_end + stream_begin.size());
  if (!length || *length > rest.size() || !rest.substr(*length).starts_with(object_end)) return std::nullopt;
  // What the file says of itself stands before and behind the attached bytes, which may hold any words.
  const auto before = pdf.substr(0, at);
  const auto behind = rest.substr(*length);
  for (const std::string_view once : {object_begin, std::string_view("startxref")}) {
    if (occurrences(before, once) + occurrences(behind, once) != (once == object_begin ? 0U : 1U))
      return std::nullopt;
  }
  return std::string(rest.substr(0, *length));
}

}  // namespace optledger
