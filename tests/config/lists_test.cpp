#include "tests/config/files.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

constexpr const char* head =
    "[[list]]\nid = \"news\"\ntitle = { de = \"Neuigkeiten\" }\nwording = { de = "
    "\"examples/wording/news.de.md\" }\n";

ConfigResult with_list(const std::string& lines) { return parse(head + lines); }

std::string wording_error(const Folder& folder, const std::string& bytes) {
  const auto file = folder.write("wording.md", bytes);
  return errors_of(
      parse("[[list]]\nid = \"n\"\ntitle = { de = \"N\" }\nwording = { de = \"" + file.string() + "\" }\n"));
}

}  // namespace

TEST_CASE("a wording does not depend on the editor that wrote it") {
  const Folder folder;
  const auto text_of = [&](const std::string& bytes) {
    const auto file = folder.write("wording.md", bytes);
    const auto result =
        parse("[[list]]\nid = \"n\"\ntitle = { de = \"N\" }\nwording = { de = \"" + file.string() + "\" }\n");
    REQUIRE_MESSAGE(result.config, errors_of(result));
    return result.config->lists[0].wording.at("de");
  };
  const std::string text = text_of("Ich möchte\n\tden Newsletter.\n");
  CHECK(text == "Ich möchte\n\tden Newsletter.\n");
  CHECK(text_of("Ich möchte\r\n\tden Newsletter.\r\n") == text);
  CHECK(text_of("Ich möchte\r\tden Newsletter.\r") == text);
  CHECK(text_of("\xEF\xBB\xBFIch möchte\n\tden Newsletter.\n") == text);
}

TEST_CASE("a wording that cannot be shown is refused, with its path") {
  const Folder folder;
  const std::string path = (folder.path() / "wording.md").string();
  CHECK(wording_error(folder,
                      "Ich m\xF6"
                      "chte")
            .find("the file " + path + " is not UTF-8") != std::string::npos);
  CHECK(wording_error(folder, " \n").find("is empty") != std::string::npos);
  CHECK(wording_error(folder, std::string("a\0b", 3)).find("control characters") != std::string::npos);
  CHECK(wording_error(folder, std::string(64 * 1024 + 1, 'x')).find("at most 64 KiB") != std::string::npos);
  CHECK(wording_error(folder, std::string(64 * 1024, 'x')).empty());
  CHECK(errors_of(parse("[[list]]\nid = \"n\"\ntitle = { de = \"N\" }\nwording = { de = \"none.md\" }\n")) ==
        "optledger.toml:4: list[n].wording.de: the file " + (source_root() / "none.md").string() +
            " cannot be read: No such file or directory\n");
}

TEST_CASE("title, wording and purposes speak the same languages, and only those with templates") {
  CHECK(errors_of(parse("[[list]]\nid = \"n\"\ntitle = { de = \"N\", en = \"N\" }\n"
                        "wording = { de = \"examples/wording/news.de.md\" }\n")) ==
        "optledger.toml:4: list[n].wording: must have the same languages as title\n");
  CHECK(errors_of(with_list("purposes = [{ id = \"opens\", text = { en = \"Opens\" } }]\n")) ==
        "optledger.toml:5: list[news].purposes: its text must have the same languages as title\n");
  CHECK(errors_of(parse("[[list]]\nid = \"n\"\ntitle = { fr = \"N\" }\nwording = { fr = \"x\" }\n")) ==
        "optledger.toml:3: list[n].title.fr: there are no templates for this language: use de or en\n"
        "optledger.toml:4: list[n].wording.fr: there are no templates for this language: use de or en\n");
  CHECK(errors_of(parse(
            "[[list]]\nid = \"n\"\ntitle = {}\nwording = { de = \"examples/wording/news.de.md\" }\n")) ==
        "optledger.toml:3: list[n].title: needs at least one language: de or en\n");
}

TEST_CASE("a list without id, title or wording is refused") {
  CHECK(errors_of(parse("[[list]]\n")) ==
        "optledger.toml:1: list[1].id: is missing: sign-ups name the list by it\n"
        "optledger.toml:1: list[1].title: is missing: letters and pages name the newsletter by it\n"
        "optledger.toml:1: list[1].wording: is missing: a consent without its wording proves nothing\n");
  CHECK(errors_of(parse("[list]\nid = \"news\"\n# [[list]]\n"))
            .find("optledger.toml:1: list: write [[list]]") != std::string::npos);
  CHECK(errors_of(parse("list = [1]\n# [[list]]\n")).find("expected [[list]] tables") != std::string::npos);
}

