#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "engine/config/hyperparameters.hpp"
#include "engine/core/archive.hpp"
#include "engine/exchange/description.hpp"

namespace qarium::exchange {

/// Adds facts to a description, in words and as JSON.
class FactList {
 public:
  explicit FactList(Description& description) : description_(description) {}

  void add(std::string key, std::string label, std::string words, const nlohmann::json& value);
  void text(std::string key, std::string label, const std::string& words) {
    add(std::move(key), std::move(label), words, words);
  }
  void count(std::string key, std::string label, std::int64_t value);
  void number(std::string key, std::string label, double value);
  void seconds(double value);
  void bytes(std::string key, std::string label, std::uintmax_t value);

  /// Environment, algorithm, stages.
  void experiment(const config::Hyperparameters& hyperparameters);
  /// Numbers of the policy's weights.
  void parameters(const core::Archive& checkpoint);

 private:
  Description& description_;
};

/// "12,345"
std::string grouped(std::int64_t number);
/// "1.2 MB"
std::string size_in_words(std::uintmax_t bytes);
/// "2 h 3 min", "2 min 3 s", "3.2 s"
std::string time_in_words(double seconds);

}  // namespace qarium::exchange
