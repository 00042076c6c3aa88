#include "service/config/values.hpp"

#include "lib/base/text.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace optledger {
namespace {

using std::chrono::hours;

constexpr Duration day = hours{24};

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

struct Quantity {
  std::int64_t number;
  char unit;
};

// At most seven digits, so that no product with a unit can overflow.
std::optional<Quantity> parse_quantity(std::string_view text) {
  if (text.size() < 2 || text.size() > 8 || text.front() == '-') return std::nullopt;
  const auto number = parse_number<std::int64_t>(text.substr(0, text.size() - 1));
  if (!number) return std::nullopt;
  return Quantity{*number, text.back()};
}

std::optional<Duration> unit_length(char unit) {
  switch (unit) {
    case 's':
      return std::chrono::seconds{1};
    case 'm':
      return std::chrono::minutes{1};
    case 'h':
      return hours{1};
    case 'd':
      return day;
    default:
      return std::nullopt;
  }
}

std::string readable(Duration span) {
  if (span % day == Duration{0}) return fmt::format("{}d", span / day);
  return fmt::format("{}h", span / Duration{hours{1}});
}

std::optional<std::vector<std::uint8_t>> parse_ip(std::string_view text) {
  std::array<std::uint8_t, 16> bytes{};
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) return {{bytes.begin(), bytes.begin() + 4}};
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return {{bytes.begin(), bytes.end()}};
  return std::nullopt;
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 253 || host.front() == '-' || host.front() == '.') return false;
  const bool only_host_characters = std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  // A name made of digits and dots is meant as an IPv4 address, so it has to be one.
  const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return only_host_characters && (!numeric || parse_ip(host).has_value());
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

}  // namespace

Checked<std::string> parse_line(std::string_view text) {
  std::string line = trim_ascii_space(text);
  if (line.empty()) return tl::unexpected<std::string>("must not be empty");
  if (!is_utf8(line)) return tl::unexpected<std::string>("must be valid UTF-8");
  if (has_control_character(line))
    return tl::unexpected<std::string>("must be one line without control characters");
  if (count_characters(line) > 200) return tl::unexpected<std::string>("must have at most 200 characters");
  return line;
}

Checked<std::string> parse_id(std::string_view text, std::size_t longest) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (!plain || text.empty() || text.size() > longest) {
    return tl::unexpected(fmt::format("must be 1 to {} of the characters a-z, 0-9, _ and -", longest));
  }
  return std::string(text);
}

Checked<std::string> parse_country(std::string_view text) {
  const bool capitals = std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (text.size() != 2 || !capitals) {
    return tl::unexpected<std::string>("must be the country's two-letter code in capitals, such as \"DE\"");
  }
  return std::string(text);
}

Checked<Duration> parse_duration(std::string_view text, Duration longest) {
  const auto quantity = parse_quantity(text);
  const auto unit = quantity ? unit_length(quantity->unit) : std::nullopt;
  if (!unit)
    return tl::unexpected<std::string>("expected a span such as \"30s\", \"15m\", \"24h\" or \"7d\"");
  const Duration span = quantity->number * *unit;
  if (span < Duration{1} || span > longest) {
    return tl::unexpected(fmt::format("must be from 1s to {}", readable(longest)));
  }
  return span;
}

Checked<ProofWindow> parse_proof_window(std::string_view text) {
  const auto quantity = parse_quantity(text);
  if (quantity && quantity->unit == 'y') {
    if (quantity->number < 1 || quantity->number > 3) {
      return tl::unexpected<std::string>("must be 1y to 3y: evidence is kept for at most three years");
    }
    return ProofWindow{static_cast<int>(quantity->number), std::nullopt};
  }
  const auto span = parse_duration(text, 3 * 365 * day);
  if (!span) return tl::unexpected(span.error() + " or 3y: evidence is kept for at most three years");
  return ProofWindow{3, *span};
}

Checked<Duration> parse_fill_time(std::string_view text) {
  if (text == "0s") return Duration{0};
  return parse_duration(text, std::chrono::minutes{1});
}

