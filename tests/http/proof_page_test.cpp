#include "service/http/proof_page.hpp"

#include "lib/base/hash.hpp"
#include "lib/consent/record.hpp"
#include "lib/letters/letter.hpp"
#include "lib/proof/conclusion.hpp"
#include "lib/proof/proof.hpp"
#include "service/flows/look_up_proof.hpp"
#include "service/http/gallery.hpp"
#include "service/http/pages.hpp"
#include "service/http/plain_sight.hpp"
#include "tests/http/page_reading.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

using namespace optledger;
using namespace optledger::http;

namespace {

const Pages& pages() {
  static const Pages all(templates_in_binary(), {"Example GmbH", "", "", ""});
  return all;
}

std::string hash_of(std::string_view text) { return to_hex(sha256(text)); }

const Json controller = controller_in_proof(example_controller());

const ListConfig& news() {
  static const ListConfig list = [] {
    ListConfig made;
    made.id = "news";
    made.title = {{"de", "Neuigkeiten"}, {"en", "News of the House"}};
    return made;
  }();
  return list;
}

std::string page_of(const Json& proof, const std::optional<std::string>& language = std::nullopt) {
  return proof_page(proof, {&news(), language}, pages());
}

const std::string wording =
    "Ich möchte den Newsletter **Neuigkeiten** der Example GmbH etwa einmal im Monat per E-Mail erhalten.\n\n"
    "Meine Einwilligung kann ich jederzeit widerrufen, zum Beispiel über den Link in jeder Ausgabe.\n\n"
    "[ ] opens: Sie dürfen messen, ob und wann ich den Newsletter öffne.\n";
const std::string notice =
    "# Datenschutzhinweise\n\nDie Anmeldungen zum Newsletter werden protokolliert, um den Anmeldeprozess "
    "entsprechend "
    "den rechtlichen Anforderungen nachweisen zu können.\n\n1. Verantwortlich ist die Example GmbH.\n2. …\n";
const std::string customer_notice = "Sie können der Zusendung jederzeit widersprechen.\n";
const std::string user_agent =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

// One person's story, told with the product's own records and letter; tests change a fact and look again.
struct Story {
  std::string email = "anna.schmidt@example.org";
  std::string list = "news";
  std::string locale = "de";
  Origin origin{"203.0.113.77", IpSource::forwarded, user_agent};
  Json controller_facts = controller;
  std::vector<Record> records;
  std::map<std::string, std::string> letters;

  Record record(RecordKind kind, const std::string& at, Json details) const {
    return {kind, parse_rfc3339(at).value(), email, list, origin, std::move(details)};
  }

  void sign_up(const std::string& at = "2026-11-23T19:09:29.123Z") {
    records.push_back(record(RecordKind::signup_requested, at,
                             {{"wording", hash_of(wording)},
                              {"wording_stated", true},
                              {"privacy_notice", hash_of(notice)},
                              {"locale", locale},
                              {"purposes", {"opens"}},
                              {"source_url", "https://www.example.de/newsletter"},
                              {"signed_up_at", nullptr},
                              {"repeat", false}}));
  }

