#pragma once
#include <array>
#include <atomic>
#include <deque>
#include <string>

#include "app/window/held_input.hpp"

struct GLFWwindow;

namespace qarium::app {

/// A window with an OpenGL 3.3 core context and ImGui bound to both.
class GlfwWindow {
 public:
  /// Throws core::UserError where there is no display, or no OpenGL 3.3.
  GlfwWindow(int width, int height, const std::string& title);
  ~GlfwWindow();
  GlfwWindow(const GlfwWindow&) = delete;
  GlfwWindow& operator=(const GlfwWindow&) = delete;

  /// Sleeps until an event comes, `seconds` at most. Returns whether the user, or the system, did something.
  bool wait(double seconds);
  bool should_close() const;
  bool minimised() const;
  /// The display has gone: nothing can be drawn any more.
  bool display_lost() const { return display_lost_.load(); }
  /// How large the user's display wants everything (its dots an inch over 96); 1 where it does not say.
  float content_scale() const;

  /// Over the whole of its monitor, or back to where it was. Does nothing where it is so already.
  void set_full_screen(bool on);

  void begin_frame();
  /// Draws what ImGui was told.
  void render();
  /// Shows what was drawn.
  void present();

  int width() const;  ///< of the framebuffer, in pixels
  int height() const;
  /// Whether the processor draws, as in Mesa's llvmpipe.
  bool software_renderer() const { return software_renderer_; }
  const std::string& renderer() const { return renderer_; }

 private:
  void watch_events();
  static void touch(GLFWwindow* window);
  void queue_keys();
  void dispatch_keys();
  void queue_button(int button, bool down);
  void dispatch_button();

  GLFWwindow* window_ = nullptr;
  bool software_renderer_ = false;
  std::string renderer_;
  bool touched_ = true;
  bool full_screen_ = false;
  std::array<int, 4> windowed_{};  ///< place and size before it was
  std::atomic<bool> display_lost_{false};

  HeldInput held_;

  /// Where Dear ImGui has no queue of its own, keys and characters wait here for a frame, in order, so that a key
  /// pressed and released between two frames is still seen as pressed.
  struct KeyEvent {
    int key = 0;
    int scancode = 0;
    int action = 0;
    int modifiers = 0;
    unsigned character = 0;  ///< of a character event; 0 for keys
  };
  std::deque<KeyEvent> keys_;
  void (*imgui_key_)(GLFWwindow*, int, int, int, int) = nullptr;
  void (*imgui_character_)(GLFWwindow*, unsigned) = nullptr;

  /// Presses and releases of the pointer wait here likewise, each with the place where it happened: on a slow frame the
  /// pointer has moved on.
  struct Place {
    float x = 0;
    float y = 0;
  };
  struct ButtonEvent {
    std::size_t button = 0;
    bool down = false;
    Place place;
  };
  std::deque<ButtonEvent> button_events_;
  Place cursor_;                        ///< as the events told it
  std::array<bool, 3> buttons_down_{};  ///< as far as frames have seen
};

}  // namespace qarium::app
