#include "widgets/curves/curves_state.hpp"

#include <array>

#include "widgets/setting_rows.hpp"

namespace qarium::widgets {
namespace {

/// The plots in the order of the versions that knew them by their number.
constexpr std::array<std::string_view, 8> kFormerPlots{
    "Episode return", "Episode length", "Loss", "Mean max Q", "|TD error|", "Epsilon", "Gradient norm", "Speed"};

constexpr std::array kCurvesRows{
    setting::formerly(setting::names<&CurvesState::log_axis>("log"), "curves.log", kFormerPlots),
    setting::formerly(setting::text<&CurvesState::maximised>("maximised"), "curves.maximised", kFormerPlots),
    setting::number<&CurvesState::smoothing>("smoothing", 1, 10'000), setting::flag<&CurvesState::show_raw>("raw"),
    setting::flag<&CurvesState::show_smooth>("smooth")};

/// One of them is always shown.
void settle_curves(ViewState& view) {
  auto& curves = view.of<CurvesState>();
  curves.show_smooth |= !curves.show_raw;
}

}  // namespace

constinit const SettingSection kCurvesSection{"curves", kCurvesRows, settle_curves};

}  // namespace qarium::widgets
