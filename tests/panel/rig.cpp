#include "tests/panel/rig.hpp"

#include <filesystem>
#include <system_error>

namespace qarium {
namespace {

#if IMGUI_VERSION_NUM < 18700
/// What a backend does: which of the keys it reports has which meaning for ImGui's own text fields.
void map_keys(ImGuiIO& io) {
  io.KeyMap[ImGuiKey_Tab] = 258;
  io.KeyMap[ImGuiKey_LeftArrow] = 263;
  io.KeyMap[ImGuiKey_RightArrow] = 262;
  io.KeyMap[ImGuiKey_Home] = 268;
  io.KeyMap[ImGuiKey_End] = 269;
  io.KeyMap[ImGuiKey_Delete] = 261;
  io.KeyMap[ImGuiKey_Backspace] = 259;
  io.KeyMap[ImGuiKey_Space] = 32;
  io.KeyMap[ImGuiKey_Enter] = 257;
  io.KeyMap[ImGuiKey_Escape] = 256;
  io.KeyMap[ImGuiKey_A] = 'A';
}
#endif

/// Empty where it is not installed.
std::string font_file(std::string_view name) {
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator it("/usr/share/fonts", error), end; !error && it != end;
       it.increment(error)) {
    const auto extension = it->path().extension();
    if ((extension == ".otf" || extension == ".ttf") && it->path().stem() == name) return it->path().string();
  }
  return {};
}

}  // namespace

bool Rig::real_faces() {
  return !font_file("Inter-Regular").empty() && !font_file("Inter-SemiBold").empty() &&
         !font_file("JetBrainsMono-Regular").empty();
}

void Rig::build_fonts(Faces faces) {
  auto& atlas = *ImGui::GetIO().Fonts;
  const auto load = [&](const char* name, float size) {
    const auto file = font_file(name);
    return atlas.AddFontFromFileTTF(file.c_str(), size * scale, nullptr, widgets::kGlyphRanges.data());
  };
  if (faces == Faces::Real) {
    using widgets::kInterLine;
    using widgets::kMonoLine;
    fonts_ = {load("Inter-Regular", 14 * kInterLine),        load("Inter-SemiBold", 13 * kInterLine),
              load("Inter-Regular", 12 * kInterLine),        load("JetBrainsMono-Regular", 12.5F * kMonoLine),
              load("JetBrainsMono-Regular", 20 * kMonoLine), load("Inter-SemiBold", 17 * kInterLine)};
    return;
  }
  ImFontConfig config;
  config.SizePixels = 13 * scale;
  auto* font = atlas.AddFontDefault(&config);
  fonts_ = {font, font, font, font, font, font};
}

Rig::Rig(float width, float height, float scale_wanted, Faces faces)
    : scale(scale_wanted), imgui_(ImGui::CreateContext()) {
  auto& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.DisplaySize = {width, height};
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
#if IMGUI_VERSION_NUM < 18700
  map_keys(io);
#endif
  build_fonts(faces);
  unsigned char* pixels = nullptr;
  int atlas_width = 0;
  int atlas_height = 0;
  io.Fonts->GetTexDataAsAlpha8(&pixels, &atlas_width, &atlas_height);
  io.Fonts->SetTexID({});
  widgets::apply_style(theme, scale);
  curves = fakes::curves();
  attention_curves = fakes::attention_curves();
  view.preset = presets.front().name;
  view.scale = scale;
  frame(2);
}

Rig::~Rig() {
  ImGui::DestroyContext(imgui_);
}

widgets::PanelContext Rig::context() {
  return {trainer,
          stage,
          models,
          pending,
          view,
          theme,
          fonts_,
          canvas,
          view.present.on() ? widgets::kPresentScale * scale : scale,
          {8.1F, 11.9F, 1.9F, "software renderer, at most 30 a second"},
          presets,
          [this](protocol::Command command) {
            commands.push_back(std::move(command));
            return static_cast<std::uint64_t>(commands.size());
          },
          &controls,
          {},
          last_run,
          terms};
}

