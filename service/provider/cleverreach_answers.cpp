#include "service/provider/cleverreach_answers.hpp"

#include "lib/base/text.hpp"
#include "service/provider/json_fields.hpp"

#include <algorithm>

namespace optledger::cleverreach {
namespace {

constexpr std::size_t longest_token = 16 * 1024;
constexpr Duration lifetime_when_untold = std::chrono::hours{1};
constexpr std::int64_t longest_lifetime = 10LL * 365 * 86400;  // seconds

tl::unexpected<std::string> not_understood(std::string what) { return tl::unexpected(std::move(what)); }

std::string text_or_empty(const Json& value) { return to_text(value).value_or(""); }

// {"error":{"code":404,"message":"Not Found: invalid receiver"}} of the API;
// {"error":"invalid_client","error_description":"…"} of the token endpoint.
bool has_error(const Json& value) {
  const Json& error = member(value, "error");
  return error.is_object() || is_truthy(error);
}

void read_error(Answer& answer) {
  const Json& error = member(answer.value, "error");
  const auto code = to_whole_number(member(error, "code"));
  if (code && *code >= 400 && *code <= 599) answer.status = static_cast<int>(*code);
  if (answer.status < 400) answer.status = 500;
  answer.words = error.is_object() ? text_or_empty(member(error, "message")) : text_or_empty(error);
  answer.value = nullptr;
}

// A list; a bare object is a list of one (it has been seen), no body under 204 an empty one.
Read<std::vector<const Json*>> rows_of(const Answer& answer) {
  std::vector<const Json*> rows;
  if (!answer.has_body && answer.status == 204) return rows;
  if (answer.value.is_object() && !answer.value.empty()) {
    rows.push_back(&answer.value);
    return rows;
  }
  if (!answer.value.is_array()) return not_understood("a list was expected");
  for (const Json& row : answer.value) rows.push_back(&row);
  return rows;
}

template <class T, class ReadRow>
Read<std::vector<T>> read_rows(const Answer& answer, ReadRow read_row) {
  const auto rows = rows_of(answer);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<T> read;
  read.reserve(rows->size());
  for (const Json* row : *rows) {
    Read<T> one = read_row(*row);
    if (!one) return not_understood("row " + std::to_string(read.size() + 1) + ": " + one.error());
    read.push_back(*std::move(one));
  }
  return read;
}

Read<ProviderAttribute> to_attribute(const Json& value) {
  const auto name = to_text(member(value, "name"));
  if (!name || name->empty()) return not_understood("an attribute without a name");
  const auto group = to_id(member(value, "groups_id"));
  return ProviderAttribute{*name, text_or_empty(member(value, "type")), !group || *group == "0"};
}

UpsertOutcome to_outcome(const Json& item) {
  UpsertOutcome outcome;
  const auto status = to_text(item.is_object() ? member(item, "status") : item);
  if (!status) return outcome;
  const bool done = status->ends_with("success");
  outcome.kind = done ? UpsertOutcome::Kind::done : UpsertOutcome::Kind::refused;
  if (done) {
    outcome.id = to_id(member(item, "id")).value_or("");
  } else {
    outcome.words = to_one_line(*status, 500);
  }
  return outcome;
}

bool can_stand_in_a_header(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

Read<Answer> parse_answer(int http_status, std::string_view body) {
  Answer answer{http_status, nullptr, !trim_ascii_space(body).empty(), {}};
  if (!answer.has_body) return answer;
  auto value = parse_strict_json(to_valid_utf8(body));
  if (value) {
    answer.value = *std::move(value);
    if (has_error(answer.value)) read_error(answer);
  } else if (answer.is_success()) {
    return not_understood("JSON was expected");  // the parser's own words may quote it
  }
  if (!answer.is_success()) answer.value = nullptr;
  return answer;
}

std::string quotable(std::string_view words) {
  constexpr std::size_t longest_word = 24;  // of English; secrets are longer
  const std::string line = to_one_line(words, 120);
  std::string quoted;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    const std::string word = line.substr(at, end - at);
    const bool is_telling = word.size() > longest_word || word.find('@') != std::string::npos ||
                            word.find("%40") != std::string::npos;
    quoted += (quoted.empty() ? "" : " ") + (is_telling ? "…" : word);
    at = end + 1;
  }
  return quoted;
}

Read<AccessToken> to_access_token(const Answer& answer) {
  const Json& text = member(answer.value, "access_token");
  if (!text.is_string()) return not_understood("there is no access_token");
  Secret token(text.get<std::string>());
  if (token.empty() || token.reveal().size() > longest_token || !can_stand_in_a_header(token.reveal())) {
    return not_understood("the access_token cannot stand in a header");
  }
  const auto seconds = to_whole_number(member(answer.value, "expires_in"));
  if (!seconds) return AccessToken{token, lifetime_when_untold};
  return AccessToken{token, std::chrono::seconds{std::clamp<std::int64_t>(*seconds, 0, longest_lifetime)}};
}

Read<bool> to_done(const Answer& answer) {
  const Json& success = member(answer.value, "success");
  const bool done = answer.value.is_object()
                        ? success.is_null() || is_truthy(success)
                        : answer.value == true || (!answer.has_body && answer.status == 204);
  if (!done) return not_understood("true was expected");
  return true;
}

Read<std::vector<Receiver>> to_receivers(const Answer& answer) {
  return read_rows<Receiver>(answer, to_receiver);
}

Read<std::vector<Receiver>> to_written(const Answer& answer) {
  std::vector<Receiver> written;
  if (answer.value == false) return written;
  const auto rows = rows_of(answer);
  if (!rows || !answer.has_body) return not_understood("a list was expected");
  for (const Json* row : *rows) {
    if (auto receiver = to_receiver(*row)) written.push_back(*std::move(receiver));
  }
  return written;
}

Read<std::vector<UpsertOutcome>> to_outcomes(const Answer& answer, std::size_t count) {
  const auto rows = rows_of(answer);
  if (!rows || !answer.has_body) return not_understood("a list was expected");
  std::vector<UpsertOutcome> outcomes(count);
  if (rows->size() != count) return outcomes;
  std::transform(rows->begin(), rows->end(), outcomes.begin(),
                 [](const Json* row) { return to_outcome(*row); });
  return outcomes;
}

Read<ProviderGroup> to_group(const Json& value) {
  const Json& group = value.is_array() && value.size() == 1 ? value.front() : value;
  auto id = to_id(member(group, "id"));
  if (!id) return not_understood("a group without an id");
  return ProviderGroup{*std::move(id), text_or_empty(member(group, "name")),
                       is_truthy(member(group, "locked"))};
}

Read<std::vector<ProviderGroup>> to_groups(const Answer& answer) {
  return read_rows<ProviderGroup>(answer, to_group);
}

Read<std::vector<ProviderAttribute>> to_attributes(const Answer& answer) {
  return read_rows<ProviderAttribute>(answer, to_attribute);
}

Read<std::vector<Blacklisting>> to_blacklist(const Answer& answer) {
  return read_rows<Blacklisting>(answer, [](const Json& row) -> Read<Blacklisting> {
    auto text = to_text(row.is_object() ? member(row, "email") : row);
    if (!text) return not_understood("it has no text");
    return Blacklisting{*std::move(text), text_or_empty(member(row, "comment")),
                        to_instant(member(row, "stamp"))};
  });
}

Read<std::vector<Bounce>> to_bounces(const Answer& answer) {
  return read_rows<Bounce>(answer, [](const Json& row) -> Read<Bounce> {
    auto email = to_text(member(row, "email"));
    if (!email) return not_understood("it has no address");
    return Bounce{*std::move(email), text_or_empty(member(row, "category")),
                  to_instant(member(row, "last_update")),
                  to_one_line(text_or_empty(member(row, "bounce_message")), 500)};
  });
}

Read<ProviderHook> to_hook(const Answer& answer) {
  const auto call_token = to_text(member(answer.value, "call_token"));
  const auto secret = to_text(member(answer.value, "secret"));
  if (!call_token || call_token->empty() || !secret) return not_understood("there is no call_token");
  return ProviderHook{Secret(*call_token), Secret(*secret)};
}

Read<ProviderAccount> to_account(const Answer& answer) {
  auto id = to_text(member(answer.value, "id"));
  if (!id) return not_understood("an account without an id");
  return ProviderAccount{*std::move(id), text_or_empty(member(answer.value, "company")),
                         text_or_empty(member(answer.value, "login_domain"))};
}

}  // namespace optledger::cleverreach
