#include "app/window/fonts.hpp"

#include <backends/imgui_impl_opengl3.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace qarium::app {
namespace {

std::vector<std::filesystem::path> font_folders() {
  std::vector<std::filesystem::path> folders = {"/usr/share/fonts", "/usr/local/share/fonts"};
  if (const char* home = std::getenv("HOME")) {
    folders.emplace_back(std::filesystem::path(home) / ".local/share/fonts");
    folders.emplace_back(std::filesystem::path(home) / ".fonts");
  }
  return folders;
}

/// The file of the first of these names (without extension) that is found; empty where there is none.
std::string find_font(const std::vector<std::string>& names) {
  for (const auto& folder : font_folders()) {
    std::error_code error;
    const auto options = std::filesystem::directory_options::skip_permission_denied;
    for (std::filesystem::recursive_directory_iterator it(folder, options, error), end; !error && it != end;
         it.increment(error)) {
      const auto extension = it->path().extension();
      if (extension != ".otf" && extension != ".ttf") continue;
      for (const auto& name : names) {
        if (it->path().stem() == name) return it->path().string();
      }
    }
  }
  return {};
}

ImFont* add(const std::string& file, float size) {
  auto& atlas = *ImGui::GetIO().Fonts;
  if (!file.empty()) {
    if (auto* font = atlas.AddFontFromFileTTF(file.c_str(), size, nullptr, widgets::kGlyphRanges.data())) return font;
  }
  ImFontConfig config;
  config.SizePixels = size;
  return atlas.AddFontDefault(&config);
}

}  // namespace

widgets::Fonts build_fonts(float scale) {
  const auto regular = find_font({"Inter-Regular"});
  const auto semi_bold = find_font({"Inter-SemiBold", "Inter-Medium"});
  const auto mono = find_font({"JetBrainsMono-Regular"});
  ImGui::GetIO().Fonts->Clear();
  widgets::Fonts fonts;
  const float inter = scale * widgets::kInterLine;
  const float jetbrains = scale * widgets::kMonoLine;
  fonts.text = add(regular, 14 * inter);
  fonts.title = add(semi_bold, 13 * inter);
  fonts.quiet = add(regular, 12 * inter);
  fonts.number = add(mono, 12.5F * jetbrains);
  fonts.number_large = add(mono, 20 * jetbrains);
  fonts.heading = add(semi_bold, 17 * inter);
  ImGui::GetIO().Fonts->Build();
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
  return fonts;
}

}  // namespace qarium::app
