#include "service/http/pages.hpp"

#include "lib/base/hash.hpp"
#include "service/http/wording_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace optledger::http {
namespace {

std::string_view page_name(DeadLink reason) {
  switch (reason) {
    case DeadLink::over:
      return "link-over";
    case DeadLink::forgotten:
      return "link-forgotten";
    case DeadLink::unknown:
      break;
  }
  return "link-unknown";
}

void put_list(Json& values, const PageList& list) {
  values["list_id"] = list.id;
  values["list_title"] = list.title;
  values["list_known"] = !list.id.empty();
}

// The parts of a point in time; how they are put together is a word ("calendar.instant").
Json to_values(Instant instant, const Templates& templates, const std::string& language) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant - day);
  const std::string month = fmt::format("month_{:02}", static_cast<unsigned>(date.month()));
  return {{"day", std::to_string(static_cast<unsigned>(date.day()))},
          {"month", templates.word(language, "calendar", month).value_or("")},
          {"year", std::to_string(static_cast<int>(date.year()))},
          {"time", fmt::format("{:02}:{:02}", time.hours().count(), time.minutes().count())},
          {"machine", to_rfc3339(instant)}};
}

Json to_values(const std::vector<WordingParagraph>& wording) {
  Json paragraphs = Json::array();
  for (const auto& paragraph : wording) {
    Json lines = Json::array();
    for (const auto& line : paragraph) {
      Json spans = Json::array();
      for (const auto& span : line) spans.push_back({{"bold", span.bold}, {"text", span.text}});
      lines.push_back({{"spans", std::move(spans)}, {"break_before", !lines.empty()}});
    }
    paragraphs.push_back({{"lines", std::move(lines)}});
  }
  return paragraphs;
}

Json to_values(const std::vector<SignupPurpose>& purposes) {
  Json boxes = Json::array();
  for (const auto& purpose : purposes) {
    boxes.push_back(
        {{"purpose_id", purpose.id}, {"purpose_text", purpose.text}, {"checked", purpose.checked}});
  }
  return boxes;
}

// Where a link in the summary leads: the first thing a person can change.
std::string anchor_of(const std::string& field) {
  if (field == "email" || field == "name") return field;
  if (field == "stamp" || field == "altcha")
    return "send";  // not "submit": the form would lose its method of that name
  return field == "purposes" ? "purposes" : "consent";
}

void put_problems(Json& values, const std::vector<FieldProblem>& problems, const Templates& templates,
                  const std::string& language) {
  Json summary = Json::array();
  for (const auto& problem : problems) {
    auto message = templates.word(language, "problem", problem.code);
    if (!message) message = templates.word(language, "problem", "other");
    const std::string anchor = anchor_of(problem.field);
    summary.push_back({{"anchor", anchor}, {"message", *message}});
    values.emplace(anchor + "_problem",
                   *message);  // the first one stands at the field, all of them in the summary
  }
  values["has_problems"] = !summary.empty();
  values["problems"] = std::move(summary);
}

}  // namespace

Pages::Pages(const Templates& templates, Site site)
    : templates_(templates),
      site_(std::move(site)),
      stylesheet_(templates.text("pages/style.css") + templates.text("pages/brand.css")),
      stylesheet_path_("/assets/style-" + to_hex(sha256(stylesheet_)).substr(0, 8) + ".css"),
      work_script_(templates.text("pages/work.js")),
      work_script_path_("/assets/work-" + to_hex(sha256(work_script_)).substr(0, 8) + ".js") {}

std::string Pages::known_language(const std::string& language) const {
  const auto& known = templates_.languages();
  return std::find(known.begin(), known.end(), language) == known.end() ? "en" : language;
}

Json Pages::values_for(const std::string& language) const {
  return {{"language", language},
          {"base", site_.base_path},
          {"stylesheet", site_.base_path + stylesheet_path_},
          {"controller_name", site_.controller_name},
          {"imprint_url", site_.imprint_url},
          {"privacy_url", site_.privacy_url}};
}

void Pages::put_languages(Json& values, const std::vector<std::string>& languages,
                          const std::string& path) const {
  Json others = Json::array();
  for (const auto& code : languages) {
    const auto name = templates_.word(code, "language", "name");
    if (!name || code == values.at("language").get_ref<const std::string&>()) continue;
    others.push_back({{"code", code}, {"name", *name}, {"url", site_.base_path + path + "?lang=" + code}});
  }
  values["has_other_languages"] = !others.empty();
  values["other_languages"] = std::move(others);
}

std::string Pages::signup(const SignupPage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  put_list(values, page.list);
  put_languages(values, page.languages, "/signup/" + page.list.id);
  put_problems(values, page.problems, templates_, language);
  values["locale"] = page.language;  // of the list, even when the page itself had to fall back to English
  values["wording"] = to_values(parse_wording(page.wording_text));
  values["wording_language"] = page.wording_language.empty() ? page.language : page.wording_language;
  values["wording_hash"] = page.wording_hash;
  values["has_purposes"] = !page.purposes.empty();
  values["purposes"] = to_values(page.purposes);
  values["email"] = page.email;
  values["name"] = page.name;
  values["trap"] = page.trap;
  values["stamp"] = page.stamp;
  values["work"] = page.asks_for_work;
  values["work_script"] = site_.base_path + work_script_path_;
  values["works_without_script"] = page.works_without_script;
  return templates_.render("signup", language, values);
}

