#include "service/http/request_head.hpp"

#include "lib/base/text.hpp"
#include "service/http/characters.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace optledger::http {
namespace {

using MaybeRefusal = std::optional<Refusal>;

constexpr Refusal malformed(std::string_view detail) { return {Reason::malformed_request, detail}; }

struct Scan {
  std::size_t end = 0;  // just behind the empty line, 0 when it has not come yet
  MaybeRefusal refusal;
};

// Looks at every byte once: line ends are CR LF and nothing else, and no other control byte but tab.
Scan scan_lines(std::string_view bytes, std::size_t from) {
  for (std::size_t i = from; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c == '\n') {
      if (i == 0 || bytes[i - 1] != '\r')
        return {0, malformed("A line ends in LF alone; every line must end in CR LF.")};
      if (i >= 3 && bytes[i - 2] == '\n') return {i + 1, std::nullopt};
    } else if (c == '\r') {
      if (i + 1 < bytes.size() && bytes[i + 1] != '\n') return {0, malformed("A CR stands without its LF.")};
    } else if ((c < 0x20 && c != '\t') || c == 0x7f) {
      return {0, malformed("The head contains a control character.")};
    }
  }
  return {};
}

MaybeRefusal too_large(std::string_view bytes, const HeadLimits& limits) {
  if (bytes.size() > limits.request_line &&
      bytes.substr(0, limits.request_line).find('\n') == std::string_view::npos)
    return Refusal{Reason::target_too_long, "The request line is too long; keep it below 4 KiB."};
  if (bytes.size() > limits.head)
    return Refusal{Reason::header_too_large, "The header is too large; keep it below 16 KiB."};
  return std::nullopt;
}

// Reads the lines of one complete head.
class HeadReader {
 public:
  explicit HeadReader(const HeadLimits& limits) : limits_(limits) {}

  HeadReading read(std::string_view lines, std::size_t size);

 private:
  MaybeRefusal read_request_line(std::string_view line);
  MaybeRefusal read_method(std::string_view method);
  MaybeRefusal read_target(std::string_view target);
  MaybeRefusal read_header(std::string_view line);
  MaybeRefusal check_header(const Header& header) const;
  MaybeRefusal read_host();
  MaybeRefusal read_content_length();
  MaybeRefusal read_expectation();
  void read_persistence();

  const Header* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  bool claims_key() const;

  const HeadLimits& limits_;
  RequestHead head_;
  bool is_1_0_ = false;
};

HeadReading HeadReader::read(std::string_view lines, std::size_t size) {
  const auto next_line = [&lines] {
    const auto end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + 2);
    return line;
  };
  if (const auto refusal = read_request_line(next_line())) return *refusal;
  while (lines != "\r\n")
    if (const auto refusal = read_header(next_line())) return *refusal;
  for (const auto step :
       {&HeadReader::read_host, &HeadReader::read_content_length, &HeadReader::read_expectation})
    if (const auto refusal = (this->*step)()) return *refusal;
  read_persistence();
  head_.size = size;
  return std::move(head_);
}

MaybeRefusal HeadReader::read_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last)
    return malformed("The request line must be: method, one space, target, one space, version.");
  const std::string_view version = line.substr(last + 1);
  const bool shaped = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                      version[6] == '.' && is_digit(version[7]);
  if (!shaped) return malformed("The request line does not end in an HTTP version.");
  is_1_0_ = version == "HTTP/1.0";
  if (!is_1_0_ && version != "HTTP/1.1")
    return Refusal{Reason::version_not_supported, "Send the request as HTTP/1.1."};
  if (const auto refusal = read_method(line.substr(0, first))) return refusal;
  return read_target(line.substr(first + 1, last - first - 1));
}

MaybeRefusal HeadReader::read_method(std::string_view method) {
  if (!is_token(method)) return malformed("The method is not a token.");
  if (method.size() > 16 || std::ranges::any_of(method, is_lower))
    return Refusal{Reason::unknown_method, "Methods are written in capitals, for example GET or POST."};
  head_.method = method;
  return std::nullopt;
}

MaybeRefusal HeadReader::read_target(std::string_view target) {
  if (target.size() > limits_.target)
    return Refusal{Reason::target_too_long, "The path with its query is too long; keep it below 4 KiB."};
  if (!target.starts_with('/')) return malformed("The target must be a path that begins with a slash.");
  for (const char c : target) {
    if (c <= ' ' || c > '~') return malformed("The target has a byte that must be percent-encoded.");
    if (c == '#') return malformed("The target has a fragment; leave out '#' and what follows.");
  }
  const auto mark = target.find('?');
  head_.path = target.substr(0, mark);
  if (mark != std::string_view::npos) head_.query = target.substr(mark + 1);
  return std::nullopt;
}

