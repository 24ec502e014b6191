#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "engine/protocol/metrics.hpp"
#include "engine/run/container.hpp"
#include "widgets/attention/attention_curves.hpp"
#include "widgets/curves/curves.hpp"

namespace qarium::app {

/// What a window keeps in the folder of its run, window.state, so that whoever opens the run again sees what was seen.
/// It is a comfort: where it cannot be written, nothing is lost but that.
struct KeptWindow {
  std::string preset;   ///< empty: none
  bool paused = false;  ///< learning was
};
struct KeptCurves {
  widgets::Curves& curves;
  widgets::AttentionCurves& attention;
};

/// All of it as the file has it, so that another thread can write it.
run::Sections window_sections(const KeptWindow& window, std::span<const protocol::Metric> metrics,
                              const KeptCurves& curves);
/// Whether it could be written.
bool keep_window(const std::filesystem::path& run, const run::Sections& sections);
/// Nothing where none is kept, or where it cannot be read.
std::optional<KeptWindow> kept_window(const std::filesystem::path& run);
/// The kept curves in place of these, and the environment step up to which they go. Nothing, and these as they are,
/// where none are kept, or where they go on beyond `until`.
std::optional<std::int64_t> open_curves(const std::filesystem::path& run, std::int64_t until,
                                        std::span<const protocol::Metric> metrics, const KeptCurves& curves);

}  // namespace qarium::app
