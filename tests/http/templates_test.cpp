#include "service/http/templates.hpp"

#include "tests/http/page_reading.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "embedded/templates.hpp"
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

using optledger::Json;
using optledger::http::TemplateError;
using optledger::http::Templates;

namespace {

// A company's own templates folder.
class Overrides {
 public:
  Overrides() : folder_(std::filesystem::temp_directory_path() / "optledger-templates-XXXXXX") {
    std::string name = folder_.string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~Overrides() { std::filesystem::remove_all(folder_); }
  Overrides(const Overrides&) = delete;
  Overrides& operator=(const Overrides&) = delete;

  Overrides& with(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path, std::ios::binary) << text;
    return *this;
  }
  const std::filesystem::path& folder() const { return folder_; }

  std::string error() const {
    try {
      const Templates templates(folder_);
    } catch (const TemplateError& error) {
      return error.what();
    }
    return "no error";
  }

 private:
  std::filesystem::path folder_;
};

std::string embedded(const std::string& path) {
  for (const auto& file : optledger::templates::files()) {
    if (file.path == path) return std::string(file.text);
  }
  FAIL("no embedded file " << path);
  return {};
}

std::set<std::string> keys_of(const std::string& language) {
  std::set<std::string> keys;
  const Json words = Json::parse(embedded("words/" + language + ".json"));
  for (const auto& [section, members] : words.items()) {
    for (const auto& [key, word] : members.items()) keys.insert(section + "." + key);
  }
  return keys;
}

// "word.title" in pages/home.mustache is home.title; in a part it belongs to whichever page contains the
// part.
std::set<std::string> words_named_in(std::string_view text) {
  std::set<std::string> names;
  for (auto at = text.find("{{word."); at != text.npos; at = text.find("{{word.", at + 1)) {
    names.insert(std::string(text.substr(at + 7, text.find("}}", at) - at - 7)));
  }
  return names;
}

}  // namespace

TEST_CASE("German and English have exactly the same words") { CHECK(keys_of("de") == keys_of("en")); }

TEST_CASE("a word has the same values in every language") {
  const Json de = Json::parse(embedded("words/de.json"));
  const Json en = Json::parse(embedded("words/en.json"));
  const auto values_in = [](const std::string& word) {
    std::set<std::string> values;
    for (auto at = word.find("{{"); at != word.npos; at = word.find("{{", at + 1)) {
      values.insert(word.substr(at, word.find("}}", at) - at));
    }
    return values;
  };
  for (const auto& [section, members] : de.items()) {
    for (const auto& [key, word] : members.items()) {
      CAPTURE(section + "." + key);
      CHECK(values_in(word) == values_in(en[section][key]));
    }
  }
}

TEST_CASE("every word is used") {
  std::set<std::string> unused = keys_of("en");
  std::set<std::string> of_parts;
  for (const auto& file : optledger::templates::files()) {
    const std::string path(file.path);
    if (!path.starts_with("pages/")) continue;
    const bool is_part = path.starts_with("pages/parts/");
    const std::string page = is_part ? "" : path.substr(6, path.find('.') - 6);
    for (const auto& name : words_named_in(file.text)) {
      if (contains(name, "."))
        unused.erase(name);
      else if (is_part)
        of_parts.insert(name);
      else
        unused.erase(page + "." + name);
    }
  }
  // Chosen by a code, a number or a record's content: the tests of the pages and of the proof show them.
  const auto is_chosen = [](const std::string& key) {
    for (const char* family :
         {"problem.", "calendar.month_", "language.name", "erasure.", "error.heading_", "error.advice_",
          "privacy-data.about_", "privacy-data.done_", "privacy-data.rule_", "privacy-data.state_",
          "privacy-erased.heading_", "proof.about_", "proof.event_", "proof.field_", "proof.value_",
          "proof.zone_", "proof.attachment_", "erasure-receipt.attachment_"}) {
      if (key.starts_with(family)) return true;
    }
    return false;
  };
  std::erase_if(unused, [&](const std::string& key) {
    return is_chosen(key) || of_parts.contains(key.substr(key.find('.') + 1));
  });
  for (const auto& key : unused) FAIL_CHECK("nothing uses the word " << key);
}

TEST_CASE("values are escaped, and what a person typed is never taken for a template") {
  const Templates templates;
  const auto html = templates.render(
      "error", "en",
      {{"heading", "<b>&\"'"}, {"advice", "{{status}} {{{status}}} {{> layout}}"}, {"status", "7"}});
  CHECK(contains(html, "<h1>&lt;b&gt;&amp;&quot;&apos;</h1>"));
  CHECK(contains(html, "{{status}} {{{status}}} {{&gt; layout}}"));
}

TEST_CASE("many threads render one page at once") {
  const Templates templates;
  const Json values{{"list_id", "news"}, {"list_title", "News"}, {"list_known", true}};
  const auto expected = templates.render("requested", "de", values);
  std::vector<std::thread> threads;
  std::atomic<int> different = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j) different += templates.render("requested", "de", values) != expected;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(different == 0);
}

