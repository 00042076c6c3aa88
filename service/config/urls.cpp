#include "service/config/urls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace optledger {
namespace {

struct WebUrl {
  std::string scheme;
  HostPort server;
  std::string rest;  // path, query and fragment as written

  bool has_default_port() const { return server.port == (scheme == "https" ? 443 : 80); }
  std::string origin() const {
    const std::string host =
        server.host.find(':') == std::string::npos ? server.host : "[" + server.host + "]";
    const std::string port = has_default_port() ? "" : fmt::format(":{}", server.port);
    return scheme + "://" + host + port;
  }
  bool is_private() const { return scheme == "https" || is_loopback(server.host); }
};

Checked<WebUrl> parse_web_url(std::string_view text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!printable || text.size() > 2000 || text.find_first_of("\"<>\\^`{|}") != std::string_view::npos) {
    return tl::unexpected<std::string>(
        "a URL is ASCII without spaces: write other characters as %XX, a host as its xn-- form");
  }
  const std::size_t scheme_end = text.find("://");
  std::string scheme(text.substr(0, std::min(scheme_end, text.size())));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https")) {
    return tl::unexpected<std::string>("expected a URL that begins with https:// or http://");
  }
  text.remove_prefix(scheme_end + 3);
  const std::size_t host_end = std::min(text.find_first_of("/?#"), text.size());
  const std::string_view authority = text.substr(0, host_end);
  if (authority.find('@') != std::string_view::npos) {
    return tl::unexpected<std::string>("a user name or password does not belong in this URL");
  }
  const auto server = parse_host_port(authority, scheme == "https" ? 443 : 80);
  if (!server || server->port == 0) return tl::unexpected<std::string>("the URL's host or port is not valid");
  return WebUrl{std::move(scheme), *server, std::string(text.substr(host_end))};
}

constexpr std::string_view only_https = "must be https:// (http:// is for loopback only)";

}  // namespace

Checked<std::string> parse_link(std::string_view text) {
  return parse_web_url(text).map([](const WebUrl& url) { return url.origin() + url.rest; });
}

Checked<std::string> parse_https(std::string_view text) {
  auto url = parse_web_url(text);
  if (!url) return tl::unexpected(std::move(url).error());
  auto written = url->origin() + url->rest;
  if (!written.starts_with("https://")) return tl::unexpected<std::string>("must begin with https://");
  return written;
}

Checked<std::string> parse_security_contact(std::string_view text) {
  constexpr std::string_view mail = "mailto:";
  if (text.starts_with(mail)) {
    return parse_ascii_address(text.substr(mail.size())).map([&](const std::string& address) {
      return std::string(mail) + address;
    });
  }
  if (auto url = parse_https(text)) return url;
  return tl::unexpected<std::string>("expected \"mailto:security@example.de\" or an https link");
}

Checked<std::string> parse_public_url(std::string_view text) {
  auto url = parse_web_url(text);
  if (!url) return tl::unexpected(std::move(url).error());
  if (!url->is_private()) return tl::unexpected(std::string(only_https));
  if (url->rest.find_first_of("?#") != std::string::npos) {
    return tl::unexpected<std::string>("must have no query and no fragment: links are made by adding to it");
  }
  while (url->rest.ends_with('/')) url->rest.pop_back();
  return url->origin() + url->rest;
}

Checked<std::string> parse_redirect(std::string_view text) {
  auto url = parse_web_url(text);
  if (!url) return tl::unexpected(std::move(url).error());
  if (!url->is_private()) return tl::unexpected(std::string(only_https));
  return url->origin() + (url->rest.empty() ? "/" : url->rest);
}

Checked<std::string> parse_origin(std::string_view text) {
  if (text.find('*') != std::string_view::npos) {
    return tl::unexpected<std::string>("wildcards are not allowed: name each origin");
  }
  const auto url = parse_web_url(text);
  if (!url) return tl::unexpected(url.error());
  if (!url->rest.empty())
    return tl::unexpected<std::string>("an origin is scheme://host[:port], without a path");
  return url->origin();
}

Checked<std::filesystem::path> parse_storage_url(std::string_view text) {
  constexpr std::string_view sqlite = "sqlite:";
  if (text.starts_with("postgresql:") || text.starts_with("postgres:")) {
    return tl::unexpected<std::string>("PostgreSQL is not supported by this version yet: use sqlite:PATH");
  }
  if (!text.starts_with(sqlite)) return tl::unexpected<std::string>("expected sqlite:PATH");
  const auto path = parse_line(text.substr(sqlite.size()));
  if (!path || path->starts_with("//") || path->ends_with('/')) {
    return tl::unexpected<std::string>(
        "expected sqlite: and the path of a file, such as sqlite:/var/lib/optledger/optledger.db");
  }
  if (*path == ":memory:")
    return tl::unexpected<std::string>("evidence has to be kept in a file, not in memory");
  return std::filesystem::path(*path);
}

Checked<MailUrl> parse_mail_url(std::string_view text) {
  using Transport = MailConfig::Transport;
  constexpr std::string_view mailbox = "mailbox:";
  if (text.starts_with(mailbox)) {
    const auto path = parse_line(text.substr(mailbox.size()));
    if (!path || path->starts_with("//"))
      return tl::unexpected<std::string>("expected mailbox: and the path of a folder");
    return MailUrl{Transport::mailbox, *path, {}};
  }
  struct Scheme {
    std::string_view prefix;
    Transport transport;
    std::uint16_t port;
  };
  constexpr std::array<Scheme, 3> schemes{{{"smtp://", Transport::smtp, 25},
                                           {"smtps://", Transport::smtps, 465},
                                           {"smtp+starttls://", Transport::smtp_starttls, 587}}};
  const auto scheme = std::find_if(schemes.begin(), schemes.end(), [&](const Scheme& candidate) {
    return text.starts_with(candidate.prefix);
  });
  if (scheme == schemes.end()) {
    return tl::unexpected<std::string>(
        "expected smtp://, smtps:// or smtp+starttls:// with a host, or mailbox:PATH");
  }
  text.remove_prefix(scheme->prefix.size());
  if (text.find('@') != std::string_view::npos) {
    return tl::unexpected<std::string>(
        "user and password do not belong in the URL: use mail.user and mail.password_file");
  }
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto server = parse_host_port(text, scheme->port);
  if (!server) return tl::unexpected(server.error());
  if (server->port == 0) return tl::unexpected<std::string>("port 0 cannot be connected to");
  return MailUrl{scheme->transport, {}, *server};
}

}  // namespace optledger
