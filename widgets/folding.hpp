#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "widgets/context.hpp"

namespace qarium::widgets {

/// Which panels show their heads alone, and how high the others would like to be. Panels go by "workspace.title", with
/// the first of the titles that their workspace lists.
struct PanelFolds {
  std::set<std::string, std::less<>> folded;          ///< by the user; kept in the settings file
  std::vector<std::string> opened;                    ///< by the user where there was no room, the last at the end
  std::set<std::string, std::less<>> crowded;         ///< for want of room in this frame
  std::map<std::string, float, std::less<>> comfort;  ///< height at scale 1 in which nothing of it scrolls
};

struct SettingSection;
extern const SettingSection kFoldsSection;

/// Of the workspace that is shown. A panel that is presented is not folded.
bool is_folded(const PanelContext& context, std::string_view title);
/// As the user wants it, whatever the room.
void fold(const PanelContext& context, std::string_view title, bool folds);

/// When the user opened the panel, which had folded for want of room, in order; 0: never. Others make room first.
std::size_t opened_at(const PanelContext& context, std::string_view title);
void fold_for_room(const PanelContext& context, std::string_view title, bool folds);
/// No panel is folded for want of room any more.
void unfold_for_room(const PanelContext& context);

/// What the panel was last noted to need, at scale 1; 0 where nothing is known.
float comfort_of(const PanelContext& context, std::string_view title);
/// Notes the height, in pixels, in which nothing of the panel would scroll.
void note_comfort(const PanelContext& context, std::string_view title, float height);

}  // namespace qarium::widgets
