#include "service/http/gallery.hpp"

#include "service/http/example_proof.hpp"
#include "service/http/personal_data_values.hpp"
#include "service/http/proof_page.hpp"
#include "service/http/signup_fields.hpp"

#include <fmt/format.h>

namespace optledger::http {
namespace {

using namespace std::chrono_literals;

// Made-up facts, as awkward as real ones get: long titles, the longest local part, a name that runs right to
// left.
struct Facts {
  std::string title;
  std::string long_title;
  std::string wording;
  std::string opened;
  std::string partners;
  std::string notice;
  std::string customer_notice;
};

Facts facts_in(const std::string& language) {
  if (language == "de") {
    return {
        "Neuigkeiten",
        "Donaudampfschifffahrtsgesellschaftskapitänsmitteilungen & Hinweise für „Freunde des Hauses“ <2026>",
        "Ich möchte den Newsletter **Neuigkeiten** der Example GmbH etwa einmal im Monat per E-Mail "
        "erhalten.\n\n"
        "Meine Einwilligung kann ich **jederzeit** widerrufen, zum Beispiel über den Link in jeder Ausgabe.\n"
        "Mehr dazu steht in der [Datenschutzerklärung](https://example.de/datenschutz).",
        "Sie dürfen messen, ob und wann ich den Newsletter öffne, um ihn für mich besser zu machen.",
        "Ich möchte auch Einladungen zu Veranstaltungen in meiner Nähe bekommen.",
        "Die Anmeldungen zum Newsletter werden protokolliert, um den Anmeldeprozess entsprechend den "
        "rechtlichen Anforderungen nachweisen zu können. Hierzu gehört die Speicherung des Anmelde- und des "
        "Bestätigungszeitpunkts als auch der IP-Adresse.\n",
        "Wir verwenden Ihre E-Mail-Adresse auch, um Sie über eigene ähnliche Waren zu informieren. Sie "
        "können "
        "dem jederzeit widersprechen, zum Beispiel per E-Mail an shop@example.de, ohne dass hierfür andere "
        "als "
        "die Übermittlungskosten nach den Basistarifen entstehen.\n"};
  }
  return {
      "News",
      "Quarterly announcements, recommendations & invitations for “Friends of the House” <2026>",
      "I would like to receive the newsletter **News** from Example GmbH by email about once a month.\n\n"
      "I can withdraw my consent **at any time**, for example with the link in every issue.\n"
      "You can read more in the [privacy notice](https://example.de/privacy).",
      "You may measure whether and when I open the newsletter, to make it better for me.",
      "I would also like to receive invitations to events near me.",
      "We keep a log of sign-ups to the newsletter so that we can prove, as the law requires, how each of "
      "them came about: the time of the sign-up, the time of its confirmation, and the IP address.\n",
      "We also use your email address to tell you about similar goods of ours. You can object to this at any "
      "time, for example by email to shop@example.de, at no cost beyond the basic rate of transmission.\n"};
}

class Gallery {
 public:
  Gallery(const Pages& pages, const ControllerConfig& controller, std::string language)
      : pages_(pages),
        controller_(controller),
        language_(std::move(language)),
        facts_(facts_in(language_)),
        list_{"news", facts_.title} {}

  void hang_all() {
    hang("home", pages_.home({language_, pages_.languages(), {list_, {"house", facts_.long_title}}}));
    hang("home-empty", pages_.home({language_, {language_}, {}}));
    hang_signup();
    hang("requested", pages_.requested({language_, list_}));
    hang_confirm();
    hang("cancelled", pages_.cancelled({language_, list_}));
    hang("unsubscribe", pages_.unsubscribe({language_, list_, "m•••@example.de", "/unsubscribe/token"}));
    hang("unsubscribed", pages_.unsubscribed({language_, list_}));
    hang("unsubscribed-customer", pages_.unsubscribed({language_, list_, true}));
    hang_privacy();
    hang_dead_links();
    for (const int status : {400, 403, 404, 405, 413, 415, 429, 500, 503}) {
      hang(fmt::format("error-{}", status), pages_.error({language_, status, "", ""}));
    }
    hang("error-detail", pages_.error({language_, 404, "unknown-list", "There is no list with this id."}));
    hang_proof();
  }

