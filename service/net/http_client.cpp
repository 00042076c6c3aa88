#include "service/net/http_client.hpp"

#include "lib/base/public_address.hpp"
#include "lib/base/text.hpp"
#include "service/net/curl.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

namespace optledger {
namespace {

constexpr Duration longest_retry_after = std::chrono::hours{24};

std::string media_type(std::string type) {
  type = trim_ascii_space(std::string_view(type).substr(0, type.find(';')));
  for (char& c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return type;
}

bool is_public(const curl_sockaddr& address) {
  std::string octets;
  if (address.family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address.addr);
    octets.assign(reinterpret_cast<const char*>(&v4.sin_addr), sizeof v4.sin_addr);
  } else if (address.family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address.addr);
    octets.assign(reinterpret_cast<const char*>(&v6.sin6_addr), sizeof v6.sin6_addr);
  }
  return is_public_address(octets);
}

bool has_body(const HttpRequest& request) { return request.method == "POST" || request.method == "PUT"; }

}  // namespace

// The callbacks are plain functions that find the Line by its address, so it never moves.
class HttpClient::Line {
 public:
  Line(const HttpLimits& limits, const std::optional<std::filesystem::path>& ca_file, std::stop_token abandon,
       HttpReach reach)
      : limit_(limits.answer), abandon_(std::move(abandon)) {
    handle_.set(CURLOPT_PROTOCOLS_STR, "http,https");
    handle_.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    handle_.set(CURLOPT_FOLLOWLOCATION, false);  // would carry the token elsewhere
    handle_.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (ca_file) handle_.set(CURLOPT_CAINFO, ca_file->string());
    handle_.set(CURLOPT_MAXCONNECTS, 1L);
    handle_.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    handle_.set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits.exchange.count()));
    handle_.set(CURLOPT_USERAGENT, "optledger");
    handle_.set(CURLOPT_WRITEFUNCTION, &Line::on_write);
    handle_.set(CURLOPT_WRITEDATA, this);
    handle_.set(CURLOPT_NOPROGRESS, false);
    handle_.set(CURLOPT_XFERINFOFUNCTION, &Line::on_progress);
    handle_.set(CURLOPT_XFERINFODATA, this);
    if (reach == HttpReach::public_only) {
      handle_.set(CURLOPT_OPENSOCKETFUNCTION, &Line::on_open);
      handle_.set(CURLOPT_OPENSOCKETDATA, this);
    }
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  tl::expected<HttpAnswer, HttpFailure> send(const HttpRequest& request) {
    if (abandon_.stop_requested()) return tl::unexpected(broken_off(false));
    CurlList headers;
    headers.add("Expect:");  // libcurl would wait a second for a "100 Continue" that may never come
    for (const std::string& header : request.headers) headers.add(header);
    prepare(request);
    handle_.set(CURLOPT_HTTPHEADER, headers.get());
    body_.clear();
    is_too_long_ = is_refused_ = false;
    const CURLcode code = handle_.perform();
    handle_.set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    handle_.set(CURLOPT_POSTFIELDS, static_cast<const char*>(nullptr));
    if (code != CURLE_OK) return tl::unexpected(failure(code));
    return answer();
  }

 private:
  void prepare(const HttpRequest& request) {
    handle_.set(CURLOPT_URL, request.url);
    handle_.set(CURLOPT_FRESH_CONNECT, request.only_once);
    handle_.set(CURLOPT_HTTPGET, true);
    if (has_body(request)) {
      handle_.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      handle_.set(CURLOPT_POSTFIELDS, request.body.data());  // not copied
    }
    handle_.set(CURLOPT_CUSTOMREQUEST, request.method);
  }

  HttpAnswer answer() {
    HttpAnswer answer{static_cast<int>(handle_.number(CURLINFO_RESPONSE_CODE)), std::move(body_),
                      std::nullopt, media_type(handle_.text(CURLINFO_CONTENT_TYPE))};
    if (const auto seconds = handle_.large_number(CURLINFO_RETRY_AFTER); seconds > 0) {
      const auto limit = std::chrono::duration_cast<std::chrono::seconds>(longest_retry_after).count();
      answer.retry_after = std::chrono::seconds{std::min<std::int64_t>(seconds, limit)};
    }
    return answer;
  }

  static HttpFailure broken_off(bool may_have_arrived) {
    return {may_have_arrived, true, "broken off: the service is stopping"};
  }

  HttpFailure failure(CURLcode code) const {
    const bool sent = handle_.number(CURLINFO_REQUEST_SIZE) > 0;
    if (code == CURLE_ABORTED_BY_CALLBACK) return broken_off(sent);
    if (is_too_long_) return {sent, false, "the answer is too long"};
    if (is_refused_ && !sent) return {false, false, "its address is not a public one"};
    return {sent, false, handle_.error_text(code)};
  }

  static std::size_t on_write(const char* bytes, std::size_t, std::size_t size, void* self) {
    auto& line = *static_cast<Line*>(self);
    line.is_too_long_ = size > line.limit_ - line.body_.size();
    if (line.is_too_long_) return 0;
    line.body_.append(bytes, size);
    return size;
  }

  static curl_socket_t on_open(void* self, curlsocktype, curl_sockaddr* address) {
    if (!is_public(*address)) {
      static_cast<Line*>(self)->is_refused_ = true;
      return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  static int on_progress(void* line, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Line*>(line)->abandon_.stop_requested() ? 1 : 0;
  }

  std::size_t limit_;
  std::stop_token abandon_;
  std::string body_;
  bool is_too_long_ = false;
  bool is_refused_ = false;  // an address of the server's was not to be reached
  CurlHandle handle_;
};

HttpClient::HttpClient(const HttpLimits& limits, const std::optional<std::filesystem::path>& ca_file,
                       std::stop_token abandon, HttpReach reach)
    : line_(std::make_unique<Line>(limits, ca_file, std::move(abandon), reach)) {}

HttpClient::~HttpClient() = default;

tl::expected<HttpAnswer, HttpFailure> HttpClient::send(const HttpRequest& request) {
  return line_->send(request);
}

}  // namespace optledger
