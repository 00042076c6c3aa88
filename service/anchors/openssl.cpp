#include "service/anchors/openssl.hpp"

#include "lib/base/text.hpp"

namespace optledger::openssl {
namespace {

constexpr std::size_t longest_line = 200;

}  // namespace

std::string last_error() {
  const char* detail = nullptr;
  int flags = 0;
  const auto code = ERR_peek_last_error_all(nullptr, nullptr, nullptr, &detail, &flags);
  const char* const reason = ERR_reason_error_string(code);
  std::string text = reason != nullptr ? reason : "no reason given";
  if (detail != nullptr && (flags & ERR_TXT_STRING) != 0 && *detail != '\0') {
    text += " (" + std::string(detail) + ")";
  }
  return to_one_line(text, longest_line);
}

std::string subject_of(const X509* certificate) {
  const Bio text(require(BIO_new(BIO_s_mem())));
  const auto flags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0, flags) < 0) return "";
  char* bytes = nullptr;
  const auto length = BIO_get_mem_data(text.get(), &bytes);
  return length <= 0 ? "" : to_one_line({bytes, static_cast<std::size_t>(length)}, longest_line);
}

}  // namespace optledger::openssl
