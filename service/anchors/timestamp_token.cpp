#include "service/anchors/timestamp_token.hpp"

#include "lib/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger {
namespace {

using namespace openssl;

// Of at least 112 bits, as OpenSSL counts security: RSA from 2048 bits on, no SHA-1.
constexpr int security_level = 2;

std::string_view chars_of(const ASN1_STRING* text) {
  const auto length = text == nullptr ? 0 : ASN1_STRING_length(text);
  if (length <= 0) return {};
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)), static_cast<std::size_t>(length)};
}

// "20261123190929Z" or "20261123190929.123Z" (RFC 3161, 2.4.2): always UTC, always with seconds.
std::optional<Instant> time_in(const ASN1_GENERALIZEDTIME* time) {
  const auto text = chars_of(time);
  constexpr std::size_t whole = 14;
  if (text.size() <= whole || text.back() != 'Z') return std::nullopt;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!std::all_of(text.begin(), text.begin() + whole, is_digit)) return std::nullopt;
  const auto date = fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2));
  const auto clock = fmt::format("{}:{}:{}", text.substr(8, 2), text.substr(10, 2), text.substr(12, 2));
  const auto instant = parse_rfc3339(fmt::format("{}T{}{}", date, clock, text.substr(whole)));
  return instant ? std::optional(*instant) : std::nullopt;
}

std::string numbers_of(const ASN1_OBJECT* name) {
  std::array<char, 128> text{};
  if (name == nullptr || OBJ_obj2txt(text.data(), static_cast<int>(text.size()), name, 1) <= 0) return "";
  return text.data();
}

// What its issuer made it for: timestamps, nothing else, and nobody may overlook that (RFC 3161, 2.3).
bool is_for_timestamps(const X509* certificate) {
  int is_critical = 0;
  const KeyUsage usage(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, &is_critical, nullptr)));
  return usage && is_critical == 1 && sk_ASN1_OBJECT_num(usage.get()) == 1 &&
         OBJ_obj2nid(sk_ASN1_OBJECT_value(usage.get(), 0)) == NID_time_stamp;
}

bool is_name_of(GENERAL_NAME* claimed, const X509* certificate) {
  if (claimed->type == GEN_DIRNAME &&
      X509_NAME_cmp(claimed->d.directoryName, X509_get_subject_name(certificate)) == 0) {
    return true;
  }
  const GeneralNames others(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; others && i < sk_GENERAL_NAME_num(others.get()); ++i) {
    if (GENERAL_NAME_cmp(claimed, sk_GENERAL_NAME_value(others.get(), i)) == 0) return true;
  }
  return false;
}

bool is_weak(PKCS7_SIGNER_INFO* signer) {
  X509_ALGOR* digest = nullptr;
  PKCS7_SIGNER_INFO_get0_algs(signer, nullptr, &digest, nullptr);
  const ASN1_OBJECT* name = nullptr;
  X509_ALGOR_get0(&name, nullptr, nullptr, digest);
  const auto nid = OBJ_obj2nid(name);
  return nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512;
}

}  // namespace

tl::expected<Certificates, std::string> certificates_in(std::string_view pem) {
  const Bio text(require(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))));
  Certificates certificates;
  while (X509* const next = PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(next);
  }
  const auto error = ERR_peek_last_error();
  const bool at_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  if (!at_end || certificates.empty()) {
    return tl::unexpected(std::string("the authority's CA file has no certificates that can be read (PEM)"));
  }
  return certificates;
}

tl::expected<TimestampToken, std::string> TimestampToken::parse(std::string_view der) {
  const Errors errors;
  const auto because = [](std::string reason) { return tl::unexpected(std::move(reason)); };
  if (der.size() > longest_timestamp) return because("the token is too long");
  const auto* bytes = octets(der);
  SignedData signed_data(d2i_PKCS7(nullptr, &bytes, static_cast<long>(der.size())));
  if (!signed_data || !PKCS7_type_is_signed(signed_data.get())) {
    return because("the token is no signed one of RFC 3161");
  }
  if (bytes != octets(der) + der.size()) return because("the token has bytes behind its end");
  TimestampInfo info(PKCS7_to_TS_TST_INFO(signed_data.get()));
  if (!info) return because("what is signed in the token is no timestamp of RFC 3161");
  TimestampToken token(std::move(signed_data), std::move(info));
  if (auto doubt = token.read_signer()) return because(*std::move(doubt));
  if (auto doubt = token.read_facts()) return because(*std::move(doubt));
  return token;
}

