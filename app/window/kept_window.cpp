#include "app/window/kept_window.hpp"

#include "engine/core/bytes.hpp"
#include "engine/core/error.hpp"

namespace qarium::app {
namespace {

constexpr const char* kFile = "window.state";
constexpr const char* kView = "view";
constexpr const char* kCurves = "curves";
constexpr const char* kAttention = "attention";

run::Sections kept_sections(const std::filesystem::path& run) {
  const auto file = run / kFile;
  std::error_code missing;
  return std::filesystem::exists(file, missing) ? run::read_container(file) : run::Sections{};
}

core::ByteReader reader_of(const run::Sections& sections, const char* name) {
  const auto found = sections.find(name);
  if (found == sections.end()) throw core::UserError(std::string(kFile) + " has no section " + name);
  return {found->second, std::string(kFile) + ", section " + name + ","};
}

}  // namespace

run::Sections window_sections(const KeptWindow& window, std::span<const protocol::Metric> metrics,
                              const KeptCurves& curves) {
  core::ByteWriter view, of_learning, of_attention;
  view.put_text(window.preset);
  view.put(window.paused);
  curves.curves.write(of_learning, metrics);
  curves.attention.write(of_attention);
  return {{kView, view.take()}, {kCurves, of_learning.take()}, {kAttention, of_attention.take()}};
}

bool keep_window(const std::filesystem::path& run, const run::Sections& sections) {
  try {
    run::write_container(run / kFile, sections);
    return true;
  } catch (const core::UserError&) {  // the run's own files tell of a full disk
    return false;
  }
}

std::optional<KeptWindow> kept_window(const std::filesystem::path& run) {
  try {
    const auto sections = kept_sections(run);
    if (sections.empty()) return std::nullopt;
    auto in = reader_of(sections, kView);
    KeptWindow window;
    window.preset = in.get_text();
    window.paused = in.get_flag();
    return window;
  } catch (const core::UserError&) {
    return std::nullopt;
  }
}

std::optional<std::int64_t> open_curves(const std::filesystem::path& run, std::int64_t until,
                                        std::span<const protocol::Metric> metrics, const KeptCurves& curves) {
  try {
    const auto sections = kept_sections(run);
    if (sections.empty()) return std::nullopt;
    auto of_learning = reader_of(sections, kCurves);
    auto of_attention = reader_of(sections, kAttention);
    widgets::Curves read;
    widgets::AttentionCurves attention;
    read.read(of_learning, metrics);
    attention.read(of_attention);
    if (read.last_x() > static_cast<double>(until)) return std::nullopt;
    read.set_span(curves.curves.span());
    curves.curves = std::move(read);
    curves.attention = std::move(attention);
    return static_cast<std::int64_t>(curves.curves.last_x());
  } catch (const core::UserError&) {
    return std::nullopt;
  }
}

}  // namespace qarium::app
