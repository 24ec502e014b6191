#include "widgets/memory_pictures/memory_look.hpp"

#include "widgets/setting_rows.hpp"

namespace qarium::widgets {
namespace {

using Look = MemoryLook;
constexpr int kMostHeads = 31;
constexpr double kMostPinned = 1e6;
constexpr std::array<std::string_view, 3> kUnitOrders{"number", "activation", "change"};
constexpr std::array<std::string_view, 2> kKeptOrders{"weight", "age"};

constexpr std::array kMemoryLookRows{
    setting::formerly(setting::number<&Look::read_head>("read_head", 0, kMostHeads), "memory.read_head"),
    setting::formerly(setting::number<&Look::write_head>("write_head", 0, kMostHeads), "memory.write_head"),
    setting::formerly(setting::flag<&Look::chain_writes>("chain_writes"), "memory.chain_writes"),
    setting::formerly(setting::flag<&Look::changes>("changes"), "memory.changes"),
    setting::formerly(setting::choice<&Look::order>("order", kUnitOrders), "memory.order"),
    setting::formerly(setting::choice<&Look::kept_order>("kept_order", kKeptOrders), "memory.kept_order"),
    setting::formerly(setting::number<&Look::pinned_matrix>("pinned_matrix", 0, kMostPinned), "memory.pinned_matrix"),
    setting::formerly(setting::numbers<&Look::pinned>("pinned", 0, kMostPinned), "memory.pinned")};

}  // namespace

constinit const SettingSection kMemoryLookSection{"memory_pictures", kMemoryLookRows};

}  // namespace qarium::widgets