  std::string write_letter() {
    const auto letter = compose_confirmation_letter(
        templates_in_binary().text("letters/confirmation." + locale + ".mustache"),
        {.from_name = "Example GmbH",
         .from_address = "newsletter@example.de",
         .list_title = "Neuigkeiten",
         .controller_name = "Example GmbH",
         .controller_lines = {"Musterstraße 3", "65189 Wiesbaden"},
         .imprint_url = "https://example.de/impressum",
         .privacy_url = "https://example.de/datenschutz",
         .public_url = "https://newsletter.example.de"},
        {.to = EmailAddress::parse(email).value(),
         .token = std::string(44, '*'),
         .requested_at = parse_rfc3339("2026-11-23T19:09:29.123Z").value(),
         .expires_at = parse_rfc3339("2026-11-30T19:09:29.123Z").value(),
         .message_key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"});
    letters[hash_of(letter.message)] = letter.message;
    return hash_of(letter.message);
  }

  void send_letter(const std::string& at = "2026-11-23T19:09:30.456Z") {
    auto sent = record(RecordKind::letter_sent, at,
                       {{"letter", write_letter()},
                        {"token_sha256", hash_of("token")},
                        {"message_id", "<0f1e2d3c4b5a69788796a5b4c3d2e1f0@example.de>"},
                        {"envelope_from", "newsletter@example.de"},
                        {"envelope_to", email},
                        {"smtp_reply", "250 2.0.0 Ok: queued as 4bXk7v2Zq1z9sQ1"}});
    sent.origin = {};
    records.push_back(sent);
  }

  void confirm(const std::string& at = "2026-11-23T23:30:05.789Z") {
    records.push_back(
        record(RecordKind::confirmed, at, {{"token_sha256", hash_of("token")}, {"method", "page"}}));
  }

  void become_customer(const std::string& at = "2026-11-23T19:09:29.123Z") {
    auto imported = record(RecordKind::imported, at,
                           {{"basis", "existing_customer"},
                            {"method", "api"},
                            {"purchase_reference", "Auftrag 4711"},
                            {"purchased_at", "2026-11-20"},
                            {"notice", hash_of(customer_notice)},
                            {"address_source", "Bestellformular"}});
    imported.origin = {};
    records.push_back(imported);
  }

  void object(const std::string& at = "2027-06-30T22:00:00.000Z") {
    records.push_back(
        record(RecordKind::unsubscribed, at,
               {{"basis", "existing_customer"}, {"method", "page"}, {"token_sha256", nullptr}}));
  }

  Json proof() const {
    ProofParts parts{controller_facts, EmailAddress::parse(email).value(), list, {}, {}, letters};
    const std::map<std::string, std::string> known = {
        {hash_of(wording), wording}, {hash_of(notice), notice}, {hash_of(customer_notice), customer_notice}};
    for (const auto& told : records) {
      parts.records.push_back({parts.records.size(), sha256("salt"), to_canonical_json(to_json(told))});
      for (const auto& hash : hashes_named_by(to_json(told)).texts) parts.texts[hash] = known.at(hash);
    }
    return assemble_evidence(parts, {}, parse_rfc3339("2027-07-01T08:00:00.000Z").value());
  }
};

Story confirmed_story(const std::string& locale = "de") {
  Story story;
  story.locale = locale;
  story.sign_up();
  story.send_letter();
  story.confirm();
  return story;
}

// A record of a kind that is specified, but that no flow of this version makes yet.
void append(Json& proof, const std::string& kind, const Json& details) {
  Json evidence = proof.at("records").front();
  evidence["record"]["kind"] = kind;
  evidence["record"]["at"] = "2027-06-30T22:00:00.000Z";
  evidence["record"]["details"] = details;
  proof["records"].push_back(evidence);
}

std::string embedded_json(const std::string& html) {
  static const std::string open = "<script type=\"application/json\" id=\"optledger-proof\">";
  const auto begin = html.find(open) + open.size();
  return html.substr(begin, html.find("</script>", begin) - begin);
}

// What stands between the tags, entities decoded, as a browser would show it.
std::string visible_text(std::string html) {
  html = html.substr(html.find("<body>"));
  html.erase(html.find("<script"), std::string::npos);
  html = std::regex_replace(html, std::regex("<[^>]*>"), "\x1F");
  const std::pair<const char*, const char*> entities[] = {{"&lt;", "<"},   {"&gt;", ">"},  {"&quot;", "\""},
                                                          {"&apos;", "'"}, {"&#39;", "'"}, {"&amp;", "&"}};
  for (const auto& [entity, character] : entities)
    html = std::regex_replace(html, std::regex(entity), character);
  return html;
}

}  // namespace

TEST_CASE("a proof page begins with one plain sentence, in the language the person signed up in") {
  CHECK(contains(
      page_of(confirmed_story("de").proof()),
      "<p class=\"sentence\">Die Adresse anna.schmidt@example.org hat am 23. November 2026 um 23:30:05 Uhr "
      "(UTC) dem Empfang des Newsletters „news“ von Example GmbH zugestimmt. "));
  const auto english = page_of(confirmed_story("en").proof());
  CHECK(contains(english, "<html lang=\"en\">"));
  CHECK(contains(english,
                 "<p class=\"sentence\">On 23 November 2026 at 23:30:05 (UTC) the address "
                 "anna.schmidt@example.org consented to receive the newsletter “news” from Example GmbH."));
}

TEST_CASE("the caller may choose another language, and one without words is English") {
  const auto proof = confirmed_story("de").proof();
  CHECK(contains(page_of(proof, "en"), "<html lang=\"en\">"));
  CHECK(contains(page_of(proof, "fr"), "<html lang=\"en\">"));
  Json without_records = proof;
  without_records["records"] = Json::array();
  CHECK(contains(page_of(without_records), "<html lang=\"en\">"));
}

TEST_CASE("without a confirmation the page claims no consent") {
  Story story;
  story.sign_up();
  story.send_letter();
  const auto html = page_of(story.proof());
  CHECK(contains(html, "Für die Adresse anna.schmidt@example.org ist keine Zustimmung zum Empfang"));
  CHECK_FALSE(contains(html, "dem Empfang des Newsletters"));
  CHECK(contains(html, "noch nicht bestätigt"));
}

TEST_CASE("a withdrawal stands in the first sentence") {
  Json proof = confirmed_story().proof();
  append(proof, "unsubscribed", Json::object());
  std::vector<Json> records;
  for (const auto& evidence : proof.at("records")) records.push_back(evidence.at("record"));
  proof["conclusion"] = conclude(records, {});
  const auto html = page_of(proof);
  CHECK(contains(html, "und diese Zustimmung am 30. Juni 2027 um 22:00:00 Uhr (UTC) widerrufen."));
  CHECK(contains(html, "<time datetime=\"2030-06-30T22:00:00.000Z\">30. Juni 2030, 22:00:00 Uhr UTC</time>"));
}

TEST_CASE("a permission is called what it is, never a consent, in both languages") {
  Story story;
  story.become_customer();
  const auto german = page_of(story.proof());
  CHECK(contains(german, "<html lang=\"de\">"));
  CHECK(
      contains(german, "<title>Nachweis zur Newsletter-Zusendung ohne Einwilligung – Example GmbH</title>"));
  CHECK(contains(german, "<h1>Nachweis zur Newsletter-Zusendung ohne Einwilligung</h1>"));
  CHECK(contains(german, "Gesetzliche Erlaubnis für Bestandskunden (§ 7 Abs. 3 UWG)"));
  CHECK(contains(
      german,
      "<p class=\"sentence\">Die Adresse anna.schmidt@example.org hat nicht in den Empfang des Newsletters "
      "„news“ von Example GmbH eingewilligt. Sie wurde am 23. November 2026 um 19:09:29 Uhr (UTC) als die "
      "eines Bestandskunden aufgenommen. Die Zusendung stützt sich auf die gesetzliche Erlaubnis des § 7 "
      "Abs. "
      "3 UWG. Ein Widerspruch ist nicht verzeichnet.</p>"));
  const auto english = page_of(story.proof(), "en");
  CHECK(contains(english, "<h1>Evidence of a newsletter sent without consent</h1>"));
  CHECK(contains(english,
                 "The address anna.schmidt@example.org has not consented to receive the newsletter “news”"));
  CHECK(contains(english, "No objection is on record."));
  for (const auto& html : {german, english}) {
    CHECK_FALSE(contains(html, "Double-Opt-in"));
    CHECK_FALSE(contains(html, "double opt-in"));
    CHECK_FALSE(
        contains(html, "consented to receive the newsletter “news” from Example GmbH. No withdrawal"));
    CHECK_FALSE(contains(html, "zugestimmt. "));
    CHECK(count(html, "class=\"sentence\"") == 1);
  }
}

TEST_CASE("a permission shows its evidence: purchase, source of the address, and the notice word for word") {
  Story story;
  story.become_customer();
  const auto html = page_of(story.proof());
  const auto text = visible_text(html);
  CHECK(contains(html, "<h3>Als Bestandskunde aufgenommen, ohne Einwilligung</h3>"));
  CHECK(contains(html, "<dt>Rechtsgrundlage</dt><dd><bdi>gesetzliche Erlaubnis für Bestandskunden"));
  CHECK(contains(html, "<dt>Beleg des Kaufs</dt><dd><bdi>Auftrag 4711</bdi>"));
  CHECK(contains(html, "<dt>Gekauft am</dt><dd><bdi>2026-11-20</bdi>"));
  CHECK(contains(html, "<dt>Herkunft der Adresse</dt><dd><bdi>Bestellformular</bdi>"));
  CHECK(contains(html, "<code>" + hash_of(customer_notice) +
                           "</code><span class=\"note\">SHA-256; der Wortlaut ist Text 1 in Abschnitt 2"));
  CHECK(contains(text, "Text 1: Hinweis auf das Widerspruchsrecht"));
  CHECK(contains(text, "\x1F" + customer_notice + "\x1F"));
  CHECK(contains(text, "so, wie der Verantwortliche ihn mitgeteilt hat"));
  CHECK_FALSE(contains(text, "wie sie bei der Anmeldung galten"));
  CHECK(contains(text, "als Bestandskunde aufgenommen, ohne Einwilligung (§ 7 Abs. 3 UWG)"));
  CHECK_FALSE(contains(html, "<dt>IP-Adresse</dt>"));
}

TEST_CASE("an objection to a permitted newsletter is no withdrawal of a consent") {
  Story story;
  story.become_customer();
  story.object();
  const auto html = page_of(story.proof());
  CHECK(contains(html, "bis ihr am 30. Juni 2027 um 22:00:00 Uhr (UTC) widersprochen wurde."));
  CHECK(contains(html,
                 "Der Zusendung, die ohne Einwilligung erlaubt war (§ 7 Abs. 3 UWG), wurde widersprochen."));
  CHECK_FALSE(contains(html, "Die Zustimmung wurde widerrufen."));
  CHECK(contains(html, "<time datetime=\"2030-06-30T22:00:00.000Z\">"));
  CHECK(contains(page_of(story.proof(), "en"), "until an objection on 30 June 2027 at 22:00:00 (UTC)."));
}

TEST_CASE("a customer who consents later has a consent, and the permission before it stays visible") {
  Story story;
  story.become_customer("2026-11-22T08:00:00.000Z");
  story.sign_up();
  story.send_letter();
  story.confirm();
  const auto html = page_of(story.proof());
  CHECK(contains(html, "<h1>Nachweis zur Newsletter-Einwilligung</h1>"));
  CHECK(contains(html,
                 "um 23:30:05 Uhr (UTC) dem Empfang des Newsletters „news“ von Example GmbH zugestimmt."));
  CHECK(contains(html, "<h3>Als Bestandskunde aufgenommen, ohne Einwilligung</h3>"));
  CHECK(contains(html, "wie sie bei der Anmeldung galten"));
  CHECK(contains(html, "so, wie der Verantwortliche ihn mitgeteilt hat"));
}

TEST_CASE("every event has its clock time to the second, in UTC and in German time") {
  const auto html = page_of(confirmed_story().proof());
  CHECK(contains(html,
                 "<time datetime=\"2026-11-23T19:09:29.123Z\">23. November 2026, 19:09:29 Uhr UTC</time>"
                 "<span class=\"local\">23. November 2026, 20:09:29 Uhr MEZ</span>"));
  CHECK(contains(html,
                 ">23. November 2026, 23:30:05 Uhr UTC</time>"
                 "<span class=\"local\">24. November 2026, 00:30:05 Uhr MEZ</span>"));
  CHECK(contains(html,
                 ">1. Juli 2027, 08:00:00 Uhr UTC</time>"
                 "<span class=\"local\">1. Juli 2027, 10:00:00 Uhr MESZ</span>"));
  CHECK(count(html, "<p class=\"when\"><time ") == 3);
}

TEST_CASE("every fact of every record is on the page") {
  const auto proof = confirmed_story().proof();
  const auto text = visible_text(page_of(proof));
  for (const auto& evidence : proof.at("records")) {
    const auto& record = evidence.at("record");
    CHECK(contains(text, to_canonical_json(record)));
    CHECK(contains(text, evidence.at("salt").get<std::string>()));
    for (const auto& [name, value] : record.at("details").items()) {
      CAPTURE(name);
      if (value.is_string() && name != "method" && name != "locale") {
        CHECK(contains(text, "\x1F" + value.get<std::string>() + "\x1F"));
      }
    }
  }
  for (const char* fact : {"203.0.113.77", "von einem vertrauten Proxyserver gemeldet", user_agent.c_str(),
                           "Schaltfläche auf der Seite des Dienstes", "opens", "vom Formular genannt"}) {
    CHECK(contains(text, fact));
  }
}

TEST_CASE("everything about the controller is on the page, a line for each line of the register") {
  for (const char* language : {"de", "en"}) {
    const auto html = page_of(confirmed_story(language).proof());
    const auto text = visible_text(html);
    for (const auto& [name, value] : controller.items()) {
      CAPTURE(name);
      if (value.is_string()) CHECK(contains(text, "\x1F" + value.get<std::string>() + "\x1F"));
      CHECK_FALSE(contains(html, "<dt>" + name + "</dt>"));
    }
    CHECK(contains(html,
                   "<dd><bdi class=\"line\">Amtsgericht Wiesbaden, HRB 00000</bdi>"
                   "<bdi class=\"line\">Geschäftsführerin: Erika Mustermann</bdi></dd>"));
  }
  const std::string contact = "<bdi>Datenschutzbeauftragte: Dr. Eva Beispiel</bdi>";
  CHECK(contains(page_of(confirmed_story("de").proof()), "<dt>Ansprechpartner</dt><dd>" + contact));
  CHECK(contains(page_of(confirmed_story("en").proof()), "<dt>Contact</dt><dd>" + contact));
}

TEST_CASE(
    "what the configuration leaves open about the controller is null in the JSON and no line on paper") {
  ControllerConfig bare = example_controller();
  bare.phone = bare.contact = bare.jurisdiction = bare.supervisory_authority = bare.imprint_url = "";
  bare.legal_lines.clear();
  Story story = confirmed_story();
  story.controller_facts = controller_in_proof(bare);
  for (const char* open : {"phone", "contact", "jurisdiction", "supervisory_authority", "imprint_url"}) {
    CHECK(story.controller_facts.at(open) == nullptr);
  }
  CHECK(story.controller_facts.at("legal_lines") == Json::array());
  CHECK(story.controller_facts.size() == controller.size());
  const auto html = page_of(story.proof());
  for (const char* label :
       {"Telefon", "Ansprechpartner", "Rechtsordnung", "Aufsichtsbehörde", "Impressum", "Weitere Angaben"}) {
    CAPTURE(label);
    CHECK_FALSE(contains(html, "<dt>" + std::string(label) + "</dt>"));
  }
  CHECK(contains(html, "<dt>Datenschutz</dt><dd><bdi>https://example.de/datenschutz</bdi>"));
}

TEST_CASE("the newsletter is named by its title of today, beside the id by which the records know it") {
  const auto proof = confirmed_story("de").proof();
  CHECK(contains(page_of(proof),
                 "<dt>Newsletter</dt><dd><bdi>Neuigkeiten</bdi><span class=\"note\">Titel bei Ausstellung; "
                 "in den Aufzeichnungen heißt er „news“</span>"));
  CHECK(contains(page_of(proof, "en"),
                 "<dt>Newsletter</dt><dd><bdi>News of the House</bdi><span class=\"note\">Title when issued; "
                 "the records call it “news”</span>"));
  ListConfig french = news();
  french.title = {{"fr", "Nouvelles"}};
  CHECK(contains(proof_page(proof, {&french}, pages()), "<dd><bdi>Nouvelles</bdi>"));
  CHECK(contains(proof_page(proof, {}, pages()), "<dt>Newsletter</dt><dd><bdi>news</bdi></dd>"));
}

TEST_CASE("the gallery's proofs are whole: what their records name is there, by its hash") {
  int seen = 0;
  for (const auto& [name, html] : gallery(pages(), example_controller())) {
    if (!name.starts_with("proof")) continue;
    CAPTURE(name);
    ++seen;
    const auto proof = parse_strict_json(embedded_json(html)).value();
    const bool is_permission = name.starts_with("proof-permission");
    CHECK(proof.at("conclusion").at("state") == (is_permission ? "unsubscribed" : "confirmed"));
    CHECK(proof.at("controller") == controller);
    CHECK(proof.at("records").size() == (is_permission ? 3 : 4));
    CHECK(proof.at("wordings").size() == (is_permission ? 1 : 2));
    CHECK(proof.at("records").back().at("record").at("kind") == "proof_issued");
    for (const auto& evidence : proof.at("records")) {
      const auto named = hashes_named_by(evidence.at("record"));
      for (const auto& hash : named.texts)
        CHECK(hash_of(proof.at("wordings").at(hash).at("text").get<std::string>()) == hash);
      for (const auto& hash : named.letters) CHECK(proof.at("letters").contains(hash));
    }
    CHECK(contains(html, name.ends_with(".de.html") ? "<html lang=\"de\">" : "<html lang=\"en\">"));
    CHECK_FALSE(contains(html, "{{"));
  }
  CHECK(seen == 6);
}

TEST_CASE("a missing IP address is seen to be missing where a person acted") {
  Story story;
  story.origin = {};
  story.sign_up();
  story.send_letter();
  const auto html = page_of(story.proof());
  CHECK(count(html, "<dt>IP-Adresse</dt><dd><bdi>nicht angegeben</bdi>") == 1);
}

TEST_CASE("texts stand there word for word, with their names and their hashes") {
  const auto html = page_of(confirmed_story().proof());
  const auto text = visible_text(html);
  CHECK(contains(text, "\x1F" + wording + "\x1F"));
  CHECK(contains(text, "\x1F" + notice + "\x1F"));
  CHECK(contains(text, "Text 1: Einwilligungstext"));
  CHECK(contains(text, "Text 2: Datenschutzhinweise"));
  CHECK(contains(html,
                 "<code>" + hash_of(wording) +
                     "</code><span class=\"note\">SHA-256; der Wortlaut ist Text 1 in Abschnitt 2</span>"));
  CHECK(contains(html,
                 "<code>" + hash_of(notice) +
                     "</code><span class=\"note\">SHA-256; der Wortlaut ist Text 2 in Abschnitt 2</span>"));
}

TEST_CASE("a letter stands there as it was read and as it was sent") {
  const auto story = confirmed_story();
  const auto& [hash, message] = *story.letters.begin();
  const auto html = page_of(story.proof());
  const auto text = visible_text(html);
  CHECK(contains(text, "Bitte bestätigen Sie Ihre Anmeldung: Neuigkeiten"));
  CHECK(contains(
      text,
      "jemand hat diese E-Mail-Adresse bei Example GmbH für den Newsletter „Neuigkeiten“ eingetragen."));
  CHECK(contains(text, "\nhttps://newsletter.example.de/confirm/" + std::string(44, '*') + "\n"));
  CHECK(contains(text, "\x1F" + std::regex_replace(message, std::regex("\r\n"), "\n") + "\x1F"));
  CHECK(contains(html,
                 "<code>" + hash +
                     "</code><span class=\"note\">SHA-256; der Wortlaut ist E-Mail 1 in Abschnitt 3</span>"));
  CHECK(contains(text, "Sternchen"));
}

TEST_CASE("a letter of another layout is shown by its source") {
  Story story;
  story.letters[hash_of("\xFF letter")] = "\xFF letter";
  const auto html = page_of(story.proof(), "de");
  CHECK(contains(html, "Diese E-Mail hat einen anderen Aufbau"));
  CHECK(contains(html, "<div class=\"source\" dir=\"ltr\">\uFFFD letter</div>"));
}

TEST_CASE("every specified kind of record has words of its own, in both languages") {
  for (const char* language : {"de", "en"}) {
    for (const char* kind :
         {"signup_requested", "letter_sent", "letter_failed", "confirmed", "signup_cancelled", "unsubscribed",
          "blocked", "unblocked", "provider_changed", "foreign_change", "corrected", "restricted",
          "unrestricted", "imported", "proof_issued", "erased", "restored"}) {
      CAPTURE(kind);
      Json proof = confirmed_story(language).proof();
      append(proof, kind, {{"reason", "Aktenzeichen 7"}});
      const auto html = page_of(proof);
      CHECK(contains(html, "<bdi>Aktenzeichen 7</bdi>"));
      CHECK_FALSE(contains(html, "<h3>" + std::string(kind)));
      CHECK_FALSE(contains(html, language == std::string("de") ? "Weitere Aufzeichnung" : "Further record"));
    }
  }
}

TEST_CASE("a kind that this version does not know is shown as it stands") {
  Json proof = confirmed_story().proof();
  append(proof, "moon_phase", {{"phase", "<full>"}, {"depth", {1, {{"a", nullptr}}}}});
  const auto html = page_of(proof);
  CHECK(contains(html, "<h3>Weitere Aufzeichnung: moon_phase</h3>"));
  CHECK(contains(html, "&quot;phase&quot;: &quot;&lt;full&gt;&quot;"));
}

TEST_CASE("details that this version does not know are shown by their names") {
  Json proof = confirmed_story().proof();
  append(proof, "confirmed",
         {{"colour", "blue"}, {"counts", {1, 2}}, {"nested", {{"a", {{"b", true}}}}}, {"none", nullptr}});
  const auto html = page_of(proof);
  CHECK(contains(html, "<dt>colour</dt><dd><bdi>blue</bdi>"));
  CHECK(contains(html, "<dt>counts</dt><dd><bdi>[1,2]</bdi>"));
  CHECK(contains(html, "<dt>nested</dt><dd><code>{&quot;a&quot;:{&quot;b&quot;:true}}</code>"));
  CHECK(contains(html, "<dt>none</dt><dd><bdi>nicht angegeben</bdi>"));
}

TEST_CASE("a program reads the very proof back out of the page") {
  Json proof = confirmed_story().proof();
  append(proof, "imported", {{"evil", "</script><!--<script>&amp;\\u003c\\\\ \" \u2028 'x'"}});
  const auto html = page_of(proof);
  const auto json = embedded_json(html);
  CHECK(json.find('<') == json.npos);
  const auto read = parse_strict_json(json);
  REQUIRE(read);
  CHECK(*read == proof);
  CHECK(to_canonical_json(*read) == to_canonical_json(proof));
  CHECK(contains(html, "<code>" + hash_of(to_canonical_json(proof)) + "</code>"));
  CHECK(contains(html, "content: \"" + hash_of(to_canonical_json(proof)).substr(0, 16) + "\""));
}

// The markup without the text between tags. By hand: std::regex recurses once for each character of a long
// match.
static std::string tags_of(const std::string& html) {
  std::string tags;
  for (auto start = html.find('<'); start != html.npos; start = html.find('<', start + 1)) {
    const auto end = html.find('>', start);
    tags += html.substr(start, end - start + 1);
  }
  return tags;
}

TEST_CASE("the page needs nothing but itself") {
  for (const char* language : {"de", "en"}) {
    const auto html = page_of(confirmed_story(language).proof());
    const std::regex reference(
        " (src|href|srcset|action|style|on[a-z]+)=|http-equiv|<link|<img|<iframe|<form|@import|url\\(",
        std::regex::icase);
    CHECK_FALSE(std::regex_search(html.substr(0, html.find("<body>")), reference));
    CHECK_FALSE(std::regex_search(tags_of(html), reference));
    CHECK(count(html, "<script") == 1);
    CHECK(count(html, "<style>") == 1);
    CHECK_FALSE(contains(html, "{{"));
    CHECK(html.starts_with("<!doctype html>\n"));
    CHECK(html.ends_with("</html>\n"));
  }
}

TEST_CASE("the policy allows the page's own style and nothing else") {
  const auto html = page_of(confirmed_story().proof());
  const auto begin = html.find("<style>") + 7;
  const auto style = html.substr(begin, html.find("</style>") - begin);
  CHECK(contains(style, "@page"));
  CHECK(proof_page_policy(html) == "default-src 'none'; style-src 'sha256-" +
                                       to_base64(as_chars(sha256(style))) +
                                       "'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'");
}

TEST_CASE("hostile values stay text") {
  const std::string evil =
      "\"'></div></style></script><script>alert(1)</script>{{word.title}}&lt;\u202Eabc\u2066\x1B[2J";
  Story story;
  story.list = evil;
  story.origin = {evil, IpSource::stated, evil};
  story.controller_facts = {{"name", evil}, {evil, evil}, {"legal_lines", {evil, evil}}};
  story.sign_up();
  story.confirm();
  Json proof = story.proof();
  append(proof, evil, {{evil, evil}});
  append(proof, "confirmed",
         {{evil, evil}, {"method", evil}, {"signed_up_at", evil}, {"purposes", {evil, evil}}});
  append(proof, "unsubscribed", evil);
  proof["wordings"][hash_of("x")] = {{"text", evil}};
  proof["letters"][hash_of("x")] = {{"message", to_base64(evil)}};
  proof["conclusion"]["state"] = evil;
  proof["subject"]["email"] = evil;
  proof["format"] = evil;
  ListConfig list;
  list.title = {{"de", evil}};
  const auto html = proof_page(proof, {&list}, pages());
  const auto before_json = html.substr(0, html.rfind("<script"));
  CHECK_FALSE(contains(before_json, "<script"));
  CHECK(count(before_json, "</style>") == 1);
  CHECK(count(before_json, "<div") == count(before_json, "</div>"));
  CHECK_FALSE(contains(before_json, "\u202E"));
  CHECK_FALSE(contains(before_json, "\x1B"));
  CHECK(
      contains(before_json,
               "&lt;script&gt;alert(1)&lt;/script&gt;{{word.title}}&amp;lt;[U+202E]abc[U+2066][U+001B][2J"));
  CHECK(parse_strict_json(embedded_json(html)).value() == proof);
}

TEST_CASE("an address in a right-to-left script does not rearrange the sentence around it") {
  Story story = confirmed_story();
  Json proof = story.proof();
  proof["subject"]["email"] = "محمد@example.org";
  const auto html = page_of(proof);
  CHECK(contains(html, "Die Adresse \u2068محمد@example.org\u2069 hat am"));
  CHECK(contains(html, "<bdi class=\"address\">محمد@example.org</bdi>"));
}

TEST_CASE("in plain sight means that nothing hides and nothing else changes") {
  CHECK(in_plain_sight("Grüße, Ω, 字, 😀, محمد") == "Grüße, Ω, 字, 😀, محمد");
  CHECK(in_plain_sight("a\u202Eb\uFEFFc\u0085d\u2028e\x7F") ==
        "a[U+202E]b[U+FEFF]c[U+0085]d[U+2028]e[U+007F]");
  CHECK(in_plain_sight("a\r\nb\tc") == "a[U+000D][U+000A]b[U+0009]c");
  CHECK(in_plain_sight("a\r\nb\n\tc\rd", Lines::many) == "a\nb\n\tc[U+000D]d");
  CHECK(in_plain_sight("\xC3") == "\uFFFD");
}

namespace {

Json longest_proof() {
  Story story;
  story.email = std::string(64, 'w') + "@" + std::string(60, 'm') + "." + std::string(60, 'm') + "." +
                std::string(60, 'm') + ".de";
  story.origin = {"2001:db8:85a3:1234:5678:8a2e:370:7334", IpSource::socket, std::string(512, 'M')};
  story.sign_up();
  story.send_letter();
  story.confirm();
  Json proof = story.proof();
  append(proof, "moon_phase", {{"phase", std::string(300, 'x')}});
  return proof;
}

const char* const pictures = std::getenv("OPTLEDGER_PROOF_PAGES");

}  // namespace

TEST_CASE("the longest address and browser name that can occur stand there whole") {
  const Json proof = longest_proof();
  const auto text = visible_text(page_of(proof));
  CHECK(contains(text, "\x1F" + std::string(512, 'M') + "\x1F"));
  CHECK(contains(text, "\x1F" + proof.at("subject").at("email").get<std::string>() + "\x1F"));
}

TEST_CASE("OPTLEDGER_PROOF_PAGES=FOLDER: pages to print and to look at" *
          doctest::skip(pictures == nullptr)) {
  Story pending;
  pending.sign_up();
  const std::pair<const char*, Json> proofs[] = {{"confirmed.de.html", confirmed_story("de").proof()},
                                                 {"confirmed.en.html", confirmed_story("en").proof()},
                                                 {"pending.de.html", pending.proof()},
                                                 {"longest.de.html", longest_proof()}};
  for (const auto& [name, proof] : proofs) {
    std::ofstream file(std::filesystem::path(pictures) / name, std::ios::binary);
    file << page_of(proof);
    CHECK(file.good());
  }
}