  std::vector<std::pair<std::string, std::string>> take() { return std::move(pictures_); }

 private:
  void hang(const std::string& name, std::string html) {
    pictures_.emplace_back(name + "." + language_ + ".html", std::move(html));
  }

  SignupPage signup_page() const {
    SignupPage page;
    page.language = language_;
    page.languages = pages_.languages();
    page.list = list_;
    page.wording_text = facts_.wording;
    page.wording_hash = std::string(64, 'a');
    page.purposes = {{"opens", facts_.opened, false}, {"events", facts_.partners, false}};
    page.trap = std::string(trap_field);
    return page;
  }

  void hang_signup() {
    SignupPage page = signup_page();
    hang("signup", pages_.signup(page));
    page.email = "not an address <\"'&>";
    page.name = "محمد بن عبد الله";
    page.purposes[1].checked = true;
    page.problems = {{"email", "invalid-email"},
                     {"name", "invalid-name"},
                     {"purposes", "invalid-purpose"},
                     {"wording", "invalid-wording"},
                     {"list", "no-words-for-this"}};
    hang("signup-problems", pages_.signup(page));
    SignupPage working = signup_page();
    working.asks_for_work = true;
    working.works_without_script = false;
    working.problems = {{"stamp", "form-too-fast"}};
    hang("signup-work", pages_.signup(working));
    SignupPage plain = signup_page();
    plain.list.title = facts_.long_title;
    plain.languages = {language_};
    plain.purposes.clear();
    plain.email = std::string(64, 'w') + "@" + std::string(60, 'm') + ".example";
    plain.problems = {{"email", "missing-email"}};
    hang("signup-long", pages_.signup(plain));
    hang("elsewhere", pages_.elsewhere({language_, list_, "https://shop.example.de/newsletter"}));
    hang("elsewhere-plain", pages_.elsewhere({language_, list_, ""}));
  }

  void hang_confirm() {
    const Instant expires = std::chrono::sys_days(2026y / 11 / 30) + 19h + 9min;
    const std::string unsubscribe = "/unsubscribe/" + std::string(44, 'A');
    hang("confirm", pages_.confirm({language_, list_, "m•••@example.de", "/confirm/token", expires}));
    hang("confirm-long", pages_.confirm({language_,
                                         {"house", facts_.long_title},
                                         "w" + std::string(63, '*') + "@" + std::string(60, 'm') + ".example",
                                         "/confirm/token",
                                         expires}));
    hang("confirmed", pages_.confirmed({language_, list_, "m•••@example.de", unsubscribe}));
    hang("confirmed-plain", pages_.confirmed({language_, list_, "", ""}));
  }

  void hang_privacy() {
    const Instant kept = std::chrono::sys_days(2029y / 11 / 25) + 9h;
    hang("privacy", pages_.privacy({language_, pages_.languages(), "", {}}));
    hang("privacy-problems", pages_.privacy({language_, {language_}, "anna@", {{"email", "invalid-email"}}}));
    hang("privacy-requested", pages_.privacy_requested({language_, controller_.email}));
    hang("privacy-over", pages_.privacy_over(language_));
    hang("privacy-erased", pages_.privacy_erased({language_, false, kept, ""}));
    hang("privacy-erased-all", pages_.privacy_erased({language_, false, std::nullopt, ""}));
    hang("privacy-refused", pages_.privacy_erased({language_, true, kept, "HBDI, Wiesbaden"}));
    auto data = example_personal_data(story_of(false));
    hang("privacy-data", data_page(data, "correction", {}));
    data.suppressions.insert(data.suppressions.begin(),
                             {{}, std::nullopt, SuppressionKind::restricted, kept - 24h, std::nullopt});
    data.suppressions.push_back({{}, list_.id, SuppressionKind::unsubscribed, kept - 24h, kept});
    hang("privacy-data-restricted", data_page(data, "", {{"name", "invalid-name"}}));
    data = example_personal_data(story_of(true));
    data.lists.clear();
    data.suppressions = {{{}, std::nullopt, SuppressionKind::blocked, kept - 24h, std::nullopt}};
    data.erasures = {{{{}, list_.id, {}, "page", {}, kept - 24h, kept},
                      pages_.templates().word(language_, "erasure", "declaration").value()}};
    hang("privacy-data-erased", data_page(data, "", {}));
  }