void Rig::frame(int frames) {
  auto& io = ImGui::GetIO();
  for (int i = 0; i < frames; ++i) {
    io.DeltaTime = 1.0F / 60;
#if IMGUI_VERSION_NUM < 18700
    io.MousePos = mouse_;
#else
    io.AddMousePosEvent(mouse_.x, mouse_.y);
#endif
    ImGui::NewFrame();
    canvas.calls.clear();
    canvas.heat.clear();
    widgets::draw_window(context());
    ImGui::Render();
  }
}

widgets::Rect Rig::area(std::string_view control) const {
  const auto* found = controls.find(control);
  INFO("control " << control);
  REQUIRE(found != nullptr);
  return found->area;
}

const fakes::RecordingCanvas::HeatCall* Rig::heat(std::string_view key) const {
  for (const auto& call : canvas.heat) {
    if (call.key == key) return &call;
  }
  return nullptr;
}

std::vector<DrawnText> Rig::texts() const {
  return drawn_texts(*ImGui::GetDrawData(), *ImGui::GetIO().Fonts);
}

std::optional<DrawnText> Rig::said(std::string_view words) const {
  for (auto& line : texts()) {
    if (line.text.find(words) != std::string::npos) return line;
  }
  return std::nullopt;
}

void Rig::mouse(ImVec2 position) {
  mouse_ = position;
}

void Rig::button(int which, bool down) {
#if IMGUI_VERSION_NUM < 18700
  ImGui::GetIO().MouseDown[which] = down;
#else
  ImGui::GetIO().AddMouseButtonEvent(which, down);
#endif
}

void Rig::native_key(int key, bool down) {
#if IMGUI_VERSION_NUM < 18700
  ImGui::GetIO().KeysDown[key] = down;
#else
  ImGui::GetIO().AddKeyEvent(static_cast<ImGuiKey>(key), down);
#endif
}

void Rig::point(std::string_view control, float x, float y) {
  const auto place = area(control);
  mouse({place.min.x + x * place.width(), place.min.y + y * place.height()});
  frame();
}

void Rig::press() {
  button(0, true);
  frame();
}

void Rig::release() {
  button(0, false);
  frame(2);
}

void Rig::right(bool down) {
  button(1, down);
  frame();
}

void Rig::click(std::string_view control, float x, float y) {
  point(control, x, y);
  press();
  release();
}

void Rig::drag(std::string_view control, float from, float to, int frames) {
  const auto place = area(control);
  point(control, from);
  press();
  for (int i = 1; i <= frames; ++i) {
    const float share = from + (to - from) * static_cast<float>(i) / static_cast<float>(frames);
    mouse({place.min.x + share * place.width(), place.centre().y});
    frame();
  }
  release();
}

void Rig::wheel(float turns) {
#if IMGUI_VERSION_NUM < 18700
  ImGui::GetIO().MouseWheel = turns;
#else
  ImGui::GetIO().AddMouseWheelEvent(0, turns);
#endif
  frame(2);
}

void Rig::key(widgets::Key key, bool control) {
  auto& io = ImGui::GetIO();
#if IMGUI_VERSION_NUM < 18700
  io.KeyCtrl = control;
#else
  io.AddKeyEvent(ImGuiMod_Ctrl, control);
#endif
  native_key(widgets::native_key(key), true);
  frame();
  native_key(widgets::native_key(key), false);
#if IMGUI_VERSION_NUM < 18700
  io.KeyCtrl = false;
#else
  io.AddKeyEvent(ImGuiMod_Ctrl, false);
#endif
  frame(2);
}

void Rig::hold(widgets::Key key, bool down) {
  native_key(widgets::native_key(key), down);
}

void Rig::shift_key(widgets::Key key) {
  auto& io = ImGui::GetIO();
  const auto shift = [&io](bool down) {
#if IMGUI_VERSION_NUM < 18700
    io.KeyShift = down;
#else
    io.AddKeyEvent(ImGuiMod_Shift, down);
#endif
  };
  shift(true);
  this->key(key);
  shift(false);
}

void Rig::type(std::string_view text) {
  for (const char letter : text) {
    ImGui::GetIO().AddInputCharacter(static_cast<unsigned char>(letter));
    frame();
  }
}

void Rig::answer(bool accepted, std::string message) {
  REQUIRE_FALSE(commands.empty());
  widgets::take({commands.size(), accepted, std::move(message), trainer.status.position, commands.back()}, pending,
                models);
  frame();
}

}  // namespace qarium
