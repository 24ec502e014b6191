#include "widgets/memory_pictures/memory_look.hpp"

#include "widgets/remembered.hpp"

namespace qarium::widgets {
namespace {

using Look = MemoryLook;
constexpr int kMostHeads = 31;
constexpr double kMostPinned = 1e6;
constexpr std::array<std::string_view, 3> kUnitOrders{"number", "activation", "change"};
constexpr std::array<std::string_view, 2> kKeptOrders{"weight", "age"};

constexpr std::array kMemoryLookRows{
    remember::formerly(remember::number<&Look::read_head>("read_head", 0, kMostHeads), "memory.read_head"),
    remember::formerly(remember::number<&Look::write_head>("write_head", 0, kMostHeads), "memory.write_head"),
    remember::formerly(remember::flag<&Look::chain_writes>("chain_writes"), "memory.chain_writes"),
    remember::formerly(remember::flag<&Look::changes>("changes"), "memory.changes"),
    remember::formerly(remember::choice<&Look::order>("order", kUnitOrders), "memory.order"),
    remember::formerly(remember::choice<&Look::kept_order>("kept_order", kKeptOrders), "memory.kept_order"),
    remember::formerly(remember::number<&Look::pinned_matrix>("pinned_matrix", 0, kMostPinned), "memory.pinned_matrix"),
    remember::formerly(remember::numbers<&Look::pinned>("pinned", 0, kMostPinned), "memory.pinned")};

}  // namespace

constinit const RememberedSection kMemoryLookSection{"memory_pictures", kMemoryLookRows};

}  // namespace qarium::widgets