Checked<Rate> parse_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto count = parse_number<int>(text.substr(0, slash));
  if (slash == std::string_view::npos || !count || *count < 1 || *count > 1000000) {
    return tl::unexpected<std::string>("expected 1 to 1000000 in a span, such as \"60/1h\"");
  }
  const auto window = parse_duration(text.substr(slash + 1), day);
  if (!window) return tl::unexpected("after the slash: " + window.error());
  return Rate{*count, *window};
}

Checked<Rate> parse_letter_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto count = parse_number<int>(text.substr(0, slash));
  if (slash == std::string_view::npos || !count || *count < 1 || *count > 3) {
    return tl::unexpected<std::string>("expected 1 to 3 letters per span, such as \"1/24h\"");
  }
  const auto window = parse_duration(text.substr(slash + 1), 14 * day);
  if (!window) return tl::unexpected("after the slash: " + window.error());
  const std::int64_t windows_a_day = (day.count() + window->count() - 1) / window->count();
  if (*count * windows_a_day > 3) {
    return tl::unexpected<std::string>("would allow more than 3 letters to one address in 24 hours");
  }
  return Rate{*count, *window};
}

Checked<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port) {
  constexpr std::string_view form = "expected host:port or [IPv6 address]:port";
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && end == std::string_view::npos) return tl::unexpected(std::string(form));
  const std::string host = lower_case(bracketed ? text.substr(1, end - 1) : text.substr(0, end));
  const auto address = parse_ip(host);
  if (bracketed ? !address || address->size() != 16 : !is_host(host)) {
    return tl::unexpected(std::string(form) + "; this host is neither a name nor an address");
  }
  const std::size_t host_end = end == std::string_view::npos ? text.size() : end + (bracketed ? 1 : 0);
  const std::string_view rest = text.substr(host_end);
  if (rest.empty() && default_port != 0) return HostPort{host, default_port};
  const auto port = rest.starts_with(':') ? parse_number<std::uint16_t>(rest.substr(1)) : std::nullopt;
  if (!port) return tl::unexpected(std::string(form) + ", the port from 0 to 65535");
  return HostPort{host, *port};
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost") || host == "::1") return true;
  const auto address = parse_ip(host);
  return address && address->size() == 4 && address->front() == 127;
}

Checked<std::string> parse_address_block(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address || slash == std::string_view::npos) {
    return tl::unexpected<std::string>("expected an address block such as \"10.0.0.0/8\" or \"::1/128\"");
  }
  const auto length = parse_number<unsigned>(text.substr(slash + 1));
  const std::size_t bits = address->size() * 8;
  if (!length || *length > bits)
    return tl::unexpected(fmt::format("the length after the slash must be 0 to {}", bits));
  for (std::size_t bit = *length; bit < bits; ++bit) {
    if ((*address)[bit / 8] & (0x80 >> (bit % 8))) {
      return tl::unexpected(fmt::format("the bits behind the first {} must be zero", *length));
    }
  }
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  inet_ntop(bits == 32 ? AF_INET : AF_INET6, address->data(), canonical.data(), canonical.size());
  return fmt::format("{}/{}", canonical.data(), *length);
}

Checked<std::string> parse_ascii_address(std::string_view text) {
  const auto address = EmailAddress::parse(text);
  if (!address || address->needs_smtputf8()) {
    return tl::unexpected<std::string>(
        "expected an e-mail address in ASCII such as \"newsletter@example.de\"");
  }
  return address->text();
}

Checked<Sender> parse_sender(std::string_view text) {
  const std::size_t open = text.rfind('<');
  if (open == std::string_view::npos) {
    return parse_ascii_address(text).map([](std::string address) { return Sender{"", std::move(address)}; });
  }
  std::string name = trim_ascii_space(text.substr(0, open));
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  if (!text.ends_with('>') || name.find_first_of("<>\"\\") != std::string::npos) {
    return tl::unexpected<std::string>("expected \"Name <address>\" or an address alone");
  }
  const auto address = parse_ascii_address(text.substr(open + 1, text.size() - open - 2));
  if (!address) return tl::unexpected("between < and >: " + address.error());
  if (name.empty()) return Sender{"", *address};
  const auto line = parse_line(name);
  if (!line) return tl::unexpected("the name before the address " + line.error());
  return Sender{*line, *address};
}

}  // namespace optledger
