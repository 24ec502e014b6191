#pragma once
#include <string_view>

namespace qarium::app {

/// A linked OpenGL program from shaders/NAME.vert and shaders/NAME.frag, which are built in.
class ShaderProgram {
 public:
  /// Throws std::runtime_error with the compiler's words.
  explicit ShaderProgram(std::string_view name) : ShaderProgram(name, name) {}
  /// From shaders/VERTEX.vert and shaders/FRAGMENT.frag, the latter with this name defined if it is not empty.
  ShaderProgram(std::string_view vertex, std::string_view fragment, std::string_view definition = {});
  ~ShaderProgram();
  ShaderProgram(const ShaderProgram&) = delete;
  ShaderProgram& operator=(const ShaderProgram&) = delete;

  unsigned id() const { return id_; }
  int uniform(const char* name) const;

 private:
  unsigned id_;
};

}  // namespace qarium::app
