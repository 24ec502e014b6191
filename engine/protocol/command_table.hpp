#pragma once
#include <string_view>
#include <tuple>
#include <variant>

#include "engine/protocol/commands.hpp"

namespace qarium::protocol {

/// Whether a command changes what is learned: those that do are applied again when a journal is replayed. The others
/// say when to tick, which the recorded ticks say themselves, or write files.
enum class Learning { Unchanged, Changed };
/// Whether a command stands in the journal.
enum class Journaled { No, Yes };

/// A member of a command, by the name that it has in the journal.
template <class Command, class Member>
struct CommandField {
  std::string_view name;
  Member Command::* member;
};
template <class Command, class Member>
CommandField(std::string_view, Member Command::*) -> CommandField<Command, Member>;

/// One row: what a command is called, whether it changes learning and is journaled, and its members.
template <class Command, class... Fields>
struct CommandRow {
  using Type = Command;
  std::string_view name;
  Learning learning;
  Journaled journaled;
  std::tuple<Fields...> fields;
};
template <class Command, class... Fields>
constexpr CommandRow<Command, Fields...> command_row(std::string_view name, Learning learning, Journaled journaled,
                                                     Fields... fields) {
  return {name, learning, journaled, {fields...}};
}

/// The only description of the commands to the trainer.
inline constexpr std::tuple kTrainerCommands{
    command_row<Run>("run", Learning::Unchanged, Journaled::Yes),
    command_row<Pause>("pause", Learning::Unchanged, Journaled::Yes),
    command_row<Step>("step", Learning::Unchanged, Journaled::Yes, CommandField{"unit", &Step::unit},
                      CommandField{"n", &Step::n}),
    command_row<Reset>("reset", Learning::Changed, Journaled::Yes, CommandField{"seed", &Reset::seed}),
    command_row<Configure>("configure", Learning::Changed, Journaled::Yes,
                           CommandField{"configuration", &Configure::hyperparameters}),
    command_row<Set>("set", Learning::Changed, Journaled::Yes, CommandField{"name", &Set::name},
                     CommandField{"value", &Set::value}),
    command_row<StopAt>("stop_at", Learning::Changed, Journaled::Yes, CommandField{"stop", &StopAt::environment_steps}),
    command_row<RecycleDormant>("recycle_dormant", Learning::Changed, Journaled::Yes),
    command_row<Save>("save", Learning::Unchanged, Journaled::No),
    command_row<RecordTensorboard>("record_tensorboard", Learning::Unchanged, Journaled::No,
                                   CommandField{"on", &RecordTensorboard::on}),
    command_row<Load>("load", Learning::Changed, Journaled::Yes, CommandField{"run", &Load::run},
                      CommandField{"checkpoint", &Load::checkpoint}),
    command_row<LoadTrained>("load_trained", Learning::Changed, Journaled::Yes,
                             CommandField{"preset", &LoadTrained::preset}),
    // The journal of the run that is left ends there; the other's goes on.
    command_row<OpenRun>("open_run", Learning::Unchanged, Journaled::No, CommandField{"run", &OpenRun::run},
                         CommandField{"learn", &OpenRun::learn}),
};

namespace detail {

template <class Command, class... Rows>
constexpr int rows_of(const std::tuple<Rows...>& /*table*/) {
  return (static_cast<int>(std::is_same_v<Command, typename Rows::Type>) + ... + 0);
}

template <class... Rows>
constexpr bool what_changes_is_journaled(const std::tuple<Rows...>& table) {
  return std::apply(
      [](const auto&... rows) {
        return ((rows.learning == Learning::Unchanged || rows.journaled == Journaled::Yes) && ...);
      },
      table);
}

template <class... Commands>
constexpr bool each_has_one_row(const std::variant<Commands...>* /*all*/) {
  return ((rows_of<Commands>(kTrainerCommands) == 1) && ...);
}

}  // namespace detail

static_assert(detail::each_has_one_row(static_cast<const TrainerCommand*>(nullptr)),
              "every command to the trainer needs one row in kTrainerCommands");
static_assert(detail::what_changes_is_journaled(kTrainerCommands),
              "a command that changes learning must stand in the journal");

/// Calls f(row) for the row of this command.
template <class Command, class F>
constexpr void with_row(F&& f) {
  std::apply(
      [&](const auto&... rows) {
        const auto try_row = [&](const auto& row) {
          if constexpr (std::is_same_v<Command, typename std::decay_t<decltype(row)>::Type>) f(row);
        };
        (try_row(rows), ...);
      },
      kTrainerCommands);
}

/// Whether commands of this type change learning.
template <class Command>
constexpr Learning learning_of() {
  auto learning = Learning::Unchanged;
  with_row<Command>([&](const auto& row) { learning = row.learning; });
  return learning;
}

/// What `column` makes of the row of this command.
template <class Column>
Column column_of(const TrainerCommand& command, Column (*column)(Learning, Journaled)) {
  return std::visit(
      [&](const auto& its) {
        Column value{};
        with_row<std::decay_t<decltype(its)>>([&](const auto& row) { value = column(row.learning, row.journaled); });
        return value;
      },
      command);
}

inline bool changes_learning(const TrainerCommand& command) {
  return column_of<Learning>(command, [](Learning learning, Journaled) { return learning; }) == Learning::Changed;
}
inline bool journaled(const TrainerCommand& command) {
  return column_of<Journaled>(command, [](Learning, Journaled journaled) { return journaled; }) == Journaled::Yes;
}

}  // namespace qarium::protocol
