// test_names.cpp - names get numbers, and keep them
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/trace/names.hpp>

using namespace weft;

namespace {

TEST(a_name_keeps_its_number_and_others_get_their_own) {
    static const char kTexts[kTraceNames] = {};
    TraceNames names;
    bool taken[kTraceNames] = {};
    for (uint32_t i = 0; i + 1 < kTraceNames; i++) {
        const uint32_t number = names.number_of(kTexts + i);
        EXPECT(number < TraceNames::kOther && !taken[number]);
        taken[number] = true;
        EXPECT_EQ(names.number_of(kTexts + i), number);
        EXPECT(names.name_of(number) == kTexts + i);
    }
    EXPECT_EQ(names.number_of(kTexts + kTraceNames - 1), TraceNames::kOther);
    EXPECT(names.name_of(TraceNames::kOther) == nullptr);
}

}  // namespace
