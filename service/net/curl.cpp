#include "service/net/curl.hpp"

#include <new>

namespace optledger {
namespace {

// Process-wide and before the first handle; a function-local static makes it once, whichever thread comes
// first.
void initialise_curl() {
  struct Global {
    Global() : code(curl_global_init(CURL_GLOBAL_DEFAULT)) {}
    ~Global() { curl_global_cleanup(); }
    CURLcode code;
  };
  static const Global global;
  if (global.code != CURLE_OK) throw CurlError("initialise libcurl", global.code);
}

CURL* new_handle() {
  initialise_curl();
  CURL* const handle = curl_easy_init();
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

}  // namespace

CurlError::CurlError(const std::string& doing, CURLcode code)
    : std::runtime_error("cannot " + doing + ": " + curl_easy_strerror(code)), code_(code) {}

CurlHandle::CurlHandle() : handle_(new_handle()) {
  set(CURLOPT_ERRORBUFFER, error_.data());
  set(CURLOPT_NOSIGNAL, true);  // signals and threads do not mix
  set(CURLOPT_PROXY, "");       // an environment variable must not send mail or secrets elsewhere
}

CURLcode CurlHandle::perform() {
  error_[0] = '\0';
  return curl_easy_perform(handle_.get());
}

std::string CurlHandle::error_text(CURLcode code) const {
  return error_[0] != '\0' ? std::string(error_.data()) : std::string(curl_easy_strerror(code));
}

long CurlHandle::number(CURLINFO which) const {
  long value = 0;
  require(curl_easy_getinfo(handle_.get(), which, &value));
  return value;
}

std::string CurlHandle::text(CURLINFO which) const {
  const char* value = nullptr;
  require(curl_easy_getinfo(handle_.get(), which, &value));
  return value != nullptr ? value : "";
}

curl_off_t CurlHandle::large_number(CURLINFO which) const {
  curl_off_t value = 0;
  require(curl_easy_getinfo(handle_.get(), which, &value));
  return value;
}

curl_socket_t CurlHandle::socket() const {
  curl_socket_t open = CURL_SOCKET_BAD;
  if (curl_easy_getinfo(handle_.get(), CURLINFO_ACTIVESOCKET, &open) != CURLE_OK) return CURL_SOCKET_BAD;
  return open;
}

void CurlHandle::require(CURLcode code) {
  if (code != CURLE_OK) throw CurlError("set a libcurl option", code);
}

void CurlList::add(const std::string& text) {
  curl_slist* const longer = curl_slist_append(list_.get(), text.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list_.release());  // its head is `longer` now
  list_.reset(longer);
}

}  // namespace optledger
