#include "lib/person/email_address.hpp"

#include "lib/base/text.hpp"

#include <idn2.h>

#include <algorithm>
#include <memory>

namespace optledger {
namespace {

using Problem = tl::unexpected<std::string>;

constexpr std::size_t max_local_octets = 64;  // RFC 5321, 4.5.3.1.1
constexpr std::size_t max_octets = 254;       // RFC 5321, 4.5.3.1.3 (path of 256 with its brackets)
constexpr std::size_t max_domain_octets = 253;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 5322 atext, widened by RFC 6531 to every non-ASCII character (controls are refused before).
bool is_atext(char c) {
  constexpr std::string_view specials = "!#$%&'*+-/=?^_`{|}~";
  return is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80 ||
         specials.find(c) != std::string_view::npos;
}

tl::expected<std::string, std::string> parse_local_part(std::string_view text) {
  if (text.empty()) return Problem("there is nothing before the @");
  if (text.size() > max_local_octets) return Problem("the part before the @ is longer than 64 octets");
  if (text.front() == '"') return Problem("quoted addresses are not supported");
  if (text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) {
    return Problem("a dot stands at the start, at the end or twice in a row before the @");
  }
  const auto is_fit = [](char c) { return c == '.' || is_atext(c); };
  if (!std::all_of(text.begin(), text.end(), is_fit)) {
    return Problem("there is a character before the @ that an address cannot have");
  }
  return std::string(text);
}

bool is_ldh_label(std::string_view label) {
  const auto is_ldh = [](char c) { return is_alphanumeric(c) || c == '-'; };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), is_ldh);
}

bool is_all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Every label letters, digits and hyphens; at least two labels; the last one not a number (then it were an
// IP).
bool is_mail_domain(std::string_view domain) {
  std::size_t labels = 0;
  std::string_view last;
  for (std::size_t start = 0; start <= domain.size(); ++labels) {
    const auto end = std::min(domain.find('.', start), domain.size());
    last = domain.substr(start, end - start);
    if (!is_ldh_label(last)) return false;
    start = end + 1;
  }
  return labels >= 2 && !is_all_digits(last);
}

// Most domains have nothing that IDNA could change but their case: no other letters, no `xn--` or the like.
std::optional<std::string> plain_domain(std::string_view text) {
  if (text.size() > max_domain_octets || text.find("--") != std::string_view::npos) return std::nullopt;
  if (!is_mail_domain(text)) return std::nullopt;
  return to_lower_ascii(text);
}

struct Idn2Freed {
  void operator()(char* text) const { idn2_free(text); }
};

// IDNA2008 with the mapping of UTS 46 for case and width, non-transitional: straße.de is not strasse.de.
tl::expected<std::string, std::string> parse_domain(std::string_view text) {
  if (text.empty()) return Problem("there is nothing after the @");
  if (text.front() == '[') return Problem("address literals in brackets are not supported");
  if (text.size() > 4 * max_domain_octets) return Problem("the domain is too long");
  if (auto plain = plain_domain(text)) return std::move(*plain);
  char* raw = nullptr;
  const std::string u_label(text);
  // Without STD3 rules, under which libidn2 silently drops what they forbid: exa_mple.org became example.org.
  const int status = idn2_to_ascii_8z(u_label.c_str(), &raw, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, Idn2Freed> owned(raw);
  if (status != IDN2_OK) return Problem("the domain after the @ is not a valid domain name");
  auto domain = to_lower_ascii(owned.get());
  if (domain.size() > max_domain_octets || !is_mail_domain(domain)) {
    return Problem("the domain after the @ is not a valid domain name, such as example.org");
  }
  return domain;
}

// First character and as many as one ellipsis; nothing of a one-character part.
std::string masked_part(std::string_view part) {
  return count_characters(part) < 2 ? "…" : first_characters(part, 1) + "…";
}

}  // namespace

tl::expected<EmailAddress, std::string> EmailAddress::parse(std::string_view text) {
  if (text.size() > 4 * max_octets) return Problem("it is longer than 254 octets");
  const auto normal = to_nfc(trim_ascii_space(text));
  if (!normal) return Problem("it is not valid UTF-8");
  if (normal->empty()) return Problem("it is empty");
  if (has_control_character(*normal)) return Problem("it contains a control character");
  const auto at = normal->rfind('@');
  if (at == std::string::npos) return Problem("there is no @ in it");
  const auto local = parse_local_part(std::string_view(*normal).substr(0, at));
  if (!local) return Problem(local.error());
  const auto domain = parse_domain(std::string_view(*normal).substr(at + 1));
  if (!domain) return Problem(domain.error());
  auto address = *local + "@" + *domain;
  if (address.size() > max_octets) return Problem("it is longer than 254 octets");
  return EmailAddress{std::move(address), local->size()};
}

bool EmailAddress::needs_smtputf8() const { return !is_ascii(text_); }

std::string EmailAddress::masked() const {
  const auto dot = domain().rfind('.');
  return masked_part(local_part()) + "@" + masked_part(domain().substr(0, dot)) +
         std::string(domain().substr(dot));
}

}  // namespace optledger
