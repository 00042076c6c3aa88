// A Content-Type line and a body behind it, read as the service would; then the same fields written out and
// read again.
#include "lib/base/text.hpp"
#include "service/http/form.hpp"
#include "service/http/media_type.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace optledger;
using namespace optledger::http;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

std::string escaped(std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', digits[byte / 16], digits[byte % 16]};
  }
  return out;
}

bool same(const FormFields& a, const FormFields& b) {
  return std::ranges::equal(
      a, b, [](const FormField& x, const FormField& y) { return x.name == y.name && x.value == y.value; });
}

void check(const FormFields& fields) {
  must(fields.size() <= most_form_fields);
  std::string urlencoded;
  for (const FormField& field : fields) {
    for (const std::string& text : {field.name, field.value})
      must(is_utf8(text) && text.find('\0') == std::string::npos);
    urlencoded += escaped(field.name) + "=" + escaped(field.value) + "&";
  }
  const auto again = parse_urlencoded(urlencoded);
  must(again && same(*again, fields));
}

// Plain names only: how a quotation mark in a name is written differs from browser to browser.
void check_multipart(const FormFields& fields) {
  std::string body;
  for (const FormField& field : fields) {
    if (field.name.empty() || field.name.find_first_of("\"\\\r\n") != std::string::npos ||
        has_control_character(field.name) || field.value.find("--edge") != std::string::npos)
      return;
    body += "--edge\r\nContent-Disposition: form-data; name=\"" + field.name + "\"\r\n\r\n" + field.value +
            "\r\n";
  }
  const auto again = parse_multipart(body + "--edge--", "edge");
  must(again && same(*again, fields));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(input.find('\n'), input.size());
  const std::string_view body = input.substr(std::min(end + 1, input.size()));
  const auto type = parse_media_type(input.substr(0, end));
  if (type && !type->boundary.empty())
    if (const auto fields = parse_multipart(body, type->boundary)) check(*fields);
  if (const auto fields = parse_urlencoded(body)) {
    check(*fields);
    check_multipart(*fields);
  }
  if (const auto decoded = percent_decode(body)) must(decoded->size() <= body.size());
  must(*percent_decode(escaped(body)) == body);
  return 0;
}