Doubt TimestampToken::read_signer() {
  auto* const signers = PKCS7_get_signer_info(signed_data_.get());
  if (signers == nullptr || sk_PKCS7_SIGNER_INFO_num(signers) != 1) {
    return "the token is not signed by one authority";
  }
  if (is_weak(sk_PKCS7_SIGNER_INFO_value(signers, 0))) return "the token is signed over a weak hash";
  const CertificateList found(PKCS7_get0_signers(signed_data_.get(), nullptr, 0));
  if (!found || sk_X509_num(found.get()) != 1) {
    return "the token does not bring along the certificate that it is signed with";
  }
  signer_ = sk_X509_value(found.get(), 0);
  return std::nullopt;
}

Doubt TimestampToken::read_facts() {
  if (TS_TST_INFO_get_version(info_.get()) != 1) return "the token is of a version that nobody knows";
  const auto at = time_in(TS_TST_INFO_get_time(info_.get()));
  if (!at) return "the token states no time in the form of RFC 3161";
  timestamp_.at = *at;
  timestamp_.authority = subject_of(signer_);
  timestamp_.policy = numbers_of(TS_TST_INFO_get_policy_id(info_.get()));
  if (timestamp_.policy.empty()) return "the token names no policy";
  timestamp_.serial = to_hex(chars_of(TS_TST_INFO_get_serial(info_.get())));
  return std::nullopt;
}

Doubt TimestampToken::doubt_about_imprint(const Digest& expected) const {
  auto* const imprint = TS_TST_INFO_get_msg_imprint(info_.get());
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
  if (OBJ_obj2nid(algorithm) != NID_sha256) return "the token is not about a SHA-256";
  if (chars_of(TS_MSG_IMPRINT_get_msg(imprint)) != as_chars(expected)) {
    return "the token is about other bytes";
  }
  return std::nullopt;
}

Doubt TimestampToken::doubt_about_nonce(std::string_view expected) const {
  const auto* const nonce = TS_TST_INFO_get_nonce(info_.get());
  if (nonce == nullptr) return "the token answers no question: it has no nonce";
  const bool is_negative = (ASN1_STRING_type(nonce) & V_ASN1_NEG) != 0;
  if (is_negative || chars_of(nonce) != expected)
    return "the token answers another question: its nonce is another";
  return std::nullopt;
}

Doubt TimestampToken::doubt_about_signer() const {
  if (!is_for_timestamps(signer_)) {
    return "the authority's certificate is not one for timestamps (critical extended key usage timeStamping)";
  }
  auto* const claimed = TS_TST_INFO_get_tsa(info_.get());
  if (claimed != nullptr && !is_name_of(claimed, signer_)) {
    return "the token names another authority than its certificate";
  }
  return std::nullopt;
}

CertificateStore TimestampToken::store_of(const Certificates* trusted, Instant at) const {
  CertificateStore store(require(X509_STORE_new()));
  auto* const parameters = X509_STORE_get0_param(store.get());
  X509_VERIFY_PARAM_set_time(parameters,
                             std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
  X509_VERIFY_PARAM_set_auth_level(parameters, security_level);
  if (trusted != nullptr) {
    for (const auto& one : *trusted) require(X509_STORE_add_cert(store.get(), one.get()) == 1);
    return store;
  }
  require(X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN) == 1);
  const auto* const inside = signed_data_->d.sign->cert;
  for (int i = 0; i < sk_X509_num(inside); ++i) {
    require(X509_STORE_add_cert(store.get(), sk_X509_value(inside, i)) == 1);
  }
  return store;
}

Doubt TimestampToken::doubt_about_signature(const Certificates* trusted, Instant at) const {
  const Errors errors;
  if (auto doubt = doubt_about_signer()) return doubt;
  const auto store = store_of(trusted, at);
  if (TS_RESP_verify_signature(signed_data_.get(), nullptr, store.get(), nullptr) == 1) return std::nullopt;
  return fmt::format("the signature or its certificate does not hold at {}: {}", to_readable(at),
                     last_error());
}

}  // namespace optledger
