#include "service/anchors/timestamp.hpp"

#include "lib/base/hash.hpp"
#include "lib/base/text.hpp"
#include "service/anchors/timestamp_token.hpp"

#include <fmt/format.h>

namespace optledger {
namespace {

using namespace openssl;

constexpr std::size_t longest_words = 200;
constexpr int granted = 0;
constexpr int granted_with_mods = 1;  // whatever was changed shows in the token, and all of that is checked

// Positive and never shorter, in the 64 bits that every authority can handle.
std::string fresh_nonce(Entropy& entropy) {
  std::array<std::uint8_t, 8> bytes{};
  entropy.fill(bytes);
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3f) | 0x40);
  return std::string(as_chars(bytes));
}

Imprint imprint_of(const Digest& digest) {
  Imprint imprint(require(TS_MSG_IMPRINT_new()));
  const Algorithm algorithm(require(X509_ALGOR_new()));
  require(X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1);
  require(TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1);
  auto bytes = digest;  // OpenSSL copies, but asks for a pointer that it might write to
  require(TS_MSG_IMPRINT_set_msg(imprint.get(), bytes.data(), static_cast<int>(bytes.size())) == 1);
  return imprint;
}

std::string words_of(const TS_STATUS_INFO* status) {
  std::string words;
  const auto* const texts = TS_STATUS_INFO_get0_text(status);
  for (int i = 0; texts != nullptr && i < sk_ASN1_UTF8STRING_num(texts); ++i) {
    const auto* const text = sk_ASN1_UTF8STRING_value(texts, i);
    if (!words.empty()) words += ' ';
    words.append(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                 static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  return to_one_line(words, longest_words);
}

// RFC 3161, 2.4.2: the only bits that a server may set.
const char* reason_of(const ASN1_BIT_STRING* failure) {
  if (failure == nullptr) return "no reason given";
  if (ASN1_BIT_STRING_get_bit(failure, TS_INFO_BAD_ALG)) return "it does not know the algorithm";
  if (ASN1_BIT_STRING_get_bit(failure, TS_INFO_BAD_REQUEST)) return "it does not permit the request";
  if (ASN1_BIT_STRING_get_bit(failure, TS_INFO_BAD_DATA_FORMAT)) return "it cannot read the request";
  if (ASN1_BIT_STRING_get_bit(failure, TS_INFO_TIME_NOT_AVAILABLE)) return "its clock is not available";
  if (ASN1_BIT_STRING_get_bit(failure, TS_INFO_UNACCEPTED_POLICY)) return "it does not know the policy";
  if (ASN1_BIT_STRING_get_bit(failure, TS_INFO_UNACCEPTED_EXTENSION)) {
    return "it does not know the extension";
  }
  if (ASN1_BIT_STRING_get_bit(failure, TS_INFO_ADD_INFO_NOT_AVAILABLE)) return "it lacks information";
  if (ASN1_BIT_STRING_get_bit(failure, TS_INFO_SYSTEM_FAILURE)) return "it is out of order";
  return "no reason given";
}

std::optional<std::string> refusal_in(TS_RESP* response) {
  const auto* const info = TS_RESP_get_status_info(response);
  const auto status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info));
  if (status == granted || status == granted_with_mods) return std::nullopt;
  const auto words = words_of(info);
  return fmt::format("the authority refused with status {}: {}{}", status,
                     reason_of(TS_STATUS_INFO_get0_failure_info(info)),
                     words.empty() ? "" : " (" + words + ")");
}

tl::unexpected<std::string> because(std::string reason) { return tl::unexpected(std::move(reason)); }

}  // namespace

TimestampQuery timestamp_query(std::string_view message, Entropy& entropy) {
  const Errors errors;
  TimestampQuery query{sha256(message), fresh_nonce(entropy), ""};
  const Request request(require(TS_REQ_new()));
  const auto imprint = imprint_of(query.imprint);
  const BigNumber number(
      require(BN_bin2bn(octets(query.nonce), static_cast<int>(query.nonce.size()), nullptr)));
  const Integer nonce(require(BN_to_ASN1_INTEGER(number.get(), nullptr)));
  require(TS_REQ_set_version(request.get(), 1) == 1);
  require(TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1);
  require(TS_REQ_set_nonce(request.get(), nonce.get()) == 1);
  require(TS_REQ_set_cert_req(request.get(), 1) == 1);
  query.der = to_der([&](std::uint8_t** out) { return i2d_TS_REQ(request.get(), out); });
  return query;
}

tl::expected<ReceivedTimestamp, std::string> read_timestamp_answer(std::string_view answer,
                                                                   const TimestampQuery& query,
                                                                   std::string_view ca_pem, Instant now) {
  const Errors errors;
  if (answer.size() > longest_timestamp) return because("the answer is too long");
  const auto* bytes = octets(answer);
  const Response response(d2i_TS_RESP(nullptr, &bytes, static_cast<long>(answer.size())));
  if (!response) return because("the answer is none of RFC 3161");
  if (bytes != octets(answer) + answer.size()) return because("the answer has bytes behind its end");
  if (auto refusal = refusal_in(response.get())) return because(*std::move(refusal));
  PKCS7* const inside = TS_RESP_get_token(response.get());
  if (inside == nullptr) return because("the answer has no token");
  // Only the bytes that will be kept are verified.
  ReceivedTimestamp received;
  received.token = to_der([&](std::uint8_t** out) { return i2d_PKCS7(inside, out); });
  const auto token = TimestampToken::parse(received.token);
  if (!token) return because(token.error());
  const auto trusted = certificates_in(ca_pem);
  if (!trusted) return because(trusted.error());
  if (auto doubt = token->doubt_about_imprint(query.imprint)) return because(*std::move(doubt));
  if (auto doubt = token->doubt_about_nonce(query.nonce)) return because(*std::move(doubt));
  if (std::chrono::abs(token->timestamp().at - now) > clock_tolerance) {
    return because(fmt::format("the token says {}, but here it is {}", to_readable(token->timestamp().at),
                               to_readable(now)));
  }
  if (auto doubt = token->doubt_about_signature(&*trusted, token->timestamp().at)) {
    return because(*std::move(doubt));
  }
  if (auto doubt = token->doubt_about_signature(&*trusted, now)) return because(*std::move(doubt));
  received.timestamp = token->timestamp();
  return received;
}

tl::expected<Timestamp, std::string> verify_timestamp(std::string_view token_bytes, std::string_view message,
                                                      std::optional<std::string_view> ca_pem) {
  const Errors errors;
  const auto token = TimestampToken::parse(token_bytes);
  if (!token) return because(token.error());
  if (auto doubt = token->doubt_about_imprint(sha256(message))) return because(*std::move(doubt));
  std::optional<Certificates> trusted;
  if (ca_pem) {
    auto read = certificates_in(*ca_pem);
    if (!read) return because(read.error());
    trusted = *std::move(read);
  }
  const auto* const authorities = trusted ? &*trusted : nullptr;
  if (auto doubt = token->doubt_about_signature(authorities, token->timestamp().at)) {
    return because(*std::move(doubt));
  }
  return token->timestamp();
}

}  // namespace optledger
