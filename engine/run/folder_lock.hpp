#pragma once
#include <filesystem>

namespace qarium::run {

/// Held while a process writes a run's folder. The system lets go of it when the process ends, in whatever way.
class FolderLock {
 public:
  FolderLock() = default;
  /// Throws core::UserError where another process holds it. Where the file system knows no locks nothing is held.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  /// Whether a process, this one included, holds it: asks for a share of it, and lets go at once.
  static bool held(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace qarium::run
