#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "widgets/context.hpp"

namespace qarium::widgets {

/// Which panels show their heads alone, and how high the others would like to be. Panels go by "workspace.title", with
/// the first of the titles that their workspace lists.
struct PanelFolds {
  std::set<std::string, std::less<>> folded;          ///< kept in the settings file
  std::map<std::string, float, std::less<>> comfort;  ///< height at scale 1 in which nothing of it scrolls
};

struct SettingSection;
extern const SettingSection kFoldsSection;

/// Of the workspace that is shown. A panel that is presented is not folded.
bool is_folded(const PanelContext& context, std::string_view title);
void fold(const PanelContext& context, std::string_view title, bool folds);

/// What the panel was last noted to need, at scale 1; 0 where nothing is known.
float comfort_of(const PanelContext& context, std::string_view title);
/// Notes the height, in pixels, in which nothing of the panel would scroll.
void note_comfort(const PanelContext& context, std::string_view title, float height);

}  // namespace qarium::widgets
