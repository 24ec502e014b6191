#include "app/window/glfw_window.hpp"

#include <epoxy/gl.h>
// epoxy before GLFW, which would bring OpenGL's own header
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <dlfcn.h>
#include <imgui.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "engine/core/error.hpp"

namespace qarium::app {
namespace {

/// Since 1.87 Dear ImGui queues its input by itself, and its backend asks which modifiers are held at the moment when a
/// key is handed to it: it is told at once.
constexpr bool kImguiQueues = IMGUI_VERSION_NUM >= 18700;

constexpr int kMinimumWidth = 960;
constexpr int kMinimumHeight = 540;

std::string last_glfw_error() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text == nullptr ? "no reason given" : text;
}

bool draws_in_software(const std::string& renderer) {
  for (const char* name : {"llvmpipe", "softpipe", "SwiftShader", "Software"}) {
    if (renderer.find(name) != std::string::npos) return true;
  }
  return false;
}

/// Debian 13's LibTorch carries an LLVM and shows its functions to the whole process: Mesa's software renderer would
/// call those in place of its own, and crash. Loaded like this, Mesa's libraries ask their own dependencies first. They
/// stay.
void keep_mesa_apart_from_torch() {
  if (dlsym(RTLD_DEFAULT, "LLVMAddSymbol") == nullptr) return;
  for (const char* library : {"libGLX_mesa.so.0", "libEGL_mesa.so.0"})
    dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
}

/// Xlib's own would end the process here.
int on_connection_error(void* /*display*/) {
  return 0;
}

/// Told by Xlib when the server has gone, in place of ending the process.
void on_lost_display(void* /*display*/, void* lost) {
  static_cast<std::atomic<bool>*>(lost)->store(true);
}

/// Xlib would end the process where it stands. Since libX11 1.7 one may ask for better; GLFW has loaded it, where the
/// window is an X window.
void watch_display(std::atomic<bool>& lost) {
  using GetDisplay = void* (*)();
  using SetErrorHandler = void* (*)(int (*)(void*));
  using SetExitHandler = void (*)(void*, void (*)(void*, void*), void*);
  void* x11 = dlopen("libX11.so.6", RTLD_LAZY | RTLD_NOLOAD);
  const auto get_display = reinterpret_cast<GetDisplay>(dlsym(RTLD_DEFAULT, "glfwGetX11Display"));
  if (x11 == nullptr || get_display == nullptr) return;
  const auto set_error_handler = reinterpret_cast<SetErrorHandler>(dlsym(x11, "XSetIOErrorHandler"));
  const auto set_exit_handler = reinterpret_cast<SetExitHandler>(dlsym(x11, "XSetIOErrorExitHandler"));
  void* display = get_display();
  if (set_error_handler == nullptr || set_exit_handler == nullptr || display == nullptr) return;
  set_error_handler(on_connection_error);
  set_exit_handler(display, on_lost_display, &lost);
}

}  // namespace

GlfwWindow::GlfwWindow(int width, int height, const std::string& title) {
  // A software renderer would take every core; learning needs one. Without effect elsewhere.
  setenv("LP_NUM_THREADS", "1", 0);
  keep_mesa_apart_from_torch();
  if (glfwInit() == GLFW_FALSE) {
    throw core::UserError("there is no display to open a window on (" + last_glfw_error() +
                          "): set DISPLAY or WAYLAND_DISPLAY, run under xvfb-run, or learn without a window by "
                          "'qarium train'");
  }
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  window_ = glfwCreateWindow(width, height, title.c_str(), nullptr, nullptr);
  if (window_ == nullptr) {
    const auto reason = last_glfw_error();
    glfwTerminate();
    throw core::UserError("no window with OpenGL 3.3 can be opened (" + reason +
                          "): a graphics driver is missing; Mesa's software renderer is enough (libgl1-mesa-dri)");
  }
  glfwSetWindowSizeLimits(window_, kMinimumWidth, kMinimumHeight, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwMakeContextCurrent(window_);
  renderer_ = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
  software_renderer_ = draws_in_software(renderer_);
  glfwSwapInterval(software_renderer_ ? 0 : 1);

  watch_display(display_lost_);
  watch_events();
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui_ImplGlfw_InitForOpenGL(window_, true);
  queue_keys();
  ImGui_ImplOpenGL3_Init("#version 330 core");
}

GlfwWindow::~GlfwWindow() {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext();
  glfwDestroyWindow(window_);
  glfwTerminate();
}

// ImGui's backend chains to the callbacks that were there before it.
void GlfwWindow::watch_events() {
  glfwSetWindowUserPointer(window_, this);
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* window, int button, int action, int /*modifiers*/) {
    static_cast<GlfwWindow*>(glfwGetWindowUserPointer(window))->queue_button(button, action == GLFW_PRESS);
    touch(window);
  });
  glfwSetScrollCallback(window_, [](GLFWwindow* window, double, double) { touch(window); });
  glfwSetCursorPosCallback(window_, [](GLFWwindow* window, double x, double y) {
    static_cast<GlfwWindow*>(glfwGetWindowUserPointer(window))->cursor_ = {static_cast<float>(x),
                                                                           static_cast<float>(y)};
    touch(window);
  });
  glfwSetCursorEnterCallback(window_, [](GLFWwindow* window, int) { touch(window); });
  glfwSetWindowFocusCallback(window_, [](GLFWwindow* window, int) { touch(window); });
  glfwSetWindowRefreshCallback(window_, touch);
  glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* window, int, int) { touch(window); });
  glfwSetWindowIconifyCallback(window_, [](GLFWwindow* window, int) { touch(window); });
}

