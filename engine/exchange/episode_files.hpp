#pragma once
#include <string>

#include "engine/core/files.hpp"
#include "engine/exchange/episodes.hpp"

namespace qarium::exchange {

/// Watched steps as rows. The columns come from the first step.
class CsvEpisodes final : public WatchedSink {
 public:
  CsvEpisodes(core::FileReplacement& file, const env::EnvironmentSpec& spec)
      : file_(file), space_(spec.observation_space) {}
  void on_step(const WatchedStep& step) override;

 private:
  void header(const WatchedStep& step);

  core::FileReplacement& file_;
  env::Box space_;
  bool begun_ = false;
};

/// Watched episodes as one JSON document.
class JsonEpisodes final : public WatchedSink {
 public:
  JsonEpisodes(core::FileReplacement& file, const ExportedNetwork& network, const WatchedEpisodes& wanted);
  void on_step(const WatchedStep& step) override;
  void on_end(std::span<const std::byte> final_observation) override;
  /// The document's end.
  void finish();

 private:
  core::FileReplacement& file_;
  env::Box space_;
  std::int64_t episodes_ = 0;
  std::int64_t steps_ = 0;  ///< of the present episode
  double return_ = 0;
};

}  // namespace qarium::exchange