  std::string data_page(const PersonalData& data, const std::string& done,
                        const std::vector<FieldProblem>& problems) const {
    Config config;
    config.controller = controller_;
    config.lists.emplace_back();
    config.lists[0].id = list_.id;
    config.lists[0].title = {{language_, list_.title}};
    return pages_.privacy_data(
        {.language = language_,
         .data = personal_data_values(data, {config, pages_.templates(), TokenKey{}}, language_),
         .action_url = "/privacy/token",
         .data_url = "/privacy/token/data",
         .link_until = std::chrono::sys_days(2026y / 11 / 26) + 9h,
         .done = done,
         .problems = problems});
  }

  PersonalData example_personal_data(const ExampleStory& story) const {
    PersonalData data{.address = story.address};
    data.lists.push_back({.list = list_.id,
                          .name = "Ana María Schmidt-Fernández",
                          .subscription = Subscription{.list = list_.id,
                                                       .fingerprint = {},
                                                       .confirmed_at = std::chrono::sys_days(2026y / 3 / 1)},
                          .evidence = example_proof(story, controller_, pages_.templates())});
    return data;
  }

  void hang_dead_links() {
    hang("link-over", pages_.dead_link({language_, DeadLink::over, {}}));
    hang("link-forgotten", pages_.dead_link({language_, DeadLink::forgotten, {}}));
    hang("link-unknown", pages_.dead_link({language_, DeadLink::unknown, {}}));
  }

  ExampleStory story_of(bool is_long) const {
    ExampleStory story{.address = EmailAddress::parse("anna.schmidt@example.org").value(),
                       .locale = language_ == "de" ? "de" : "en",
                       .list = list_.id,
                       .list_title = list_.title,
                       .wording = facts_.wording,
                       .purposes = {{"opens", facts_.opened}, {"events", facts_.partners}},
                       .privacy_notice = facts_.notice,
                       .customer_notice = facts_.customer_notice,
                       .origin = {"203.0.113.77", IpSource::forwarded,
                                  "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}};
    if (!is_long) return story;
    const std::string label(59, 'm');
    story.address =
        EmailAddress::parse(std::string(64, 'w') + "@" + label + "." + label + "." + label + ".example")
            .value();
    story.list_title = facts_.long_title;
    story.origin = {"2001:db8:85a3:1234:5678:8a2e:370:7334", IpSource::socket, std::string(512, 'M')};
    return story;
  }

  void hang_proof() {
    const auto story = story_of(false);
    hang("proof", page_of(example_proof(story, controller_, pages_.templates()), story));
    hang("proof-permission",
         page_of(example_permission_proof(story, controller_, pages_.templates()), story));
    hang("erasure-receipt",
         page_of(example_receipt(story, controller_, pages_.templates(), language_), story));
    const auto longest = story_of(true);
    hang("proof-long", page_of(example_proof(longest, controller_, pages_.templates()), longest));
  }

  std::string page_of(const Json& proof, const ExampleStory& story) const {
    ListConfig list;
    list.id = story.list;
    list.title = {{language_, story.list_title}};
    return proof_page(proof, {&list, language_}, pages_);
  }

  const Pages& pages_;
  const ControllerConfig& controller_;
  const std::string language_;
  const Facts facts_;
  const PageList list_;
  std::vector<std::pair<std::string, std::string>> pictures_;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> gallery(const Pages& pages,
                                                         const ControllerConfig& controller) {
  std::vector<std::pair<std::string, std::string>> pictures;
  for (const auto& language : pages.languages()) {
    Gallery hall(pages, controller, language);
    hall.hang_all();
    for (auto& picture : hall.take()) pictures.push_back(std::move(picture));
  }
  std::vector<std::string> names;
  for (const auto& [name, html] : pictures) names.push_back(name);
  pictures.insert(pictures.begin(), {"index.html", pages.index("en", names)});
  return pictures;
}

}  // namespace optledger::http
