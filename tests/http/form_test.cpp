#include "service/http/form.hpp"

#include "service/http/media_type.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace optledger::http;

namespace {

// "name=value;name=value;" or "error"
template <typename Fields>
std::string shown(const Fields& fields) {
  if (!fields) return "error";
  std::string text;
  for (const FormField& field : *fields) text += field.name + "=" + field.value + ";";
  return text;
}

std::string part(const std::string& headers, const std::string& value) {
  return "--b\r\n" + headers + "\r\n\r\n" + value + "\r\n";
}
std::string named(const std::string& name, const std::string& value) {
  return part("Content-Disposition: form-data; name=\"" + name + "\"", value);
}
std::string multipart(const std::string& body) { return shown(parse_multipart(body, "b")); }

}  // namespace

TEST_CASE("a urlencoded form keeps names, order and repetition") {
  CHECK(shown(parse_urlencoded("email=a%40b.de&purposes%5B%5D=x&purposes[]=y+z&empty=&bare&&e=f=g")) ==
        "email=a@b.de;purposes[]=x;purposes[]=y z;empty=;bare=;e=f=g;");
  CHECK(shown(parse_urlencoded("")) == "");
  CHECK(shown(parse_urlencoded("name=J%C3%BCrgen")) == "name=J\xc3\xbcrgen;");
}

TEST_CASE("a broken urlencoded form is refused, not repaired") {
  for (const std::string text :
       {"a=%", "a=%4", "a=%zz", "a=%+1", "%=b", "a=%ff", "a=\xff", "a=%00", "%00=b", "a=%C3"}) {
    CAPTURE(text);
    CHECK(shown(parse_urlencoded(text)) == "error");
  }
}

TEST_CASE("a form has at most 64 fields") {
  std::string text;
  for (int i = 0; i < 64; ++i) text += "a=b&";
  CHECK(parse_urlencoded(text)->size() == 64);
  CHECK_FALSE(parse_urlencoded(text + "a=b"));
  std::string body;
  for (int i = 0; i < 64; ++i) body += named("a", "b");
  CHECK(parse_multipart(body + "--b--", "b")->size() == 64);
  CHECK_FALSE(parse_multipart(body + named("a", "b") + "--b--", "b"));
}

TEST_CASE("a plus sign is a space in a form and itself in a path") {
  CHECK(*percent_decode("a+b%2B") == "a+b+");
  CHECK(*percent_decode("a+b%2B", true) == "a b+");
}

TEST_CASE("a multipart form of text fields is read") {
  CHECK(multipart(named("email", "a@b.de") + named("name", "J\xc3\xbcrgen\r\n--x") + "--b--\r\n") ==
        "email=a@b.de;name=J\xc3\xbcrgen\r\n--x;");
  CHECK(multipart("--b--") == "");
  CHECK(multipart(named("List-Unsubscribe", "One-Click") + "--b--") == "List-Unsubscribe=One-Click;");
  CHECK(multipart(part("content-disposition: Form-Data; NAME=a\r\nContent-Type: text/plain; charset=UTF-8\r\n"
                       "Content-Transfer-Encoding: 8bit\r\nX-Other: 1",
                       "v") +
                  "--b--") == "a=v;");
  CHECK(multipart("--b \t\r\n" + named("a", "v").substr(5) + "--b-- \r\n") == "a=v;");
}

TEST_CASE("a multipart form that is more or less than text fields is refused") {
  const std::string fine = named("a", "v");
  for (const std::string& body : {
           std::string(),
           std::string("--b"),
           fine,
           fine + "--b",
           fine + "--b-",
           fine + "--bx--",
           "preamble\r\n" + fine + "--b--",
           fine + "--b--epilogue",
           "\r\n" + fine + "--b--",
           part("Content-Disposition: form-data; name=\"a\"; filename=\"x.txt\"", "v") + "--b--",
           part("Content-Disposition: form-data; name=\"a\"; filename*=utf-8''x", "v") + "--b--",
           part("Content-Disposition: attachment; name=\"a\"", "v") + "--b--",
           part("Content-Disposition: form-data", "v") + "--b--",
           part("Content-Disposition: form-data; name=\"\"", "v") + "--b--",
           part("Content-Disposition: form-data; name=\"a", "v") + "--b--",
           part("Content-Disposition: form-data; name=a; name=b", "v") + "--b--",
           part("Content-Type: text/plain", "v") + "--b--",
           part("no colon", "v") + "--b--",
           part("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b", "v") +
               "--b--",
           part("Content-Disposition: form-data; name=a\r\nContent-Type: text/html", "v") + "--b--",
           part("Content-Disposition: form-data; name=a\r\nContent-Type: text/plain; charset=latin1", "v") +
               "--b--",
           part("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64", "v") + "--b--",
           part("Content-Disposition: form-data; name=a\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:",
                "v") +
               "--b--",
           named("a", "\xff") + "--b--",
           named("a", std::string("\0", 1)) + "--b--",
           std::string("--b\r\nContent-Disposition: form-data; name=a\r\n--b--"),
       }) {
    CAPTURE(body);
    CHECK(multipart(body) == "error");
  }
}

TEST_CASE("a boundary is what RFC 2046 allows") {
  for (const std::string& boundary :
       {std::string(), std::string(71, 'x'), std::string("a "), std::string("a\r\n"), std::string("a\"b")})
    CHECK_FALSE(parse_multipart("--" + boundary + "--", boundary));
  CHECK(parse_multipart("--" + std::string(70, 'x') + "--", std::string(70, 'x')));
}

TEST_CASE("media types are read with their parameters") {
  const auto multipart = parse_media_type("Multipart/Form-Data; boundary=\"a b\\\"c\"");
  REQUIRE(multipart);
  CHECK(multipart->name == "multipart/form-data");
  CHECK(multipart->boundary == "a b\"c");
  CHECK(parse_media_type("application/json;charset=UTF-8")->name == "application/json");
  CHECK(parse_media_type("text/plain; charset=\"us-ascii\" ;")->name == "text/plain");
}

TEST_CASE("media types that are broken or in another charset are refused") {
  for (const std::string text :
       {"", "text", "/", "text/", "/plain", "a/b/c", "text/plain; charset=latin1", "text/plain; charset",
        "text/plain; =x", "text/plain; a=", "text/plain x", "text/plain; a=\"", "text/plain; a=\"\\",
        "text/plain; charset=utf-8; charset=utf-8", "text/plain, text/html"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_media_type(text));
  }
}