void GlfwWindow::touch(GLFWwindow* window) {
  static_cast<GlfwWindow*>(glfwGetWindowUserPointer(window))->touched_ = true;
}

bool GlfwWindow::wait(double seconds) {
  if (seconds > 0 && !touched_) {
    glfwWaitEventsTimeout(seconds);
  } else {
    glfwPollEvents();
  }
  const bool touched = touched_;
  touched_ = false;
  return touched;
}

bool GlfwWindow::should_close() const {
  return glfwWindowShouldClose(window_) != GLFW_FALSE;
}
float GlfwWindow::content_scale() const {
  float x = 1;
  float y = 1;
  glfwGetWindowContentScale(window_, &x, &y);
  return std::max(x, y);
}

bool GlfwWindow::minimised() const {
  return glfwGetWindowAttrib(window_, GLFW_ICONIFIED) != GLFW_FALSE;
}

void GlfwWindow::queue_keys() {
  imgui_key_ = glfwSetKeyCallback(window_, [](GLFWwindow* window, int key, int scancode, int action, int modifiers) {
    auto& self = *static_cast<GlfwWindow*>(glfwGetWindowUserPointer(window));
    self.touched_ = true;
    if constexpr (kImguiQueues) {
      self.imgui_key_(window, key, scancode, action, modifiers);
    } else {
      self.keys_.push_back({key, scancode, action, modifiers, 0});
    }
  });
  imgui_character_ = glfwSetCharCallback(window_, [](GLFWwindow* window, unsigned character) {
    auto& self = *static_cast<GlfwWindow*>(glfwGetWindowUserPointer(window));
    self.touched_ = true;
    if constexpr (kImguiQueues) {
      self.imgui_character_(window, character);
    } else {
      self.keys_.push_back({.character = character});
    }
  });
}

void GlfwWindow::dispatch_keys() {
  std::vector<int> changed;  // a key changes once a frame
  bool pressed = false;      // and what is pressed keeps its modifiers through it
  while (!keys_.empty()) {
    const auto event = keys_.front();
    const bool again = std::find(changed.begin(), changed.end(), event.key) != changed.end();
    const bool modifier = event.key >= GLFW_KEY_LEFT_SHIFT && event.key <= GLFW_KEY_RIGHT_SUPER;
    if (event.character == 0 && (again || (modifier && pressed))) break;
    keys_.pop_front();
    if (event.character != 0) {
      imgui_character_(window_, event.character);
    } else {
      changed.push_back(event.key);
      pressed = pressed || (event.action == GLFW_PRESS && !modifier);
      imgui_key_(window_, event.key, event.scancode, event.action, event.modifiers);
    }
  }
  touched_ = touched_ || !keys_.empty();
}

void GlfwWindow::queue_button(int button, bool down) {
  if (button < 0 || button >= static_cast<int>(buttons_down_.size())) return;
  // glfwGetCursorPos would ask where the pointer is by now.
  button_events_.push_back({static_cast<std::size_t>(button), down, cursor_});
}

void GlfwWindow::dispatch_button() {
#if IMGUI_VERSION_NUM < 18700
  // Later versions queue what happens; this one asks how things stand when a frame begins.
  auto& io = ImGui::GetIO();
  if (!button_events_.empty()) {
    const auto event = button_events_.front();
    button_events_.pop_front();
    buttons_down_[event.button] = event.down;
    io.MousePos = {event.place.x, event.place.y};
    touched_ = true;
  }
  std::copy(buttons_down_.begin(), buttons_down_.end(), io.MouseDown);
#else
  button_events_.clear();
#endif
}

void GlfwWindow::set_full_screen(bool on) {
  if (on == full_screen_) return;
  auto* monitor = glfwGetPrimaryMonitor();
  const auto* mode = monitor == nullptr ? nullptr : glfwGetVideoMode(monitor);
  if (on && mode == nullptr) return;
  full_screen_ = on;
  auto& [x, y, wide, high] = windowed_;
  if (on) {
    glfwGetWindowPos(window_, &x, &y);
    glfwGetWindowSize(window_, &wide, &high);
    glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
  } else {
    glfwSetWindowMonitor(window_, nullptr, x, y, wide, high, GLFW_DONT_CARE);
  }
  touched_ = true;
}

void GlfwWindow::begin_frame() {
  dispatch_keys();
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  dispatch_button();
  held_.hold();
  ImGui::NewFrame();
  touched_ = held_.give_back() || touched_;
}

void GlfwWindow::render() {
  glViewport(0, 0, width(), height());
  glClearColor(0, 0, 0, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void GlfwWindow::present() {
  glfwSwapBuffers(window_);
}

int GlfwWindow::width() const {
  int width = 0;
  glfwGetFramebufferSize(window_, &width, nullptr);
  return width;
}

int GlfwWindow::height() const {
  int height = 0;
  glfwGetFramebufferSize(window_, nullptr, &height);
  return height;
}

}  // namespace qarium::app
