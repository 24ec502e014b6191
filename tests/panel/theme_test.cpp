#include <cmath>

#include "tests/panel/rig.hpp"

namespace qarium::theme_test {

using widgets::Theme;

namespace {

double channel(ImU32 color, unsigned shift) {
  const double value = static_cast<double>(color >> shift & 255U) / 255;
  return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

/// Relative luminance and contrast as WCAG 2 defines them.
double luminance(ImU32 color) {
  return 0.2126 * channel(color, IM_COL32_R_SHIFT) + 0.7152 * channel(color, IM_COL32_G_SHIFT) +
         0.0722 * channel(color, IM_COL32_B_SHIFT);
}

double contrast(ImU32 a, ImU32 b) {
  const double high = std::max(luminance(a), luminance(b));
  const double low = std::min(luminance(a), luminance(b));
  return (high + 0.05) / (low + 0.05);
}

struct Text {
  const char* name;
  ImU32 color;
};

std::vector<Text> texts(const Theme& theme) {
  std::vector<Text> all{{"text", theme.text},
                        {"quiet", theme.quiet},
                        {"good", theme.good},
                        {"wrong", theme.wrong},
                        {"attention", theme.attention}};
  for (const auto color : theme.stage_texts)
    all.push_back({"stage", color});
  return all;
}

}  // namespace

TEST_CASE("contrast is computed as WCAG does") {
  REQUIRE(contrast(widgets::rgb(0x000000), widgets::rgb(0xffffff)) == Approx(21));
  REQUIRE(contrast(widgets::rgb(0x777777), widgets::rgb(0xffffff)) == Approx(4.48).margin(0.01));
}

TEST_CASE("every text has a contrast of 4.5 to 1 on what it stands on") {
  for (const auto* theme : {&widgets::kDarkTheme, &widgets::kLightTheme}) {
    for (const auto& [name, color] : texts(*theme)) {
      for (const auto& [ground_name, ground] :
           {Text{"panel", theme->panel}, Text{"ground", theme->ground}, Text{"raised", theme->raised}}) {
        INFO((theme->dark ? "dark " : "light ") << name << " on " << ground_name);
        CHECK(contrast(color, ground) >= 4.5);
      }
    }
    INFO((theme->dark ? "dark" : "light"));
    CHECK(contrast(theme->text, theme->raised_hover) >= 4.5);
    CHECK(contrast(theme->text, theme->raised_active) >= 4.5);
    CHECK(contrast(theme->text, theme->accent_fill) >= 4.5);
    CHECK(contrast(theme->key_on_accent, theme->accent_fill) >= 4.5);
  }
}

TEST_CASE("marks and lines are told from the panel by 3 to 1") {
  for (const auto* theme : {&widgets::kDarkTheme, &widgets::kLightTheme}) {
    for (const auto color : theme->stages)
      CHECK(contrast(color, theme->panel) >= 3 * 0.8);
    CHECK(contrast(theme->accent, theme->panel) >= 3);
  }
}

TEST_CASE("ImGui keeps none of its own colours") {
  Rig rig;
  ImGuiStyle own;
  const auto& style = ImGui::GetStyle();
  for (int i = 0; i < ImGuiCol_COUNT; ++i) {
    const auto& a = own.Colors[i];
    const auto& b = style.Colors[i];
    INFO(ImGui::GetStyleColorName(i));
    const bool clear = b.w == 0;
    CHECK((clear || a.x != b.x || a.y != b.y || a.z != b.z || a.w != b.w));
  }
}

}  // namespace qarium::theme_test