TEST_CASE("a page or language that does not exist is the caller's mistake") {
  const Templates templates;
  CHECK_THROWS_AS(templates.render("nothing", "de", Json::object()), std::out_of_range);
  CHECK_THROWS_AS(templates.render("home", "xx", Json::object()), std::out_of_range);
  CHECK_THROWS_AS(templates.text("pages/nothing.css"), std::out_of_range);
}

TEST_CASE("a company changes single words and keeps all others") {
  Overrides overrides;
  overrides.with("words/de.json", R"({"confirm": {"button": "Ja, ich will <wirklich>"}})");
  const Templates templates(overrides.folder());
  const auto html = templates.render("confirm", "de", Json::object());
  CHECK(contains(html, "Ja, ich will &lt;wirklich&gt;"));
  CHECK(contains(html, "Das war ich nicht"));
}

TEST_CASE("a company brings a language of its own") {
  Overrides overrides;
  overrides.with("words/fr.json", embedded("words/en.json"));
  CHECK(Templates(overrides.folder()).languages() == std::vector<std::string>{"de", "en", "fr"});
}

TEST_CASE("a company brings its own markup and parts") {
  Overrides overrides;
  overrides.with("pages/cancelled.mustache", "{{> seal}}<h1>{{word.title}}</h1>\n")
      .with("pages/parts/seal.mustache", "<hr>");
  CHECK(contains(Templates(overrides.folder()).render("cancelled", "en", Json::object()),
                 "<hr><h1>The sign-up is discarded</h1>"));
}

TEST_CASE("hidden files in the folder are left alone") {
  Overrides overrides;
  overrides.with(".git/config", "x").with("pages/.confirm.mustache.swp", "\xff");
  CHECK(overrides.error() == "no error");
}

TEST_CASE("a broken override is named, with its line and the reason") {
  struct Broken {
    std::string path, text, complaint;
  };
  for (const Broken& broken : {
           Broken{"pages/confirm.mustache", "<h1>\n{{#expires}}",
                  "confirm.mustache:2: Unclosed section \"expires\""},
           Broken{"pages/confirm.mustache", "\n\n{{/expires}}",
                  "confirm.mustache:3: Unopened section \"expires\""},
           Broken{"pages/confirm.mustache", "a {{word.title", "confirm.mustache:1: "},
           Broken{"pages/confirm.mustache", "{{{list_title}}}", "confirm.mustache:1: "},
           Broken{"pages/confirm.mustache", "{{&list_title}}", "confirm.mustache:1: "},
           Broken{"pages/confirm.mustache", "{{=<% %>=}}", "confirm.mustache:1: "},
           Broken{"pages/confirm.mustache", "{{}}", "confirm.mustache:1: "},
           Broken{"pages/confirm.mustache", "\n{{list_titel}}",
                  "confirm.mustache:2: no page has a value named \"list_titel\""},
           Broken{"pages/confirm.mustache", "{{word.nothing}}",
                  "confirm.mustache:1: the word confirm.nothing is not in"},
           Broken{"pages/confirm.mustache", "{{> nothing}}",
                  "confirm.mustache:1: there is no file pages/parts/nothing"},
           Broken{"pages/parts/facts.mustache", "{{> facts}}",
                  "facts.mustache:1: the part facts contains itself"},
           Broken{"pages/confirm.mustache", "\xff", "confirm.mustache: not UTF-8"},
           Broken{"pages/confirm.mustache", std::string(300 * 1024, 'x'),
                  "confirm.mustache: larger than 256 KiB"},
           Broken{"pages/confrim.mustache", "", "confrim.mustache: overrides nothing"},
           Broken{"README.md", "hello", "README.md: overrides nothing"},
           Broken{"words/de.json", "{", "words/de.json: "},
           Broken{"words/de.json", "[]", "words/de.json: must be an object of sections"},
           Broken{"words/de.json", R"({"confirm": "x"})",
                  "words/de.json: \"confirm\" must be an object of words"},
           Broken{"words/de.json", R"({"confirm": {"button": 1}})",
                  "words/de.json: the word confirm.button must be a text"},
           Broken{"words/de.json", R"({"confirm": {"button": ""}})",
                  "words/de.json: the word confirm.button must be a text"},
           Broken{"words/de.json", R"({"confirm": {"buton": "x"}})", "words/de.json: nothing uses this word"},
           Broken{"words/en.json", R"({"confirm": {"buton": "x"}})", "words/en.json: nothing uses this word"},
           Broken{"words/de.json", R"({"confirm": {"button": "{{#a}}{{/a}}"}})",
                  "confirm.button:1: a word may contain"},
           Broken{"words/de.json", R"({"confirm": {"button": "{{nobody}}"}})",
                  "no page has a value named \"nobody\""},
           Broken{"words/fr.json", R"({"confirm": {"button": "Oui"}})",
                  "words/fr.json: a word is missing; add calendar.instant"},
           Broken{"words/french.json", "{}", "words/french.json: a words file is named by a language"},
       }) {
    CAPTURE(broken.complaint);
    const std::string error = Overrides().with(broken.path, broken.text).error();
    CAPTURE(error);
    CHECK(contains(error, broken.complaint));
  }
}

TEST_CASE("a folder that is not there is named") {
  CHECK_THROWS_WITH_AS(Templates("/nowhere/at/all"), doctest::Contains("/nowhere/at/all"), TemplateError);
}