MaybeRefusal HeadReader::read_header(std::string_view line) {
  if (head_.headers.size() == limits_.header_lines)
    return Refusal{Reason::header_too_large, "There are too many header lines; 64 are accepted."};
  if (line.front() == ' ' || line.front() == '\t')
    return malformed("A header line is folded; write it on one line.");
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("A header line has no colon.");
  if (!is_token(line.substr(0, colon))) return malformed("A header's name is not a token.");
  Header header{to_lower_ascii(line.substr(0, colon)), std::string(trim(line.substr(colon + 1)))};
  if (const auto refusal = check_header(header)) return refusal;
  head_.headers.push_back(std::move(header));
  return std::nullopt;
}

MaybeRefusal HeadReader::check_header(const Header& header) const {
  static constexpr std::array<std::string_view, 9> singles{
      "authorization", "content-length", "content-type",      "expect",           "host",
      "origin",        "webhook-id",     "webhook-signature", "webhook-timestamp"};
  // Names under which cpp-httplib files the socket's own addresses (CVE-2025-66570): nobody has a use for
  // sending them.
  static constexpr std::array<std::string_view, 4> reserved{"local_addr", "local_port", "remote_addr",
                                                            "remote_port"};
  if (header.name == "transfer-encoding")
    return Refusal{Reason::length_required,
                   "Send the body with Content-Length instead of Transfer-Encoding."};
  if (header.name == "content-encoding")
    return Refusal{Reason::unsupported_encoding, "Send the body as it is, without Content-Encoding."};
  if (std::ranges::find(reserved, header.name) != reserved.end())
    return malformed("A header has a reserved name.");
  if (std::ranges::find(singles, header.name) != singles.end() && has(header.name))
    return malformed("A header that may stand once only is repeated.");
  return std::nullopt;
}

const Header* HeadReader::find(std::string_view name) const {
  const auto found = std::ranges::find(head_.headers, name, &Header::name);
  return found == head_.headers.end() ? nullptr : &*found;
}

MaybeRefusal HeadReader::read_host() {
  const Header* host = find("host");
  if (!host) return is_1_0_ ? MaybeRefusal{} : malformed("The Host header is missing.");
  if (host->value.find_first_of(" \t\"#,/<>?@\\") != std::string::npos)
    return malformed("The Host header is not a host name with an optional port.");
  return std::nullopt;
}

bool HeadReader::claims_key() const {
  if (has("webhook-signature")) return true;
  const Header* authorization = find("authorization");
  return authorization && to_lower_ascii(authorization->value.substr(0, 7)) == "bearer ";
}

MaybeRefusal HeadReader::read_content_length() {
  const bool takes_body = head_.method == "POST" || head_.method == "PUT" || head_.method == "PATCH";
  const Header* length = find("content-length");
  if (!length) return std::nullopt;  // RFC 9112, 6.3: without a length there is no body
  const char* const end = length->value.data() + length->value.size();
  // from_chars into an unsigned type takes digits only: no sign, no space.
  const auto [stopped, fault] = std::from_chars(length->value.data(), end, head_.content_length);
  if (fault != std::errc{} || stopped != end) return malformed("Content-Length is not a number of bytes.");
  if (!takes_body && head_.content_length > 0) return malformed("This method takes no body.");
  if (head_.content_length > (claims_key() ? limits_.keyed_body : limits_.body))
    return Refusal{Reason::content_too_large, "64 KiB are accepted; 1 MiB with an API key or a signature."};
  return std::nullopt;
}

MaybeRefusal HeadReader::read_expectation() {
  const Header* expect = find("expect");
  if (!expect) return std::nullopt;
  if (to_lower_ascii(expect->value) != "100-continue")
    return Refusal{Reason::expectation_failed, "The only expectation met here is 100-continue."};
  head_.expect_continue = !is_1_0_ && head_.content_length > 0;
  return std::nullopt;
}

void HeadReader::read_persistence() {
  bool close = false;
  bool keep = false;
  for (const Header& header : head_.headers) {
    if (header.name != "connection") continue;
    const std::string options = to_lower_ascii(header.value);
    for (std::string_view rest = options; !rest.empty();) {
      const auto comma = rest.find(',');
      const std::string_view option = trim(rest.substr(0, comma));
      close |= option == "close";
      keep |= option == "keep-alive";
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
  }
  head_.keep_alive = !close && (!is_1_0_ || keep);
}

}  // namespace

HeadReading parse_request_head(std::string_view bytes, const HeadLimits& limits, std::size_t scanned) {
  const Scan scan = scan_lines(bytes, std::min(scanned, bytes.size()));
  if (scan.refusal) return *scan.refusal;
  if (const auto refusal = too_large(scan.end ? bytes.substr(0, scan.end) : bytes, limits)) return *refusal;
  // A CR at the very end is looked at again: its LF is still to come.
  if (!scan.end) return HeadIncomplete{bytes.ends_with('\r') ? bytes.size() - 1 : bytes.size()};
  // RFC 9112, 2.2: one empty line before the request is forgiven.
  const std::size_t begin = bytes.starts_with("\r\n") ? 2 : 0;
  return HeadReader(limits).read(bytes.substr(begin, scan.end - begin), scan.end);
}

}  // namespace optledger::http
