#include "service/http/pages.hpp"

#include "service/http/gallery.hpp"
#include "tests/http/page_reading.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "embedded/templates.hpp"
#include <filesystem>
#include <fstream>
#include <regex>

using namespace optledger;
using namespace optledger::http;
using namespace std::chrono_literals;

namespace {

Pages pages_at(const std::string& base_path = "") {
  return {templates_in_binary(),
          {"Example GmbH", "https://example.de/impressum", "https://example.de/datenschutz", base_path}};
}

SignupPage signup_page() {
  SignupPage page;
  page.language = "de";
  page.languages = {"de", "en"};
  page.list = {"news", "Neuigkeiten"};
  page.wording_text = "Ich **will** das.";
  page.wording_hash = std::string(64, 'f');
  page.purposes = {{"opens", "Messen", false}, {"events", "Einladen", true}};
  return page;
}

const Instant last_of_november = std::chrono::sys_days(2026y / 11 / 30) + 9h + 5min;

ConfirmPage confirm_page(const std::string& language) {
  return {language, {"news", "News"}, "m•••@example.de", "/confirm/abc", last_of_november};
}

// All of the gallery but the proofs and the receipt: those are documents with markup of their own, see
// proof_page_test.cpp.
std::vector<std::pair<std::string, std::string>> pages_of_the_site(const Pages& pages) {
  auto pictures = gallery(pages, example_controller());
  std::erase_if(pictures, [](const auto& picture) {
    return picture.first.starts_with("proof") || picture.first.starts_with("erasure-receipt");
  });
  return pictures;
}

}  // namespace

TEST_CASE("every page has a language, a title, one headline, one main part, and who is responsible") {
  for (const auto& [name, html] : pages_of_the_site(pages_at())) {
    CAPTURE(name);
    CHECK(html.starts_with("<!doctype html>\n"));
    CHECK(std::regex_search(html, std::regex("<html lang=\"(de|en)\">")));
    CHECK(std::regex_search(html, std::regex("<title>[^<]{5,} – Example GmbH</title>")));
    CHECK(std::regex_search(html, std::regex("<h1>[^<]{5,}</h1>")));
    for (const char* once : {"<h1", "<main", "<title", "<footer"}) CHECK(count(html, once) == 1);
    CHECK(contains(html, "href=\"https://example.de/impressum\""));
    CHECK(contains(html, "href=\"https://example.de/datenschutz\""));
  }
}

TEST_CASE(
    "no page but the form with proof of work has a script, none a style of its own, or anything from another "
    "host") {
  const std::regex forbidden(
      "<script|<style|<img|<iframe|<base|<object| style=| on[a-z]+=|javascript:|@import|url\\(",
      std::regex::icase);
  const auto pages = pages_at();
  for (const auto& [name, html] : pages_of_the_site(pages)) {
    CAPTURE(name);
    const bool works = name.starts_with("signup-work.");
    const std::string script = "<script src=\"" + pages.work_script_path() + "\" defer></script>";
    CHECK(contains(html, script) == works);
    const auto rest =
        works ? html.substr(0, html.find(script)) + html.substr(html.find(script) + script.size()) : html;
    CHECK_FALSE(std::regex_search(rest, forbidden));
    CHECK(count(html, "<link ") == 1);
  }
  CHECK_FALSE(std::regex_search(pages.stylesheet(), forbidden));
}

TEST_CASE("no template is left over on a page") {
  for (const auto& [name, html] : pages_of_the_site(pages_at())) {
    CAPTURE(name);
    CHECK_FALSE(contains(html, "{{"));
    CHECK_FALSE(contains(html, "}}"));
  }
}

TEST_CASE("whatever a person or a configuration says stays text") {
  const std::string evil = "\"><script>alert('{{word.title}}')</script>&";
  const Pages pages(templates_in_binary(), {evil, evil, evil, ""});
  SignupPage page = signup_page();
  page.list = {evil, evil};
  page.wording_text = "**" + evil + "**\n" + evil;
  page.wording_language = page.wording_hash = page.email = page.name = page.trap = evil;
  page.purposes = {{evil, evil, false}};
  page.problems = {{evil, evil}, {"email", evil}};
  const LinkPage dead{"en", DeadLink::over, {evil, evil}};
  for (const auto& html :
       {pages.signup(page), pages.requested({"de", {evil, evil}}), pages.cancelled({"en", {evil, evil}}),
        pages.confirm({"de", {evil, evil}, evil, evil, last_of_november}),
        pages.confirmed({"en", {evil, evil}, evil, evil}), pages.dead_link(dead),
        pages.error({"en", 400, evil, evil}), pages.home({"de", {"de", evil}, {{evil, evil}}})}) {
    CHECK_FALSE(contains(html, "<script"));
    CHECK_FALSE(contains(html, "alert('"));
    CHECK(contains(html, "&quot;&gt;&lt;script&gt;alert(&apos;{{word.title}}&apos;)&lt;/script&gt;&amp;"));
  }
}

