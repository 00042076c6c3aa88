// A timestamp token once it has been read, and what can be doubted about it. Private to this room.
#pragma once

#include "lib/base/bytes.hpp"
#include "service/anchors/openssl.hpp"
#include "service/anchors/timestamp.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

using Certificates = std::vector<openssl::Certificate>;

// At least one.
tl::expected<Certificates, std::string> certificates_in(std::string_view pem);

// `write` is one of OpenSSL's i2d functions: the length without a place to write to.
template <class Write>
std::string to_der(Write&& write) {
  const int length = write(nullptr);
  openssl::require(length > 0);
  std::string der(static_cast<std::size_t>(length), '\0');
  auto* out = reinterpret_cast<std::uint8_t*>(der.data());
  openssl::require(write(&out) == length);
  return der;
}

// A doubt is one line about what does not hold; none: it holds.
using Doubt = std::optional<std::string>;

class TimestampToken {
 public:
  // Nothing is known about the signature then.
  static tl::expected<TimestampToken, std::string> parse(std::string_view der);

  const Timestamp& timestamp() const { return timestamp_; }

  Doubt doubt_about_imprint(const Digest& expected) const;
  Doubt doubt_about_nonce(std::string_view expected) const;
  // By a certificate for timestamps, in the token, that leads to one of the trusted ones at the time given;
  // null: that the token itself brings along.
  Doubt doubt_about_signature(const Certificates* trusted, Instant at) const;

 private:
  TimestampToken(openssl::SignedData signed_data, openssl::TimestampInfo info)
      : signed_data_(std::move(signed_data)), info_(std::move(info)) {}

  Doubt read_signer();
  Doubt read_facts();
  Doubt doubt_about_signer() const;
  openssl::CertificateStore store_of(const Certificates* trusted, Instant at) const;

  openssl::SignedData signed_data_;
  openssl::TimestampInfo info_;
  X509* signer_ = nullptr;  // in signed_data_
  Timestamp timestamp_;
};

}  // namespace optledger
