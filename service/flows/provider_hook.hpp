// What the provider calls us with: a hint that somebody changed there. It brings no signature over what it
// says, so nothing of it is believed but that it is worth a look.
#pragma once

#include "service/config/key_files.hpp"
#include "service/store/store.hpp"
#include "service/world/clock.hpp"

#include <string>
#include <string_view>

namespace optledger {

// What we answer when the provider asks, while our hook is being registered, whether it is ours: derived, so
// that every instance knows it. 40 characters.
std::string hook_verification(std::string_view list, const Keys& keys);

// Replaces the token that calls must bring; only its SHA-256 is kept.
void keep_hook_token(std::string_view list, std::string_view call_token, Store& store);

// Whether a call may be the provider's, in constant time.
bool is_hook_token(std::string_view list, std::string_view call_token, Store& store);

// The receiver is read and compared soon; one that we do not know is no matter.
void note_hint(const std::string& list, const std::string& provider_id, Store& store, Clock& clock);

}  // namespace optledger
