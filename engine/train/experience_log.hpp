#pragma once
#include <vector>

#include "engine/agent/learner.hpp"
#include "engine/run/manifest.hpp"
#include "engine/run/run_directory.hpp"

namespace qarium::train {

/// What a learner experienced, in the files of its run: each checkpoint adds what is new, so that an observation is
/// written once, and files that nobody needs any more go.
class ExperienceLog {
 public:
  ExperienceLog() = default;
  /// Goes on where the run's last checkpoint ended.
  explicit ExperienceLog(std::vector<run::Manifest::Part> parts);

  /// Writes down what is new.
  void write(const agent::Learner& learner, run::RunDirectory& directory);
  /// The parts that the learner's replay is made of; for the checkpoint that is written next.
  const std::vector<run::Manifest::Part>& parts() const { return parts_; }
  /// After that checkpoint: removes the files of parts that it no longer names.
  void remove_old(run::RunDirectory& directory);
  /// Another learner: nothing of it is written down yet.
  void begin_anew();

 private:
  std::vector<run::Manifest::Part> parts_;
  std::vector<std::string> old_;
  agent::ExperienceMark mark_;
};

}  // namespace qarium::train
