#include "lib/letters/letter.hpp"

#include "lib/base/text.hpp"
#include "lib/base/token.hpp"
#include "lib/letters/letter_template.hpp"
#include "lib/letters/mime.hpp"

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include <algorithm>
#include <stdexcept>

namespace optledger {
namespace {

namespace mustache = kainjow::mustache;

[[noreturn]] void refuse(std::string_view field, std::string_view why) {
  throw std::invalid_argument(fmt::format("letter: {} {}", field, why));
}

void require_one_line(std::string_view field, std::string_view text) {
  if (has_control_character(text)) refuse(field, "holds a control character or is not UTF-8");
}

void require_text(std::string_view field, std::string_view text) {
  require_one_line(field, text);
  if (trim_ascii_space(text).empty()) refuse(field, "is empty");
}

// Whatever stands in an URL must end where the URL ends, in plain text too.
void require_url(std::string_view field, std::string_view url) {
  require_one_line(field, url);
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  if (!web || url.find_first_of(" \"<>\\^`{|}") != std::string_view::npos) {
    refuse(field, "must be an http or https URL without spaces, quotes or brackets");
  }
}

bool is_dot_atom(std::string_view text, std::string_view extra) {
  const auto part_of_atom = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           extra.find(c) != std::string_view::npos;
  };
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [&](char c) { return c == '.' || part_of_atom(c); });
}

// Looser than EmailAddress: a trial on loopback may send from newsletter@localhost.
void require_address(std::string_view field, std::string_view address) {
  const auto at = std::min(address.find('@'), address.size());
  const std::string_view domain = address.substr(std::min(at + 1, address.size()));
  if (address.size() > 254 || !is_dot_atom(address.substr(0, at), "!#$%&'*+-/=?^_`{|}~") ||
      !is_dot_atom(domain, "-")) {
    refuse(field, "must be one bare ASCII address, local@domain");
  }
}

void check(const LetterFacts& facts) {
  require_one_line("from_name", facts.from_name);
  require_address("from_address", facts.from_address);
  require_one_line("list_title", facts.list_title);
  require_text("controller_name", facts.controller_name);
  for (const std::string& line : facts.controller_lines) require_text("controller_lines", line);
  if (!facts.imprint_url.empty()) require_url("imprint_url", facts.imprint_url);
  if (!facts.privacy_url.empty()) require_url("privacy_url", facts.privacy_url);
  require_url("public_url", facts.public_url);
  if (facts.public_url.ends_with('/')) refuse("public_url", "must not end with a slash");
}

void check(const LetterValues& values) {
  constexpr std::string_view base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const bool masked = values.token.find_first_not_of('*') == std::string::npos;
  const bool real = values.token.find_first_not_of(base64url) == std::string::npos;
  if (!values.token.empty() && (values.token.size() != Token::length || !(masked || real))) {
    refuse("token", "must be 44 characters of base64url, or 44 asterisks");
  }
  if (values.message_key.size() < 8 || values.message_key.size() > 64 ||
      values.message_key.find_first_not_of("0123456789abcdef") != std::string::npos) {
    refuse("message_key", "must be 8 to 64 lower-case hex digits");
  }
}

// Empty values are left out, so that {{#imprint_url}}…{{/imprint_url}} is a condition.
void put(mustache::data& data, const std::string& name, const std::string& value) {
  if (!value.empty()) data.set(name, value);
}

void put_expiry(mustache::data& data, const LetterTemplate& letter, Instant expires_at) {
  const auto day = std::chrono::floor<std::chrono::days>(expires_at);
  const std::chrono::year_month_day date(day);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(expires_at - day).count();
  const auto month = static_cast<unsigned>(date.month());
  put(data, "expires_day", fmt::format("{}", static_cast<unsigned>(date.day())));
  put(data, "expires_month", fmt::format("{}", month));
  put(data, "expires_month_name", letter.months[month - 1]);
  put(data, "expires_year", fmt::format("{}", static_cast<int>(date.year())));
  put(data, "expires_time", fmt::format("{:02}:{:02}", minutes / 60, minutes % 60));
}

// The one link of a letter: how templates call it, and the path before its token.
struct Link {
  const char* name;
  const char* path;
};
constexpr Link confirm_link{"confirm_url", "/confirm/"};
constexpr Link access_link{"access_url", "/privacy/"};

