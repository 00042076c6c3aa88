// The printed forms of gallery proofs: the ledger's section, the sheets of paper, the receipt of an erasure.
#include "lib/base/hash.hpp"
#include "lib/proof/attached_file.hpp"
#include "service/http/gallery.hpp"
#include "service/http/pages.hpp"
#include "service/http/proof_page.hpp"
#include "tests/http/page_reading.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace optledger;
using namespace optledger::http;

namespace {

const Pages& paper_pages() {
  static const Pages all(templates_in_binary(), {"Example GmbH", "", "", ""});
  return all;
}

std::string picture(const std::string& name) {
  for (const auto& [file, html] : gallery(paper_pages(), example_controller())) {
    if (file == name) return html;
  }
  return {};
}

Json json_in(const std::string& html) {
  static const std::string open = "id=\"optledger-proof\">";
  const auto begin = html.find(open) + open.size();
  return parse_strict_json(html.substr(begin, html.find("</script>", begin) - begin)).value();
}

Json proof_on(const std::string& name) { return json_in(picture(name)); }

// Many records of one person, as long ones as there are.
Json with_records(Json proof, std::size_t count) {
  const auto first = proof.at("records").front();
  while (proof.at("records").size() < count) proof["records"].insert(proof["records"].begin(), first);
  return proof;
}

// The thread sanitizer does not see the locks inside GLib, Pango and fontconfig, which load fonts in a thread
// of their own. What service/pdf adds to them shares nothing between documents.
#ifdef __SANITIZE_THREAD__
constexpr bool no_paper = true;
#else
constexpr bool no_paper = false;
#endif

const char* const sheets = std::getenv("OPTLEDGER_PROOF_SHEETS");

}  // namespace

TEST_CASE("the page says where every record stands in the ledger, and by which checkpoint") {
  const auto html = picture("proof.de.html");
  const auto proof = json_in(html);
  const std::string checkpoint = proof.at("ledger").at("checkpoint");
  CHECK(contains(html, "<div class=\"source\" dir=\"ltr\">" + checkpoint + "</div>"));
  CHECK(contains(html, "<code>" + proof.at("ledger").at("vkey").get<std::string>() + "</code>"));
  CHECK(contains(html, "<dt>Einträge im Kontrollpunkt</dt><dd>4</dd>"));
  CHECK(count(html, "<svg role=\"img\"") == 1);
  for (const auto& evidence : proof.at("records")) {
    const auto index = std::to_string(evidence.at("leaf_index").get<int>());
    CHECK(count(html, "<dt>Nummer im Register</dt><dd>" + index + "</dd>") == 2);
    CHECK(contains(html, "<code>" + evidence.at("leaf_hash").get<std::string>() + "</code>"));
    for (const auto& hash : evidence.at("inclusion"))
      CHECK(contains(html, ">" + hash.get<std::string>() + "</code>"));
  }
  CHECK(contains(html, "optledger verify nachweis.html"));
  CHECK(contains(html, "Für diesen Stand des Registers liegt kein Zeitstempel"));
  CHECK_FALSE(contains(html, "pdfdetach"));
}

TEST_CASE("a timestamp says when and by whom when it can be read, and its hash in any case") {
  auto proof = proof_on("proof.en.html");
  proof["ledger"]["timestamps"].push_back({{"checkpoint", proof.at("ledger").at("checkpoint")},
                                           {"consistency", Json::array()},
                                           {"rfc3161", to_base64("token <of> an authority")}});
  const auto token_hash = to_hex(sha256("token <of> an authority"));
  const auto plain = proof_page(proof, {}, paper_pages());
  CHECK(contains(plain, "<code>" + token_hash + "</code>"));
  CHECK_FALSE(contains(plain, "There is no timestamp"));
  CHECK_FALSE(contains(plain, "<dt>Stamped at</dt>"));
  const auto read = [&](std::string_view token, std::string_view checkpoint) {
    CHECK(token == "token <of> an authority");
    CHECK(checkpoint == proof.at("ledger").at("checkpoint").get<std::string>());
    return StampedBy{parse_rfc3339("2027-07-01T20:00:00.000Z").value(), "CN=<Example> TSA"};
  };
  const auto html = proof_page(proof, {.read_timestamp = read}, paper_pages());
  CHECK(contains(
      html, "<dt>Stamped at</dt><dd><time datetime=\"2027-07-01T20:00:00.000Z\">1 July 2027, 20:00:00 UTC"));
  CHECK(contains(html, "<bdi>CN=&lt;Example&gt; TSA</bdi>"));
  CHECK(contains(html, "<dt>Entries in the ledger</dt><dd>4</dd>"));
}

