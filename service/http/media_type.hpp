// The value of a Content-Type header: "multipart/form-data; boundary=x".
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace optledger::http {

struct MediaType {
  std::string name;      // "text/html", lower case
  std::string boundary;  // empty when there is none
};

// The error is a sentence for a 415: not a media type, a parameter twice, or a charset other than UTF-8 and
// US-ASCII.
tl::expected<MediaType, std::string> parse_media_type(std::string_view text);

}  // namespace optledger::http