mustache::data words_of(const LetterTemplate& letter, const LetterFacts& facts, const LetterValues& values,
                        const Link& link) {
  mustache::data data;
  put(data, "language", letter.language);
  put(data, "list_title", facts.list_title);
  put(data, "controller_name", facts.controller_name);
  put(data, "imprint_url", facts.imprint_url);
  put(data, "privacy_url", facts.privacy_url);
  if (!values.token.empty()) put(data, link.name, facts.public_url + link.path + values.token);
  mustache::data lines(mustache::data::type::list);
  for (const std::string& line : facts.controller_lines) lines << mustache::data(line);
  data.set("controller_lines", lines);
  if (!facts.controller_lines.empty()) data.set("has_controller_lines", mustache::data::type::bool_true);
  put_expiry(data, letter, values.expires_at);
  return data;
}

enum class Escape { html, none };

std::string render(const std::string& part, const mustache::data& words, Escape escape) {
  mustache::mustache rendered(part);
  if (escape == Escape::none) rendered.set_custom_escape([](const std::string& value) { return value; });
  std::string text = rendered.is_valid() ? rendered.render(words) : "";
  if (!rendered.is_valid()) throw std::invalid_argument("letter template: " + rendered.error_message());
  return text;
}

// A part of multipart/alternative: its header, an empty line, its body.
std::string body_part(std::string_view boundary, std::string_view type, std::string_view text) {
  std::string part = fmt::format("--{}\r\n", boundary);
  part += header_field("Content-Type", fmt::format("{}; charset=utf-8", type));
  part += header_field("Content-Transfer-Encoding", "quoted-printable");
  return part + "\r\n" + to_quoted_printable(text) + "\r\n";
}

struct Parts {
  std::string subject, text, html;
};

Parts render_parts(const LetterTemplate& letter_template, const mustache::data& words) {
  return {render(letter_template.subject, words, Escape::none),
          render(letter_template.text, words, Escape::none),
          render(letter_template.html, words, Escape::html)};
}

void require_link(const Parts& parts, const std::string& token, const Link& link) {
  const auto lacks = [&](const std::string& part) { return part.find(token) == std::string::npos; };
  const auto tag = fmt::format("{{{{{}}}}}", link.name);
  if (lacks(parts.text)) refuse("template", "part \"text\" lacks " + tag);
  if (lacks(parts.html)) refuse("template", "part \"html\" lacks " + tag);
  if (!lacks(parts.subject)) refuse("template", "part \"subject\" shows the link");
}

Letter put_together(const std::string& language, const Parts& parts, const LetterFacts& facts,
                    const LetterValues& values) {
  const std::string domain = facts.from_address.substr(facts.from_address.find('@') + 1);
  Letter letter;
  letter.message_id = fmt::format("<{}@{}>", values.message_key, domain);
  // "=_" never occurs in quoted-printable, so no body can end a part (RFC 2045, section 6.7).
  const std::string boundary = "=_" + values.message_key;
  std::string& message = letter.message;
  message += header_field("Date", to_rfc5322(values.requested_at));
  message += mailbox_field("From", facts.from_name, facts.from_address);
  message += header_field("To", values.to.text());
  message += text_field("Subject", parts.subject);
  message += header_field("Message-ID", letter.message_id);
  message += header_field("Auto-Submitted", "auto-generated");  // RFC 3834: nobody's vacation answers it
  message += header_field("Content-Language", language);
  message += header_field("MIME-Version", "1.0");
  message += fmt::format("Content-Type: multipart/alternative;\r\n boundary=\"{}\"\r\n\r\n", boundary);
  message += body_part(boundary, "text/plain", parts.text);
  message += body_part(boundary, "text/html", parts.html);
  message += fmt::format("--{}--\r\n", boundary);
  return letter;
}

Letter compose(std::string_view template_text, const LetterFacts& facts, const LetterValues& values,
               const Link& link) {
  check(facts);
  check(values);
  const LetterTemplate letter_template = parse_letter_template(template_text);
  const Parts parts = render_parts(letter_template, words_of(letter_template, facts, values, link));
  if (!values.token.empty()) require_link(parts, values.token, link);
  return put_together(letter_template.language, parts, facts, values);
}

}  // namespace

Letter compose_confirmation_letter(std::string_view template_text, const LetterFacts& facts,
                                   const LetterValues& values) {
  require_text("list_title", facts.list_title);
  require_text("token", values.token);
  return compose(template_text, facts, values, confirm_link);
}

Letter compose_privacy_letter(std::string_view template_text, const LetterFacts& facts,
                              const LetterValues& values) {
  return compose(template_text, facts, values, access_link);
}

}  // namespace optledger