TEST_CASE("a checkpoint that this version cannot read stands there as it is") {
  auto proof = proof_on("proof.en.html");
  proof["ledger"]["checkpoint"] = "</div><script>alert(1)</script>\u202E";
  const auto html = proof_page(proof, {}, paper_pages());
  CHECK(contains(html, "&lt;/div&gt;&lt;script&gt;alert(1)&lt;/script&gt;[U+202E]"));
  CHECK_FALSE(contains(html, "<dt>Root hash</dt>"));
}

TEST_CASE("a checkpoint that is too long for a QR code stands there without one" * doctest::skip(no_paper)) {
  auto proof = proof_on("proof.en.html");
  proof["ledger"]["checkpoint"] = std::string(3000, 'x');
  CHECK(count(proof_page(proof, {}, paper_pages()), "<svg") == 0);
  CHECK(proof_pdf(proof, {}, paper_pages()).starts_with("%PDF-"));
}

TEST_CASE("the PDF has the very proof attached, and is the same whenever it is made" *
          doctest::skip(no_paper)) {
  for (const char* name :
       {"proof.de.html", "proof.en.html", "proof-long.de.html", "proof-permission.en.html"}) {
    CAPTURE(name);
    const auto proof = proof_on(name);
    const auto pdf = proof_pdf(proof, {}, paper_pages());
    CHECK(attached_file(pdf) == to_canonical_json(proof));
    CHECK(proof_pdf(proof, {}, paper_pages()) == pdf);
    CHECK(contains(pdf, name == std::string("proof.en.html") ? "/Lang <FEFF0065006E>" : "/Lang <FEFF00"));
  }
}

TEST_CASE("the receipt of an erasure is printed like a proof" * doctest::skip(no_paper)) {
  for (const char* language : {"de", "en"}) {
    const auto html = picture("erasure-receipt." + std::string(language) + ".html");
    const auto receipt = json_in(html);
    CHECK(contains(html, "<html lang=\"" + std::string(language) + "\">"));
    CHECK(contains(html, receipt.at("declaration").at("text").get<std::string>()));
    CHECK(contains(html, "<code>" + to_hex(sha256(to_canonical_json(receipt))) + "</code>"));
    CHECK(proof_page(receipt, {}, paper_pages()).find("<html lang=\"" + std::string(language)) !=
          std::string::npos);
    CHECK_FALSE(contains(html, "<dt>erased_at</dt>"));
    const auto pdf = proof_pdf(receipt, {}, paper_pages());
    CHECK(attached_file(pdf) == to_canonical_json(receipt));
  }
  const auto german = picture("erasure-receipt.de.html");
  CHECK(contains(german, "wurden am 23. Dezember 2026 um 19:09:29 Uhr (UTC) gelöscht."));
  CHECK(contains(german, "<dt>Rechtsgrundlage</dt><dd><bdi>gesetzliche Erlaubnis für Bestandskunden"));
  CHECK(contains(german, "<dt>Zugestimmt am</dt><dd><time datetime=\"2026-11-23T19:09:29.123Z\">"));
}

TEST_CASE("a receipt with members that this version does not know shows them by their names") {
  auto receipt = proof_on("erasure-receipt.en.html");
  receipt["leaf_index"] = 4711;
  receipt["consents"][0]["colour"] = "<blue>";
  const auto html = proof_page(receipt, {}, paper_pages());
  CHECK(contains(html, "<dt>leaf_index</dt><dd><bdi>4711</bdi>"));
  CHECK(contains(html, "<dt>colour</dt><dd><bdi>&lt;blue&gt;</bdi>"));
}

TEST_CASE("a PDF of a hundred records takes seconds on no machine" * doctest::skip(no_paper)) {
  const auto proof = with_records(proof_on("proof-long.de.html"), 100);
  const auto begin = std::chrono::steady_clock::now();
  const auto pdf = proof_pdf(proof, {}, paper_pages());
  const auto taken = std::chrono::steady_clock::now() - begin;
  CHECK(pdf.size() > 100000);
  MESSAGE(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count() << " ms");
  CHECK(taken < std::chrono::seconds(20));  // with sanitizers; a release build takes half a second
}

TEST_CASE("OPTLEDGER_PROOF_SHEETS=FOLDER: PDF files to print and to look at" *
          doctest::skip(sheets == nullptr)) {
  for (const auto& [name, html] : gallery(paper_pages(), example_controller())) {
    if (!contains(html, "id=\"optledger-proof\"")) continue;
    std::ofstream file(std::filesystem::path(sheets) / (name + ".pdf"), std::ios::binary);
    file << proof_pdf(json_in(html), {.language = contains(name, ".de.") ? "de" : "en"}, paper_pages());
    CHECK(file.good());
  }
}