TEST_CASE("the sign-up form sends what the contract names") {
  const auto html = pages_at().signup(signup_page());
  CHECK(contains(html, "<form method=\"post\" action=\"/v1/signups\""));
  CHECK(contains(html, "<input type=\"hidden\" name=\"list\" value=\"news\">"));
  CHECK(contains(html, "<input type=\"hidden\" name=\"locale\" value=\"de\">"));
  CHECK(contains(html, "<input type=\"hidden\" name=\"wording\" value=\"" + std::string(64, 'f') + "\">"));
  CHECK(std::regex_search(html,
                          std::regex("<input id=\"email\" name=\"email\" type=\"text\" inputmode=\"email\" "
                                     "autocomplete=\"email\"[^>]* required")));
  CHECK(contains(html, "name=\"name\" type=\"text\" autocomplete=\"name\""));
  CHECK(contains(html, "name=\"purposes[]\" value=\"opens\">"));
  CHECK_FALSE(contains(html, "novalidate"));
  CHECK_FALSE(contains(html, "source_url"));
}

TEST_CASE("no box is ticked but by the person") {
  SignupPage page = signup_page();
  CHECK(contains(pages_at().signup(page), "value=\"events\" checked>"));
  page.purposes[1].checked = false;
  CHECK_FALSE(contains(pages_at().signup(page), " checked"));
  page.purposes.clear();
  CHECK_FALSE(contains(pages_at().signup(page), "<fieldset"));
}

TEST_CASE("the consent text is shown word for word, in its own language") {
  SignupPage page = signup_page();
  page.wording_text = "Ich **will** das <wirklich>.\nJa.\n\nMehr: [hier](https://example.de/d)";
  page.wording_language = "nl";
  const auto html = pages_at().signup(page);
  CHECK(contains(html, "<p>Ich <strong>will</strong> das &lt;wirklich&gt;.<br>Ja.</p>"));
  CHECK(contains(html, "<p>Mehr: hier (https://example.de/d)</p>"));
  CHECK(contains(html, "<div lang=\"nl\">"));
}

TEST_CASE("a rejected form comes back as it was, and says what is wrong and where") {
  SignupPage page = signup_page();
  page.email = "me@";
  page.name = "محمد";
  page.problems = {{"email", "invalid-email"}, {"wording", "invalid-wording"}, {"list", "never-heard-of"}};
  const auto html = pages_at().signup(page);
  CHECK(contains(html, "<title>Fehler: "));
  CHECK(contains(html, "<li><a href=\"#email\">Bitte prüfen Sie die E-Mail-Adresse."));
  CHECK(contains(html, "<li><a href=\"#consent\">Der Einwilligungstext wurde inzwischen geändert."));
  CHECK(contains(html, "<li><a href=\"#consent\">Diese Angabe können wir so nicht annehmen."));
  CHECK(contains(html, "value=\"me@\" aria-invalid=\"true\" aria-describedby=\"email-problem\""));
  CHECK(contains(html, "id=\"email-problem\""));
  CHECK(contains(html, "value=\"محمد\""));
  CHECK_FALSE(contains(pages_at().signup(signup_page()), "role=\"alert\""));
}

TEST_CASE("every problem we know has words of its own, shown in the person's language") {
  for (const std::string code : {"missing-email", "invalid-email", "invalid-name", "invalid-wording",
                                 "invalid-purpose", "unknown-list", "other"}) {
    CAPTURE(code);
    const auto words = templates_in_binary().word("en", "problem", code);
    REQUIRE(words);
    SignupPage page = signup_page();
    page.language = "en";
    page.problems = {{"email", code}};
    CHECK(count(pages_at().signup(page), *words) == 2);
  }
}

