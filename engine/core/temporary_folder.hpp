#pragma once
#include <filesystem>
#include <string>

namespace qarium::core {

/// A folder of its own among the temporary ones, which goes away with everything in it.
class TemporaryFolder {
 public:
  /// `name` is part of its name. Throws UserError where none can be made.
  explicit TemporaryFolder(const std::string& name);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace qarium::core
