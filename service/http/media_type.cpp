#include "service/http/media_type.hpp"

#include "lib/base/text.hpp"
#include "service/http/characters.hpp"
#include "service/http/parameters.hpp"

namespace optledger::http {
tl::expected<MediaType, std::string> parse_media_type(std::string_view text) {
  const auto parsed = parse_parameters(text);
  const auto slash = parsed ? parsed->value.find('/') : std::string::npos;
  if (slash == std::string::npos || slash == 0 || slash + 1 == parsed->value.size() ||
      parsed->value.find('/', slash + 1) != std::string::npos)
    return tl::unexpected<std::string>("The Content-Type is not a media type such as application/json.");
  MediaType type{parsed->value, {}};
  if (const std::string* given = parsed->parameter("charset"))
    if (const std::string charset = to_lower_ascii(*given); charset != "utf-8" && charset != "us-ascii")
      return tl::unexpected<std::string>("The charset is not accepted; send UTF-8.");
  if (const std::string* boundary = parsed->parameter("boundary")) type.boundary = *boundary;
  return type;
}

}  // namespace optledger::http
