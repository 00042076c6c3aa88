#include "service/pdf/pdf.hpp"

#include "lib/proof/attached_file.hpp"
#include "service/pdf/qr_code.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <stdexcept>
#include <thread>

using namespace optledger;
using namespace optledger::pdf;

namespace {

Document document_of(const std::string& body) {
  return {"<!doctype html><html lang=\"de\"><head><title>Nachweis – Beispiel</title></head><body>" + body +
              "</body></html>",
          "Example GmbH",
          "0123456789abcdef",
          parse_rfc3339("2026-11-25T04:05:06.789Z").value(),
          {"optledger-proof.json", "application/json", "Der Nachweis",
           "{\"a\":\"ä endstream endobj startxref << /Type /EmbeddedFile \"}"}};
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

std::size_t pages_of(const std::string& pdf) {
  return count(pdf, "/Type /Page\n") + count(pdf, "/Type /Page ");
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("the same document gives the same bytes, also when many are made at once") {
  const auto document = document_of("<h1>Nachweis</h1><p>Grüße, Ω, 字, 😀, محمد</p>");
  const auto once = to_pdf(document);
  std::vector<std::string> again(4);
  std::vector<std::thread> threads;
  for (auto& result : again) threads.emplace_back([&] { result = to_pdf(document); });
  for (auto& thread : threads) thread.join();
  for (const auto& result : again) CHECK(result == once);
}

TEST_CASE("a file says its language, its title and its structure, and when it was made") {
  const auto pdf = to_pdf(document_of("<h1>Nachweis</h1><section><h2>1. Ablauf</h2><p>Text</p></section>"));
  CHECK(pdf.starts_with("%PDF-1.7\n"));
  CHECK(pdf.ends_with("%%EOF\n"));
  CHECK(contains(pdf, "/Lang <FEFF00640065>"));
  CHECK(contains(pdf, "/DisplayDocTitle true"));
  CHECK(contains(pdf, "/MarkInfo << /Marked true >>"));
  CHECK(contains(pdf, "/CreationDate (D:20261125040506Z"));
  for (const char* element : {"/S /Document", "/S /H1", "/S /Sect", "/S /H2", "/S /P"}) {
    CAPTURE(element);
    CHECK(contains(pdf, element));
  }
  CHECK(contains(pdf, "/Outlines"));
}

TEST_CASE("every font is in the file, also those of other scripts") {
  const auto pdf = to_pdf(document_of("<p>abc Ω Ж 字 한 محمد हि ไท 😀 \U00012000 \uE000</p><pre>mono</pre>"));
  CHECK(count(pdf, "/Type /FontDescriptor") >= 4);
  CHECK(count(pdf, "/Type /FontDescriptor") == count(pdf, "/FontFile2 ") + count(pdf, "/FontFile3 "));
}

TEST_CASE("what was attached is read back byte by byte") {
  const auto document = document_of("<p>x</p>");
  CHECK(attached_file(to_pdf(document)) == document.attachment.bytes);
}

TEST_CASE("what is no such file, or could be read in two ways, has no attachment") {
  const auto pdf = to_pdf(document_of("<p>x</p>"));
  CHECK_FALSE(attached_file(""));
  CHECK_FALSE(attached_file("%PDF-1.7\n"));
  CHECK_FALSE(attached_file(pdf.substr(1)));
  CHECK_FALSE(attached_file(pdf + pdf));
  CHECK_FALSE(attached_file(pdf + "startxref\n0\n%%EOF\n"));
  auto longer = pdf;
  longer.replace(longer.find("/Length", longer.find("/EmbeddedFile")), 8, "/Length 9");
  CHECK_FALSE(attached_file(longer));
  CHECK_FALSE(attached_file(pdf.substr(0, pdf.find("/EmbeddedFile") + 120)));
}

TEST_CASE("a text of any length flows over as many pages as it needs") {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "Zeile " + std::to_string(i) + "\n";
  CHECK(pages_of(to_pdf(document_of("<div class=\"verbatim\">" + lines + "</div>"))) > 15);
  std::string words;
  for (int i = 0; i < 20000; ++i) words += "Wort ";
  CHECK(pages_of(to_pdf(document_of("<p>" + words + "</p>"))) > 12);
  CHECK(pages_of(to_pdf(document_of("<p>" + std::string(60000, 'm') + "</p>"))) > 15);
  CHECK(pages_of(to_pdf(
            document_of("<dl class=\"facts\"><div><dt>a</dt><dd>" + words + "</dd></div></dl>"))) > 12);
  CHECK(pages_of(to_pdf(document_of(""))) == 1);
}

TEST_CASE("elements that this room does not know, in any disorder, give a file") {
  for (const char* body :
       {"<table><tr><td>a<td>b</table>", "<dl class=\"facts\"><dt>a</dt></dl>", "<dl><div><dt>x</div></dl>",
        "<ol><p>a</p><li>b<ol class=steps><li>c</ol></ol>",
        "<svg viewBox=\"0 0 9 9\"><path d=\"M1 1l2 2\"/></svg>",
        "<div class=\"checkpoint\"><svg></svg></div>", "<h1></h1><h2></h2><h3>", "\xFF\xFE<p>\xC3",
        "<section class=\"conclusion\"><section class=\"conclusion\"><h2>a"}) {
    CAPTURE(body);
    CHECK(pages_of(to_pdf(document_of(body))) == 1);
  }
}

TEST_CASE("a picture is drawn, and says in words what it is") {
  const auto code = qr_code("checkpoint");
  const auto size = std::to_string(code.size);
  const auto pdf = to_pdf(document_of("<svg aria-label=\"QR-Code\" viewBox=\"0 0 " + size + " " + size +
                                      "\"><path d=\"" + code.path + "\"/></svg>"));
  CHECK(contains(pdf, "/S /Figure"));
  CHECK(contains(pdf, "/Alt <FEFF00510052002D0043006F00640065>"));
}

TEST_CASE("what is no page is refused") {
  auto document = document_of("");
  document.html = "<p>no page</p>";
  CHECK_THROWS_AS(to_pdf(document), std::runtime_error);
}
