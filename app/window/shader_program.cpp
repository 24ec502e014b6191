#include "app/window/shader_program.hpp"

#include <epoxy/gl.h>

#include <span>
#include <stdexcept>
#include <string>

namespace qarium::app {
namespace {

struct EmbeddedShader {
  std::string_view name;
  std::string_view source;
};

constexpr EmbeddedShader kVertexShaders[] = {
#include "embedded_vertex_shaders.inc"
};
constexpr EmbeddedShader kFragmentShaders[] = {
#include "embedded_fragment_shaders.inc"
};

unsigned compile(unsigned kind, std::span<const EmbeddedShader> shaders, std::string_view name,
                 std::string_view definition = {}) {
  for (const auto& shader : shaders) {
    if (shader.name != name) continue;
    const unsigned id = glCreateShader(kind);
    // Definitions stand behind the first line, which tells the version.
    const auto version = shader.source.substr(0, shader.source.find('\n') + 1);
    const auto rest = shader.source.substr(version.size());
    const auto defined = definition.empty() ? std::string() : "#define " + std::string(definition) + "\n";
    const char* const sources[] = {version.data(), defined.data(), rest.data()};
    const int lengths[] = {static_cast<int>(version.size()), static_cast<int>(defined.size()),
                           static_cast<int>(rest.size())};
    glShaderSource(id, 3, sources, lengths);
    glCompileShader(id);
    int compiled = 0;
    glGetShaderiv(id, GL_COMPILE_STATUS, &compiled);
    if (compiled != 0) return id;
    char log[1024] = {};
    glGetShaderInfoLog(id, sizeof log, nullptr, log);
    throw std::runtime_error("shader '" + std::string(name) + "' does not compile: " + log);
  }
  throw std::runtime_error("there is no shader '" + std::string(name) + "'");
}

}  // namespace

ShaderProgram::ShaderProgram(std::string_view vertex_name, std::string_view fragment_name, std::string_view definition)
    : id_(glCreateProgram()) {
  const unsigned vertex = compile(GL_VERTEX_SHADER, kVertexShaders, vertex_name);
  const unsigned fragment = compile(GL_FRAGMENT_SHADER, kFragmentShaders, fragment_name, definition);
  glAttachShader(id_, vertex);
  glAttachShader(id_, fragment);
  glLinkProgram(id_);
  glDeleteShader(vertex);
  glDeleteShader(fragment);
  int linked = 0;
  glGetProgramiv(id_, GL_LINK_STATUS, &linked);
  if (linked != 0) return;
  char log[1024] = {};
  glGetProgramInfoLog(id_, sizeof log, nullptr, log);
  throw std::runtime_error("shader '" + std::string(fragment_name) + "' does not link: " + log);
}

ShaderProgram::~ShaderProgram() {
  glDeleteProgram(id_);
}

int ShaderProgram::uniform(const char* name) const {
  return glGetUniformLocation(id_, name);
}

}  // namespace qarium::app
