#pragma once
#include <memory>
#include <typeindex>
#include <unordered_map>

namespace qarium::widgets {

/// One value of each type that is asked for, made on first use, in the same place for as long as the store lives. So a
/// workspace keeps what is its own beside all others', and none of them needs to be known where the store is. Not
/// thread-safe.
class TypedStore {
 public:
  TypedStore() = default;
  TypedStore(TypedStore&&) = default;
  TypedStore& operator=(TypedStore&&) = default;
  TypedStore(const TypedStore&) = delete;
  TypedStore& operator=(const TypedStore&) = delete;
  ~TypedStore() = default;

  template <class Value>
  Value& of() {
    return find<Value>();
  }
  /// A value that was never asked for is the default one.
  template <class Value>
  const Value& of() const {
    return find<Value>();
  }

 private:
  template <class Value>
  Value& find() const {
    auto& place = values_[std::type_index(typeid(Value))];
    if (place == nullptr) place = std::make_shared<Value>();
    return *static_cast<Value*>(place.get());
  }

  mutable std::unordered_map<std::type_index, std::shared_ptr<void>> values_;
};

}  // namespace qarium::widgets
