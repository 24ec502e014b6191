#include "engine/exchange/fact_list.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace qarium::exchange {

std::string grouped(std::int64_t number) {
  auto text = std::to_string(number);
  const std::ptrdiff_t first = number < 0 ? 1 : 0;
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > first; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string size_in_words(std::uintmax_t bytes) {
  constexpr std::array kUnits = {"bytes", "kB", "MB", "GB", "TB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1'000 && unit + 1 < kUnits.size(); ++unit)
    size /= 1'000;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 || size >= 100 ? "%.0f %s" : "%.1f %s", size, kUnits[unit]);
  return text;
}

std::string time_in_words(double seconds) {
  if (!(seconds < 1e12)) return "unknown";
  char text[32];
  if (seconds < 60) {
    std::snprintf(text, sizeof text, "%.1f s", seconds);
    return text;
  }
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 3'600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return grouped(whole / 3'600) + " h " + std::to_string(whole % 3'600 / 60) + " min";
}

void FactList::add(std::string key, std::string label, std::string words, const nlohmann::json& value) {
  description_.facts.push_back({std::move(key), std::move(label), std::move(words),
                                value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)});
}

void FactList::count(std::string key, std::string label, std::int64_t value) {
  add(std::move(key), std::move(label), grouped(value), value);
}

void FactList::number(std::string key, std::string label, double value) {
  char words[32];
  std::snprintf(words, sizeof words, "%.6g", value);
  add(std::move(key), std::move(label), words, std::isfinite(value) ? nlohmann::json(value) : nlohmann::json());
}

void FactList::seconds(double value) {
  add("seconds", "time", time_in_words(value), value);
}

void FactList::bytes(std::string key, std::string label, std::uintmax_t value) {
  add(std::move(key), std::move(label), size_in_words(value), value);
}

void FactList::experiment(const config::Hyperparameters& h) {
  text("environment", "environment", h.environment.id);
  text("algorithm", "algorithm", h.algorithm);
  const std::string head(config::head_kind(h));
  add("stages", "stages",
      "encoder " + h.encoder.kind + ", attention " + h.attention.kind + ", memory " + h.memory.kind + ", fusion " +
          h.fusion.kind + ", head " + head,
      {{"encoder", h.encoder.kind},
       {"attention", h.attention.kind},
       {"memory", h.memory.kind},
       {"fusion", h.fusion.kind},
       {"head", head}});
  count("seed", "seed", h.seed);
}

void FactList::parameters(const core::Archive& checkpoint) {
  std::int64_t numbers = 0;
  for (const auto& array : checkpoint.arrays) {
    if (array.name.find('/') == std::string::npos) numbers += static_cast<std::int64_t>(array.values.size());
  }
  count("parameters", "parameters", numbers);
}

}  // namespace qarium::exchange
