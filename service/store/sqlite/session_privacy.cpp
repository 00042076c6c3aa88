// The person's rights: requests, their links, the restriction.
#include "service/store/sqlite/columns.hpp"
#include "service/store/sqlite/session.hpp"

namespace optledger::sqlite {
namespace {

std::string to_column(const std::vector<PrivacyRight>& rights) {
  std::string text;
  for (const auto right : rights) text.append(text.empty() ? "" : ",").append(to_text(right));
  return text;
}

std::vector<PrivacyRight> rights_from(std::string_view text) {
  std::vector<PrivacyRight> rights;
  for (const auto& name : split_commas(text)) rights.push_back(privacy_right_from(name).value());
  return rights;
}

std::optional<LetterBasis> letter_from(const Run& row, int column) {
  const auto letter_template = row.optional_bytes<Digest>(column);
  if (!letter_template) return std::nullopt;
  return LetterBasis{.letter_template = *letter_template, .facts = row.bytes<Digest>(column + 1)};
}

std::optional<RequestEnd> end_from(const Run& row, int column) {
  const auto closed_at = row.optional_instant(column);
  if (!closed_at) return std::nullopt;
  return RequestEnd{*closed_at, request_outcome_from(row.text(column + 1)).value(), row.instant(column + 2)};
}

// Columns as in privacy_request_by_nonce.
PrivacyRequest request_from(const Run& row) {
  return {
      .id = row.bytes<Id>(0),
      .right = privacy_right_from(row.text(1)).value(),
      .person = {row.bytes<Digest>(2)},
      .address = address_from(row.optional_text(3)),
      .locale = row.text(4),
      .letter = letter_from(row, 5),
      .received_at = row.instant(7),
      .due_at = row.instant(8),
      .link_until = row.optional_instant(9),
      .used = rights_from(row.text(10)),
      .end = end_from(row, 11),
  };
}

std::vector<PrivacyRequest> requests_from(Run& rows) {
  std::vector<PrivacyRequest> requests;
  while (rows.step()) requests.push_back(request_from(rows));
  return requests;
}

}  // namespace

std::optional<PrivacyRequest> Session::privacy_request(const Id& id) {
  Run run(connection_.statement("privacy_request_by_nonce"));
  run.bind(id);
  if (!run.step()) return std::nullopt;
  return request_from(run);
}

std::vector<PrivacyRequest> Session::privacy_requests(const Fingerprint& person) {
  Run run(connection_.statement("privacy_requests_of_person"));
  run.bind(person.bytes);
  return requests_from(run);
}

std::vector<PrivacyRequest> Session::open_privacy_requests() {
  Run run(connection_.statement("open_privacy_requests"));
  return requests_from(run);
}

std::vector<PrivacyRequest> Session::all_privacy_requests() {
  Run run(connection_.statement("all_privacy_requests"));
  return requests_from(run);
}

void Session::apply_one(const SetName& change) {
  exec("set_name_of_signup", change.name, change.signup);
  erased_ = true;  // the former name
}

void Session::apply_one(const Restrict& change) {
  exec("put_restriction", change.person.bytes, change.since);
}

void Session::apply_one(const LiftRestriction& change) { exec("delete_restriction", change.person.bytes); }

void Session::apply_one(const InsertPrivacyRequest& change) {
  const auto& request = change.request;
  const auto& letter = request.letter;
  const auto& end = request.end;
  exec("insert_privacy_request", request.id, to_text(request.right), request.person.bytes,
       request.address ? std::optional(request.address->text()) : std::nullopt, request.locale,
       letter ? std::optional(letter->letter_template) : std::nullopt,
       letter ? std::optional(letter->facts) : std::nullopt, request.received_at, request.due_at,
       request.link_until, end ? std::optional(end->at) : std::nullopt,
       end ? std::optional(std::string(to_text(end->outcome))) : std::nullopt,
       end ? std::optional(end->kept_until) : std::nullopt);
}

void Session::apply_one(const UsePrivacyLink& change) {
  exec("use_privacy_link", to_column(change.used), change.request);
}

void Session::apply_one(const ClosePrivacyRequest& change) {
  exec("close_privacy_request", change.end.at, to_text(change.end.outcome), change.end.kept_until,
       change.request);
}

void Session::apply_one(const ForgetPrivacyAddress& change) {
  exec("delete_letter_task", change.request);
  exec("forget_privacy_address", change.request);
  erased_ = true;
}

void Session::apply_one(const ForgetPrivacyRequest& change) {
  exec("delete_letter_task", change.request);
  exec("delete_privacy_request", change.request);
}

}  // namespace optledger::sqlite
