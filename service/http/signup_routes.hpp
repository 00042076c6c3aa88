// Signing up over HTTP: the hosted page, the call for forms, websites and backends, and CORS for configured
// origins.
#pragma once

#include "lib/signup/request_signup.hpp"
#include "service/http/callers.hpp"
#include "service/http/origins.hpp"
#include "service/http/route_parts.hpp"
#include "service/http/router.hpp"
#include "service/http/signup_fields.hpp"

namespace optledger::http {

class SignupRoutes {
 public:
  explicit SignupRoutes(RouteParts parts) : parts_(parts) {}
  void add_to(Router& router);

 private:
  // What was sent: fields, on which list, and how the answer is to look.
  struct Submission {
    SignupFields fields;
    const ListConfig* list = nullptr;
    bool is_form = false;
  };

  Response home(const Call& call) const;
  Response show_form(const Call& call) const;
  Response show_requested(const Call& call) const;
  Response preflight(const Call& call) const;
  Response challenge(const Call& call) const;
  Response sign_up(const Call& call) const;
  Response take(const Call& call, const Submission& submission) const;

  tl::expected<Submission, Problem> read_json(const Request& request) const;
  tl::expected<Submission, Problem> read_form(const Request& request, const std::string& media_type,
                                              const std::string& boundary) const;
  tl::expected<Submission, Problem> read_submission(const Request& request) const;

  Response refuse(const Call& call, const Problem& problem) const;
  // Limits, stamp and work: what is refused before anybody looks whether the address is known.
  std::optional<Response> guard(const Call& call, const Submission& submission, const SignupRequest& request,
                                bool is_backend) const;
  Response record(const Call& call, const Submission& submission, const SignupRequest& request) const;
  FieldErrors doubts_about(const Call& call, const Submission& submission, const SignupRequest& request,
                           bool is_backend) const;
  PageScript page_script() const;
  Response refuse_fields(const Call& call, const Submission& submission, const FieldErrors& errors) const;
  Response accepted(const Call& call, const Submission& submission, const std::string& language) const;
  std::string form_page(const ListConfig& list, const std::string& language, const SignupFields& fields,
                        const FieldErrors& errors) const;
  void allow_origin(const Call& call, const ListConfig* list, Response& response) const;

  RouteParts parts_;
};

}  // namespace optledger::http
