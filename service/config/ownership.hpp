// Whoever else can write a file of the state could put another in its place, and whoever can read it has what
// it holds: looked at before anything is opened, and refused with the command that mends it. What is not
// there yet is no matter; the service makes it for itself alone.
#pragma once

#include <filesystem>

namespace optledger {

// Keys, the database, the journal: for their owner alone. Their owner is who runs this, or root.
void require_private(const std::filesystem::path& file_or_folder);

// A folder in which nobody else may put a file in another's place: not writable by others, by a group only
// when it is one of ours (as Kubernetes' fsGroup is), or with the sticky bit.
void require_guarded(const std::filesystem::path& folder);

}  // namespace optledger