TEST_CASE("two lists never share an id") {
  const std::string errors = errors_of(parse(std::string(head) + head));
  CHECK(errors == "optledger.toml:5: list.id: two lists have the same id\n");
  for (const char* id : {"", "News", "a b", "ä"}) {
    CHECK_MESSAGE(parse("[[list]]\nid = \"" + std::string(id) +
                        "\"\ntitle = { de = \"N\" }\n"
                        "wording = { de = \"examples/wording/news.de.md\" }\n")
                          .errors.size() == 1,
                  id);
  }
}

TEST_CASE("purposes have an id of their own and a text") {
  const auto list =
      with_list("purposes = [{ id = \"opens\", text = { de = \"Öffnungen messen\" } }]\n").config;
  REQUIRE(list);
  REQUIRE(list->lists[0].purposes.size() == 1);
  CHECK(list->lists[0].purposes[0].text.at("de") == "Öffnungen messen");
  const std::string errors =
      errors_of(with_list("[[list.purposes]]\nid = \"opens\"\ntext = { de = \"A\" }\n"
                          "[[list.purposes]]\nid = \"opens\"\ntext = { de = \"B\" }\n"
                          "[[list.purposes]]\nticked = true\n"));
  CHECK(errors.find("optledger.toml:8: list[news].purposes: two purposes have the same id") !=
        std::string::npos);
  CHECK(errors.find("optledger.toml:11: list[news].purposes.id: is missing") != std::string::npos);
  CHECK(errors.find("optledger.toml:12: list[news].purposes.ticked: unknown key; known are id, text") !=
        std::string::npos);
  CHECK(with_list("purposes = [\"opens\"]\n").errors.size() == 1);
}

TEST_CASE("origins are kept as browsers send them") {
  const auto config =
      with_list("allowed_origins = [\"HTTPS://WWW.Example.de:443\", \"http://localhost:3000\"]\n").config;
  REQUIRE(config);
  CHECK(config->lists[0].allowed_origins ==
        std::vector<std::string>{"https://www.example.de", "http://localhost:3000"});
  for (const char* origin : {"*", "https://*.example.de", "null", "https://www.example.de/", "www.example.de",
                             "https://u@www.example.de", "https://www.example.de:0"}) {
    CHECK_MESSAGE(with_list("allowed_origins = [\"" + std::string(origin) + "\"]\n").errors.size() == 1,
                  origin);
  }
}

TEST_CASE("a redirect goes to https, or to this machine") {
  const auto config =
      with_list("redirects = { requested = \"https://www.example.de/danke?a=1#b\" }\n").config;
  REQUIRE(config);
  CHECK(config->lists[0].requested_redirect == "https://www.example.de/danke?a=1#b");
  CHECK(with_list("redirects = { requested = \"http://localhost:3000/danke\" }\n").config.has_value());
  CHECK(with_list("redirects = { requested = \"http://www.example.de/danke\" }\n").errors.size() == 1);
  CHECK(with_list("redirects = { requested = \"/danke\" }\n").errors.size() == 1);
  CHECK(with_list("redirects = { requested = \"https://a.example/\\r\\nSet-Cookie: x\" }\n").errors.size() ==
        1);
  CHECK(errors_of(with_list("redirects = { request = \"https://a.example\" }\n")) ==
        "optledger.toml:5: list[news].redirects.request: unknown key; did you mean \"requested\"?\n");
}

TEST_CASE("a form's own field names stay distinguishable") {
  const auto config = with_list("fields = { email = \"your-email\", name = \"email\" }\n").config;
  REQUIRE(config);
  CHECK(config->lists[0].fields.at("email") == "your-email");
  CHECK(config->lists[0].fields.size() == 2);
  CHECK(errors_of(with_list("fields = { name = \"email\" }\n")) ==
        "optledger.toml:5: list[news].fields: two fields would have the form's name \"email\"\n");
  CHECK(errors_of(with_list("fields = { mail = \"x\" }\n")) ==
        "optledger.toml:5: list[news].fields.mail: unknown key; did you mean \"email\"?\n");
}
