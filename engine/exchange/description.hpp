#pragma once
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace qarium::exchange {

/// One thing that is told of a file or folder.
struct Fact {
  std::string key;    ///< "environment_steps", for scripts
  std::string label;  ///< "steps"
  std::string words;  ///< "1,200 of 50,000"
  std::string json;   ///< the value as JSON: "1200"
};

/// What a file or folder is.
struct Description {
  std::string path;
  std::string kind;   ///< "run", "checkpoint", "state", "experience", "journal", "configuration", "export", "episodes"
  std::string words;  ///< "a run's checkpoint"
  std::vector<Fact> facts;
  std::vector<std::string> warnings;

  /// Null where it is not told.
  const Fact* find(std::string_view key) const;
  std::string text() const;
  nlohmann::ordered_json json() const;
};

/// Looks at a run's or export's folder, or at any file that Qarium writes; what it is, its content says. Throws
/// core::UserError, which names it, where it is none of these or is damaged.
Description describe(const std::filesystem::path& path);

}  // namespace qarium::exchange
