// libcurl as values that clean up after themselves. This is the one room whose header shows curl; only .cpp
// files that talk to a network (here and in service/mail) include it.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

namespace optledger {

// A fault of libcurl itself: no memory, or an option this build does not know. How a transfer went is a value
// (CURLcode), not an exception.
class CurlError : public std::runtime_error {
 public:
  CurlError(const std::string& doing, CURLcode code);
  CURLcode code() const { return code_; }

 private:
  CURLcode code_;
};

// An easy handle: options, one transfer at a time, and the connections it keeps open between transfers.
// Used by one thread at a time. The first one made in the process initialises libcurl.
class CurlHandle {
 public:
  CurlHandle();
  CurlHandle(const CurlHandle&) = delete;  // curl keeps the address of error_
  CurlHandle& operator=(const CurlHandle&) = delete;
  ~CurlHandle() = default;

  template <typename Value>
  void set(CURLoption option, Value value) {
    require(curl_easy_setopt(handle_.get(), option, value));
  }
  void set(CURLoption option, const std::string& value) { set(option, value.c_str()); }  // curl copies it
  void set(CURLoption option, bool value) { set(option, value ? 1L : 0L); }

  CURLcode perform();

  // What went wrong in the last transfer, as curl words it; one line.
  std::string error_text(CURLcode code) const;

  long number(CURLINFO which) const;
  std::string text(CURLINFO which) const;  // empty: none
  curl_off_t large_number(CURLINFO which) const;
  curl_socket_t socket() const;  // of the connection kept open, or CURL_SOCKET_BAD

 private:
  struct Closed {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  static void require(CURLcode code);

  std::array<char, CURL_ERROR_SIZE> error_{};
  std::unique_ptr<CURL, Closed> handle_;
};

// A list of texts that curl reads during a transfer; must outlive it.
class CurlList {
 public:
  void add(const std::string& text);
  curl_slist* get() const { return list_.get(); }

 private:
  struct Freed {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  std::unique_ptr<curl_slist, Freed> list_;
};

}  // namespace optledger
