// The person's own page: asks for a link by mail, shows everything, and takes what the person decides. The
// answer to the question is the same whatever is held; only the mailbox learns more.
#pragma once

#include "service/flows/exercise_rights.hpp"
#include "service/http/route_parts.hpp"
#include "service/http/router.hpp"

namespace optledger::http {

class PrivacyRoutes {
 public:
  explicit PrivacyRoutes(RouteParts parts) : parts_(parts) {}
  void add_to(Router& router);

 private:
  struct Question {
    std::string email;
    std::string locale;
    bool is_form = false;
  };

  Response ask_page(const Call& call) const;
  Response requested_page(const Call& call) const;
  Response ask(const Call& call) const;
  Response show(const Call& call) const;
  Response download(const Call& call) const;
  Response act(const Call& call) const;

  tl::expected<Question, Problem> read_question(const Call& call) const;
  Response refuse(const Call& call, const Question& question, const std::string& code,
                  const std::string& detail) const;
  Response data_page(const Call& call, const PrivacyRequest& link, const std::string& done,
                     const std::vector<FieldProblem>& problems) const;
  Response answer_act(const Call& call, const PrivacyRequest& link, const Act& act,
                      const ActResult& result) const;
  Response dead_page(const Call& call, int status) const;
  std::string language_for(const Call& call, const std::string& locale) const;
  std::string path_of(const Call& call) const;

  RouteParts parts_;
};

}  // namespace optledger::http
