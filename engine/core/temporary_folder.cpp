#include "engine/core/temporary_folder.hpp"

#include <cstdlib>
#include <system_error>

#include "engine/core/error.hpp"

namespace qarium::core {

TemporaryFolder::TemporaryFolder(const std::string& name) {
  std::error_code none;
  std::string pattern = (std::filesystem::temp_directory_path(none) / ("qarium-" + name + "-XXXXXX")).string();
  if (none || ::mkdtemp(pattern.data()) == nullptr)
    throw UserError("no temporary folder can be made: say where by the variable TMPDIR");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace qarium::core
