#include "service/http/signup_request.hpp"

#include "lib/base/text.hpp"
#include "service/http/ip_address.hpp"
#include "service/http/language.hpp"

#include <algorithm>

namespace optledger::http {
namespace {

constexpr std::size_t max_source_url = 2048;
constexpr std::chrono::hours max_signed_up_age{24};

std::optional<EmailAddress> read_email(const SignupFields& fields, FieldErrors& errors) {
  if (!fields.email || trim_ascii_space(*fields.email).empty()) {
    errors.push_back({"email", "missing-email", "an e-mail address is needed"});
    return std::nullopt;
  }
  auto address = EmailAddress::parse(*fields.email);
  if (!address) {
    errors.push_back({"email", "invalid-email", "not an e-mail address: " + address.error()});
    return std::nullopt;
  }
  return *address;
}

// An empty name is a field left empty.
std::optional<PersonName> read_name(const SignupFields& fields, FieldErrors& errors) {
  if (!fields.name || trim_ascii_space(*fields.name).empty()) return std::nullopt;
  auto name = PersonName::parse(*fields.name);
  if (!name) {
    errors.push_back({"name", "invalid-name", "not a name: " + name.error()});
    return std::nullopt;
  }
  return *name;
}

std::vector<std::string> read_purposes(const SignupFields& fields, const ListConfig& list,
                                       FieldErrors& errors) {
  std::vector<std::string> purposes{"newsletter"};
  for (const auto& id : fields.purposes) {
    const auto is_known = [&](const PurposeConfig& purpose) { return purpose.id == id; };
    const bool is_new = std::find(purposes.begin(), purposes.end(), id) == purposes.end();
    if (id == "newsletter") continue;
    if (std::none_of(list.purposes.begin(), list.purposes.end(), is_known)) {
      errors.push_back({"purposes", "invalid-purpose", "this list has no such purpose"});
      return purposes;
    }
    if (is_new) purposes.push_back(id);
  }
  return purposes;
}

std::optional<Digest> read_wording(const SignupFields& fields, FieldErrors& errors) {
  if (!fields.wording || fields.wording->empty()) return std::nullopt;
  const auto hash = digest_from_hex(*fields.wording);
  if (!hash)
    errors.push_back({"wording", "invalid-wording", "must be the SHA-256 of the text shown: 64 hex digits"});
  return hash;
}

std::optional<std::string> read_source_url(const SignupFields& fields, FieldErrors& errors) {
  if (!fields.source_url || fields.source_url->empty()) return std::nullopt;
  const auto& url = *fields.source_url;
  const bool is_web = url.starts_with("https://") || url.starts_with("http://");
  if (!is_web || url.size() > max_source_url || !is_utf8(url) || has_control_character(url) ||
      url.find(' ') != std::string::npos) {
    errors.push_back(
        {"source_url", "invalid-source-url", "must be the http(s) address of the form, at most 2048 octets"});
    return std::nullopt;
  }
  return url;
}

// What the backend saw. Its own address is not the subscriber's, so nothing of this request's origin is used.
Origin read_stated_origin(const SignupFields& fields, FieldErrors& errors) {
  Origin origin;
  if (fields.ip) {
    const auto ip = IpAddress::parse(*fields.ip);
    if (!ip) errors.push_back({"ip", "invalid-ip", "must be an IPv4 or IPv6 address"});
    if (ip) origin.ip = ip->to_text();
    origin.ip_source = IpSource::stated;
  }
  if (fields.user_agent) origin.user_agent = user_agent_for_record(*fields.user_agent);
  return origin;
}

std::optional<Instant> read_signed_up_at(const SignupFields& fields, Instant now, FieldErrors& errors) {
  if (!fields.signed_up_at) return std::nullopt;
  const auto at = parse_rfc3339(*fields.signed_up_at);
  if (!at) {
    errors.push_back({"signed_up_at", "invalid-signed-up-at", at.error()});
    return std::nullopt;
  }
  if (*at > now || *at < now - max_signed_up_age) {
    errors.push_back(
        {"signed_up_at", "invalid-signed-up-at", "must lie at most 24 hours back and not in the future"});
    return std::nullopt;
  }
  return *at;
}

}  // namespace

tl::expected<SignupRequest, FieldErrors> read_signup(const SignupFields& fields,
                                                     const SignupContext& context) {
  FieldErrors errors;
  const auto email = read_email(fields, errors);
  const auto name = read_name(fields, errors);
  const auto purposes = read_purposes(fields, context.list, errors);
  const auto wording = read_wording(fields, errors);
  const auto source_url = read_source_url(fields, errors);
  const auto origin = context.caller_is_backend ? read_stated_origin(fields, errors) : context.origin;
  const auto signed_up_at = read_signed_up_at(fields, context.now, errors);
  if (!errors.empty()) return tl::unexpected(std::move(errors));

  std::vector<std::string> languages;
  for (const auto& [language, texts] : context.texts) languages.push_back(language);
  const auto language =
      choose_language(languages, fields.locale.value_or(""), context.accept_language, languages.front());
  const auto& texts = context.texts.at(language);
  return SignupRequest{
      .address = *email,
      .list = context.list.id,
      .name = name,
      .locale = language,
      .purposes = purposes,
      .wording = wording.value_or(texts.wording.sha256),
      .wording_stated = wording.has_value(),
      .privacy_notice = texts.privacy_notice,
      .source_url = source_url,
      .signed_up_at = signed_up_at,
      .origin = origin,
      .letter = texts.letter,
  };
}

}  // namespace optledger::http
