#include "service/pdf/markup.hpp"

#include <doctest/doctest.h>

using namespace optledger::pdf;

TEST_CASE("the text of a page reaches the reader, its scripts and styles do not") {
  const auto tree = read_markup(
      "<!doctype html><html lang=\"de\"><head><title>A &amp; B</title><style>p {}</style></head>"
      "<body><p class=\"note small\">x &lt;b&gt; &quot;&apos;&#39;&#x1F600; &unknown; & &amp;lt;</p>"
      "<!-- no --><script>\"</p>\"</script></body></html>");
  CHECK(tree.find("html")->attribute("lang") == "de");
  CHECK(tree.find("title")->all_text() == "A & B");
  CHECK(tree.find("body")->all_text() == "x <b> \"''😀 &unknown; & &lt;");
  CHECK(tree.find("p")->has_class("small"));
  CHECK_FALSE(tree.find("p")->has_class("sma"));
  CHECK(tree.find("style") == nullptr);
}

TEST_CASE("markup that is not well-formed loses no text") {
  for (const char* markup :
       {"<p>one<p>two</li>three", "<div><b>one</div>two</b>three", "one<br>two<img src=x>three",
        "<p class=a b='c' d = \"e\">one</p>two<", "one</html>two<p", "<1>one two"}) {
    CAPTURE(markup);
    const auto text = read_markup(markup).all_text();
    CHECK(text.find("one") != text.npos);
    CHECK(text.find("two") != text.npos);
  }
  CHECK(read_markup("").all_text().empty());
}

TEST_CASE("a hundred thousand elements within one another are no deeper than the stack") {
  std::string markup;
  for (int i = 0; i < 100000; ++i) markup += "<div>";
  CHECK(read_markup(markup + "deep").all_text() == "deep");
}

TEST_CASE("what is no character is seen by its number, what is no UTF-8 by a sign of it") {
  CHECK(read_markup("a\uFFFE\uFDD0\U0001FFFFb").all_text() == "a[U+FFFE][U+FDD0][U+1FFFF]b");
  CHECK(read_markup("a\xC3(").all_text() == "a\uFFFD(");
  CHECK(read_markup("&#xD800;&#0;&#x110000;").all_text() == "\uFFFD\uFFFD\uFFFD");
}