TEST_CASE("a trap for robots is out of a person's way, and absent unless named") {
  SignupPage page = signup_page();
  CHECK_FALSE(contains(pages_at().signup(page), "class=\"trap\""));
  page.trap = "website";
  const auto html = pages_at().signup(page);
  CHECK(contains(html, "<div class=\"trap\" aria-hidden=\"true\">"));
  CHECK(contains(html, "name=\"website\" type=\"text\" tabindex=\"-1\" autocomplete=\"off\""));
}

TEST_CASE("other languages are one link away, by their own name") {
  const auto html = pages_at().signup(signup_page());
  CHECK(contains(html, "<a href=\"/signup/news?lang=en\" lang=\"en\" hreflang=\"en\">English</a>"));
  CHECK_FALSE(contains(html, "lang=de\" lang"));
  SignupPage alone = signup_page();
  alone.languages = {"de"};
  CHECK_FALSE(contains(pages_at().signup(alone), "class=\"languages\""));
}

TEST_CASE("the confirm page has the facts, one clear button, and a small second one") {
  const auto html = pages_at().confirm(confirm_page("de"));
  for (const char* fact : {"News", "m•••@example.de", "Example GmbH", "30. November 2026, 09:05 Uhr (UTC)",
                           "datetime=\"2026-11-30T09:05:00.000Z\""}) {
    CHECK(contains(html, fact));
  }
  CHECK(count(html, "<form method=\"post\" action=\"/confirm/abc\"") == 2);
  CHECK(count(html, "<button") == 2);
  CHECK(count(html, "class=\"button\"") == 1);
  CHECK(html.find("Anmeldung bestätigen</button>") < html.find("name=\"action\" value=\"cancel\""));
  // Four of <meta>, the second button and its unticked wish: the first sends nothing.
  CHECK(count(html, "name=") == 6);
  CHECK_FALSE(contains(html, " checked"));
  CHECK_FALSE(contains(html, "http-equiv"));
  CHECK_FALSE(contains(html, "autofocus"));
}

TEST_CASE("a point in time reads as people write it") {
  const auto in = [](const std::string& language, int month) {
    ConfirmPage page = confirm_page(language);
    page.expires_at = std::chrono::sys_days(std::chrono::year(2027) / month / 1) + 23h + 59min;
    return pages_at().confirm(page);
  };
  CHECK(contains(in("de", 3), "1. März 2027, 23:59 Uhr (UTC)"));
  CHECK(contains(in("en", 3), "1 March 2027, 23:59 (UTC)"));
  CHECK(contains(in("en", 12), "1 December 2027"));
}

TEST_CASE("the confirmed page offers the way out when there is one") {
  CHECK(contains(
      pages_at().confirmed({"de", {"news", "News"}, "m•••@example.de", "https://n.example.de/unsubscribe/x"}),
      "href=\"https://n.example.de/unsubscribe/x\">Newsletter abbestellen</a>"));
  const auto bare = pages_at().confirmed({"de", {"news", "News"}, "", ""});
  CHECK_FALSE(contains(bare, "abbestellen"));
  CHECK_FALSE(contains(bare, "<dd></dd>"));
}

TEST_CASE("a dead link says where to start again, and not what became of it") {
  const auto titled = [](DeadLink reason) { return pages_at().dead_link({"en", reason, {"news", "News"}}); };
  CHECK(contains(titled(DeadLink::over), "This link no longer works"));
  CHECK(contains(titled(DeadLink::forgotten), "Nothing is left behind this link"));
  CHECK(contains(titled(DeadLink::unknown), "We do not know this link"));
  CHECK(contains(titled(DeadLink::over),
                 "<a class=\"button\" href=\"/signup/news?lang=en\">Sign up again</a>"));
  const auto unknown = pages_at().dead_link({"de", DeadLink::unknown, {}});
  CHECK(contains(unknown, "<a class=\"button\" href=\"/?lang=de\">Zur Übersicht</a>"));
  CHECK_FALSE(contains(unknown, "/signup/"));
}

TEST_CASE("every status has words: its own, or those of its kind") {
  const auto pages = pages_at();
  CHECK(contains(pages.error({"en", 429, "", ""}), "<h1>One moment, please</h1>"));
  CHECK(contains(pages.error({"en", 418, "", ""}), "<h1>That did not work</h1>"));
  CHECK(contains(pages.error({"en", 507, "", ""}), "<h1>Something went wrong on our side</h1>"));
  CHECK(contains(pages.error({"de", 507, "", ""}), "Fehler 507"));
  CHECK(contains(pages.error({"en", 404, "unknown-list", ""}),
                 "There is no such newsletter here, or no longer."));
  CHECK(contains(pages.error({"en", 400, "", "a & b"}), "Error 400: a &amp; b"));
  CHECK_FALSE(contains(pages.error({"de", 400, "", "English words"}), "English words"));
}