std::string Pages::elsewhere(const ElsewherePage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  put_list(values, page.list);
  values["signup_url"] = page.url;
  return templates_.render("elsewhere", language, values);
}

std::string Pages::requested(const RequestedPage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  put_list(values, page.list);
  return templates_.render("requested", language, values);
}

std::string Pages::confirm(const ConfirmPage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  put_list(values, page.list);
  values["masked_address"] = page.masked_address;
  values["action_url"] = page.action_url;
  values["expires"] = to_values(page.expires_at, templates_, language);
  return templates_.render("confirm", language, values);
}

std::string Pages::confirmed(const ConfirmedPage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  put_list(values, page.list);
  values["masked_address"] = page.masked_address;
  values["unsubscribe_url"] = page.unsubscribe_url;
  return templates_.render("confirmed", language, values);
}

std::string Pages::cancelled(const CancelledPage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  put_list(values, page.list);
  return templates_.render("cancelled", language, values);
}

std::string Pages::unsubscribe(const UnsubscribePage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  put_list(values, page.list);
  values["masked_address"] = page.masked_address;
  values["action_url"] = page.action_url;
  return templates_.render("unsubscribe", language, values);
}

std::string Pages::unsubscribed(const UnsubscribedPage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  put_list(values, page.list);
  values["by_permission"] = page.by_permission;
  return templates_.render("unsubscribed", language, values);
}

std::string Pages::privacy(const PrivacyPage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  put_languages(values, page.languages, "/privacy");
  put_problems(values, page.problems, templates_, language);
  values["email"] = page.email;
  return templates_.render("privacy", language, values);
}

std::string Pages::privacy_requested(const PrivacyRequestedPage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  values["contact"] = page.contact;
  return templates_.render("privacy-requested", language, values);
}

std::string Pages::privacy_data(const PrivacyDataPage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  values.update(page.data);
  put_problems(values, page.problems, templates_, language);
  values["action_url"] = page.action_url;
  values["data_url"] = page.data_url;
  values["data_file"] = "optledger-data.json";
  values["link_until"] = to_values(page.link_until, templates_, language);
  values["link_until"]["zone"] = "UTC";
  values["done"] = templates_.word(language, "privacy-data", "done_" + page.done).value_or("");
  return templates_.render("privacy-data", language, values);
}

std::string Pages::privacy_erased(const PrivacyErasedPage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  values["refused"] = page.refused;
  values["heading"] =
      templates_.word(language, "privacy-erased", page.refused ? "heading_refused" : "heading_done")
          .value_or("");
  values["kept"] = page.kept ? to_values(*page.kept, templates_, language) : Json(false);
  values["authority"] = page.authority;
  return templates_.render("privacy-erased", language, values);
}

std::string Pages::privacy_over(const std::string& language) const {
  return templates_.render("privacy-over", known_language(language), values_for(known_language(language)));
}

std::string Pages::dead_link(const LinkPage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  put_list(values, page.list);
  return templates_.render(page_name(page.reason), language, values);
}

std::string Pages::error(const ErrorPage& page) const {
  const std::string language = known_language(page.language);
  const auto word = [&](const std::string& key, const std::string& otherwise) {
    const auto found = templates_.word(language, "error", key);
    return found ? *found : templates_.word(language, "error", otherwise).value_or("");
  };
  const std::string status = std::to_string(page.status);
  const bool is_fault = page.status >= 500;
  Json values = values_for(language);
  values["heading"] = word("heading_" + status, is_fault ? "heading_500" : "heading_400");
  values["advice"] = word("advice_" + status, is_fault ? "advice_500" : "advice_400");
  if (const auto known = templates_.word(language, "problem", page.code)) values["advice"] = *known;
  values["status"] = status;
  values["detail"] = language == "en" ? page.detail : "";
  return templates_.render("error", language, values);
}

std::string Pages::home(const HomePage& page) const {
  const std::string language = known_language(page.language);
  Json values = values_for(language);
  put_languages(values, page.languages, "/");
  Json lists = Json::array();
  for (const auto& list : page.lists) lists.push_back({{"list_id", list.id}, {"list_title", list.title}});
  values["has_lists"] = !lists.empty();
  values["lists"] = std::move(lists);
  return templates_.render("home", language, values);
}

std::string Pages::index(const std::string& language, const std::vector<std::string>& files) const {
  Json values = values_for(known_language(language));
  for (const auto& file : files) values["files"].push_back({{"file", file}});
  return templates_.render("index", known_language(language), values);
}

}  // namespace optledger::http
