// rules.cpp - what a broken rule says; linked only where somebody asks
// SPDX-License-Identifier: MIT
#include <weft/config/rules.hpp>

namespace weft {

const char* rule_text(ConfigRule rule) {
    switch (rule) {
#define WEFT_RULE_TEXT(name, condition, text) \
    case ConfigRule::name: return text;
        WEFT_CONFIG_RULES(WEFT_RULE_TEXT)
#undef WEFT_RULE_TEXT
        case ConfigRule::none: return "every rule holds";
    }
    return "not a rule";
}

}  // namespace weft
