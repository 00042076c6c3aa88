// RAII around what OpenSSL hands out, and its last error as one line. Private to this room.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <new>
#include <string>
#include <string_view>

namespace optledger::openssl {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
template <class T, auto free>
using Owned = std::unique_ptr<T, Free<free>>;

inline void free_names(EXTENDED_KEY_USAGE* names) { sk_ASN1_OBJECT_pop_free(names, ASN1_OBJECT_free); }
inline void free_certificate_list(STACK_OF(X509) * list) { sk_X509_free(list); }  // not what is in it
inline void free_general_names(GENERAL_NAMES* names) { GENERAL_NAMES_free(names); }

using Bio = Owned<BIO, BIO_free_all>;
using BigNumber = Owned<BIGNUM, BN_free>;
using Integer = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;
using Algorithm = Owned<X509_ALGOR, X509_ALGOR_free>;
using Certificate = Owned<X509, X509_free>;
using CertificateList = Owned<STACK_OF(X509), free_certificate_list>;
using CertificateStore = Owned<X509_STORE, X509_STORE_free>;
using KeyUsage = Owned<EXTENDED_KEY_USAGE, free_names>;
using GeneralNames = Owned<GENERAL_NAMES, free_general_names>;
using SignedData = Owned<PKCS7, PKCS7_free>;
using Imprint = Owned<TS_MSG_IMPRINT, TS_MSG_IMPRINT_free>;
using Request = Owned<TS_REQ, TS_REQ_free>;
using Response = Owned<TS_RESP, TS_RESP_free>;
using TimestampInfo = Owned<TS_TST_INFO, TS_TST_INFO_free>;

// OpenSSL says 1 (or an object) for yes; in places where only memory can be lacking.
inline void require(bool holds) {
  if (!holds) throw std::bad_alloc();
}
template <class T>
T* require(T* object) {
  require(object != nullptr);
  return object;
}

// The thread's queue of errors is empty before and after what is done in its scope.
class Errors {
 public:
  Errors() { ERR_clear_error(); }
  ~Errors() { ERR_clear_error(); }
  Errors(const Errors&) = delete;
  Errors& operator=(const Errors&) = delete;
};

std::string last_error();
std::string subject_of(const X509* certificate);  // one line, RFC 2253

}  // namespace optledger::openssl