TEST_CASE("an error's words are all reachable by their status") {
  std::string text;
  for (const auto& file : optledger::templates::files()) {
    if (file.path == "words/en.json") text = file.text;
  }
  const Json words = Json::parse(text);
  for (const auto& [key, word] : words.at("error").items()) {
    if (!key.starts_with("heading_") && !key.starts_with("advice_")) continue;
    CAPTURE(key);
    const int status = std::stoi(key.substr(key.find('_') + 1));
    CHECK(contains(pages_at().error({"en", status, "", ""}), word.get<std::string>()));
  }
}

TEST_CASE("the landing page leads to every list") {
  const auto html = pages_at().home({"en", {"de", "en"}, {{"news", "News"}, {"jobs", "Jobs"}}});
  CHECK(contains(html, "href=\"/signup/news?lang=en\""));
  CHECK(contains(html, "href=\"/signup/jobs?lang=en\""));
  CHECK(contains(html, "<a href=\"/?lang=de\""));
  CHECK(contains(pages_at().home({"en", {"en"}, {}}), "There is no newsletter here at the moment."));
}

TEST_CASE("a page in a language we do not speak is in English, but the form keeps the list's own") {
  SignupPage page = signup_page();
  page.language = "fi";
  const auto html = pages_at().signup(page);
  CHECK(contains(html, "<html lang=\"en\">"));
  CHECK(contains(html, "name=\"locale\" value=\"fi\""));
  CHECK(contains(html, "<div lang=\"fi\">"));
}

TEST_CASE("no imprint or notice, no link") {
  const Pages pages(templates_in_binary(), {"Example GmbH", "", "", ""});
  CHECK_FALSE(contains(pages.cancelled({"de", {"news", "News"}}), "href=\"\""));
}

TEST_CASE("below a path, every link begins with it") {
  const auto pages = pages_at("/newsletter");
  CHECK(contains(pages.signup(signup_page()), "href=\"/newsletter" + pages.stylesheet_path()));
  const std::regex outside("(href|action)=\"/(?!newsletter/)");
  CHECK_FALSE(std::regex_search(pages.signup(signup_page()), outside));
  CHECK_FALSE(std::regex_search(pages.home({"de", {"de", "en"}, {{"news", "News"}}}), outside));
  CHECK_FALSE(std::regex_search(pages.dead_link({"de", DeadLink::over, {"news", "News"}}), outside));
  CHECK_FALSE(std::regex_search(pages.error({"de", 404, "", ""}), outside));
}

TEST_CASE("a new look has a new address, so the old one may be cached for ever") {
  const auto pages = pages_at();
  CHECK(std::regex_match(pages.stylesheet_path(), std::regex("/assets/style-[0-9a-f]{8}\\.css")));
  const auto folder =
      std::filesystem::temp_directory_path() / ("optledger-brand-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "pages");
  std::ofstream(folder / "pages/brand.css") << ":root { --brand: #123456; }\n";
  const Templates own(folder);
  const Pages branded(own, {"Example GmbH", "", "", ""});
  CHECK(branded.stylesheet_path() != pages.stylesheet_path());
  CHECK(branded.stylesheet().ends_with("--brand: #123456; }\n"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("the gallery shows every page in every language, and its index leads to each") {
  const auto pictures = gallery(pages_at(), example_controller());
  REQUIRE(pictures.front().first == "index.html");
  for (const auto& [name, html] : pictures) {
    CAPTURE(name);
    if (name != "index.html") CHECK(contains(pictures.front().second, "href=\"/" + name + "\""));
  }
  const auto hangs = [&](const std::string& name) {
    return std::any_of(pictures.begin(), pictures.end(),
                       [&](const auto& picture) { return picture.first == name; });
  };
  for (const auto& file : optledger::templates::files()) {
    const std::string path(file.path);
    const bool is_page =
        path.starts_with("pages/") && path.ends_with(".mustache") && !path.starts_with("pages/parts/");
    if (!is_page || path == "pages/index.mustache") continue;
    const std::string page = path.substr(6, path.find('.') - 6);
    CAPTURE(page);
    for (const char* language : {".de.html", ".en.html"}) {
      CHECK((hangs(page + language) || (page == "error" && hangs("error-404" + std::string(language)))));
    }
  }
}
