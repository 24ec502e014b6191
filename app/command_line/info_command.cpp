#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/command_line/commands.hpp"
#include "engine/exchange/description.hpp"

namespace qarium::app {

int info_command(const std::string& path, bool json) {
  const auto description = exchange::describe(path);
  const auto text =
      json ? description.json().dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"
           : description.text();
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace qarium::app
