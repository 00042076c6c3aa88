#include "lib/base/text.hpp"
#include "service/http/characters.hpp"
#include "service/http/form.hpp"
#include "service/http/media_type.hpp"
#include "service/http/parameters.hpp"

#include <optional>

namespace optledger::http {
namespace {

constexpr std::size_t longest_boundary = 70;  // RFC 2046, 5.1.1
constexpr std::size_t most_part_headers = 8;

using Sentence = std::optional<std::string>;  // nothing: all is well

bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= longest_boundary && text.back() != ' ' &&
         text.find_first_not_of(
             "'()+_,-./:=? 0123456789abcdefghijklmnopqrstuvwxyz"
             "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
}

Sentence read_disposition(std::string_view value, std::optional<std::string>& name) {
  const auto disposition = parse_parameters(value);
  if (name || !disposition || disposition->value != "form-data")
    return "A part of the form needs one Content-Disposition: form-data.";
  if (disposition->parameter("filename") || disposition->parameter("filename*"))
    return "The form contains a file; only text fields are accepted.";
  const std::string* given = disposition->parameter("name");
  if (!given || given->empty() || !is_utf8(*given)) return "A part of the form has no usable name.";
  name = *given;
  return {};
}

Sentence read_part_header(std::string_view line, std::optional<std::string>& name) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return "A header line of a form part has no colon.";
  const std::string field = to_lower_ascii(line.substr(0, colon));
  const std::string_view value = trim(line.substr(colon + 1));
  if (field == "content-disposition") return read_disposition(value, name);
  if (field == "content-type") {
    const auto type = parse_media_type(value);
    if (!type || type->name != "text/plain") return "A part of the form is not UTF-8 text/plain.";
  }
  if (field == "content-transfer-encoding") {
    const std::string encoding = to_lower_ascii(value);
    if (encoding != "7bit" && encoding != "8bit" && encoding != "binary")
      return "A part of the form has a transfer encoding; send it as it is.";
  }
  return {};
}

// `part` is what stands between two delimiters: header lines, an empty line, the value.
OrSentence<FormField> read_part(std::string_view part) {
  std::optional<std::string> name;
  for (std::size_t lines = 0;; ++lines) {
    const auto end = part.find("\r\n");
    if (end == std::string_view::npos)
      return tl::unexpected<std::string>("A part of the form has no end of its header.");
    const std::string_view line = part.substr(0, end);
    part.remove_prefix(end + 2);
    if (line.empty()) break;
    if (lines == most_part_headers)
      return tl::unexpected<std::string>("A part of the form has too many header lines.");
    if (const Sentence wrong = read_part_header(line, name)) return tl::unexpected(*wrong);
  }
  if (!name)
    return tl::unexpected<std::string>("A part of the form needs one Content-Disposition: form-data.");
  if (!is_utf8(part)) return tl::unexpected<std::string>("A form field is not valid UTF-8.");
  if (part.find('\0') != std::string_view::npos || name->find('\0') != std::string::npos)
    return tl::unexpected<std::string>("A form field contains a NUL character.");
  return FormField{std::move(*name), std::string(part)};
}

enum class Delimiter { part, last, broken };

// Takes what follows "--boundary": CR LF before a part, "--" at the end; spaces before a CR LF are RFC 2046's
// padding.
Delimiter take_delimiter_end(std::string_view& rest) {
  const bool last = rest.starts_with("--");
  if (last) rest.remove_prefix(2);
  const auto space = rest.find_first_not_of(" \t");
  rest.remove_prefix(space == std::string_view::npos ? rest.size() : space);
  if (last) return rest.empty() || rest == "\r\n" ? Delimiter::last : Delimiter::broken;
  if (!rest.starts_with("\r\n")) return Delimiter::broken;
  rest.remove_prefix(2);
  return Delimiter::part;
}

}  // namespace

OrSentence<FormFields> parse_multipart(std::string_view body, std::string_view boundary) {
  if (!is_boundary(boundary))
    return tl::unexpected<std::string>("The Content-Type has no valid multipart boundary.");
  const std::string delimiter = "\r\n--" + std::string(boundary);
  const std::string_view opening = std::string_view(delimiter).substr(2);
  if (!body.starts_with(opening))
    return tl::unexpected<std::string>("The form does not begin with its boundary.");
  body.remove_prefix(opening.size());
  FormFields fields;
  for (;;) {
    const Delimiter kind = take_delimiter_end(body);
    if (kind == Delimiter::last) return fields;
    if (kind == Delimiter::broken)
      return tl::unexpected<std::string>("The form's boundary lines are broken.");
    const auto end = body.find(delimiter);
    if (end == std::string_view::npos)
      return tl::unexpected<std::string>("The form ends before its last boundary.");
    if (fields.size() == most_form_fields)
      return tl::unexpected<std::string>("The form has too many fields; 64 are accepted.");
    auto field = read_part(body.substr(0, end));
    if (!field) return tl::unexpected(field.error());
    fields.push_back(std::move(*field));
    body.remove_prefix(end + delimiter.size());
  }
}

}  // namespace optledger::http
