// topology_rules.cpp - what a broken rule says; linked only where somebody asks
// SPDX-License-Identifier: MIT
#include <weft/topology/rules.hpp>

namespace weft {
namespace {

#define WEFT_RULE_TEXT(name, condition, text) text,
const char* const kTexts[] = {WEFT_TOPOLOGY_RULES(WEFT_RULE_TEXT) "every rule holds"};
#undef WEFT_RULE_TEXT
static_assert(sizeof kTexts / sizeof kTexts[0] == size_t(TopologyRule::none) + 1, "a text each");

}  // namespace

const char* rule_text(TopologyRule rule) {
    return rule <= TopologyRule::none ? kTexts[size_t(rule)] : "not a rule";
}

}  // namespace weft
