// unit.cpp - runs the tests in a shuffled order and reports in TAP
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/base/require.hpp>

extern "C" const unit::TestCase* const __start_weft_tests[];
extern "C" const unit::TestCase* const __stop_weft_tests[];

namespace unit {
namespace {

using weft::Text;

constexpr uint32_t kMaxTests = kRamBytes < 1024 * 1024 ? 64 : 1024;
uint16_t order[kMaxTests];
bool test_failed;
const char* skipped_for;

uint32_t test_count() {
    return uint32_t(__stop_weft_tests - __start_weft_tests);
}

bool contains(const char* text, const char* part) {
    for (; *text != 0; text++) {
        size_t i = 0;
        while (part[i] != 0 && text[i] == part[i])
            i++;
        if (part[i] == 0) return true;
    }
    return *part == 0;
}

void shuffle(uint32_t count, uint32_t seed) {
    Random random(seed);
    for (uint32_t i = 0; i < count; i++)
        order[i] = uint16_t(i);
    for (uint32_t i = count; i > 1; i--) {
        const uint32_t other = random.below(i);
        const uint16_t swapped = order[i - 1];
        order[i - 1] = order[other];
        order[other] = swapped;
    }
}

struct Sums {
    uint32_t passed = 0, failed = 0, skipped = 0;
    uint32_t all() const { return passed + failed + skipped; }
};

void run(const TestCase& test, Sums& sums) {
    test_failed = false;
    skipped_for = nullptr;
    test.run();
    Text<160> line;
    line.add(test_failed ? "not ok " : "ok ").add_number(sums.all() + 1).add(" - ").add(test.name);
    if (skipped_for != nullptr) line.add(" # SKIP ").add(skipped_for);
    line.add("\n").print();
    (test_failed ? sums.failed : skipped_for != nullptr ? sums.skipped : sums.passed)++;
}

void report(const Sums& sums) {
    Text<80> line;
    line.add("1..").add_number(sums.all()).add("\n");
    if (sums.skipped != 0) line.add("# skipped ").add_number(sums.skipped).add("\n");
    line.add("# ").add_number(sums.passed).add(" passed, ");
    line.add_number(sums.failed).add(" failed\n").print();
}

uint32_t number_in(const char* text) {
    uint32_t value = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + uint32_t(*text - '0');
    return value;
}

}  // namespace

void fail_at(const char* file, uint32_t line, const char* what) {
    test_failed = true;
    Text<240> text;
    text.add("# ").add(file).add(":").add_number(line).add(": ").add(what).add("\n").print();
}

void skip(const char* reason) {
    skipped_for = reason;
}

void fail_values(const char* file, uint32_t line, const char* what, uint64_t a, uint64_t b) {
    Text<240> text;
    text.add(what).add(": ").add_number(a).add(" and ").add_number(b);
    fail_at(file, line, text.c_str());
}

// What is asked for by parts of names; without a part, everything.
struct Parts {
    const char* const* part;
    int count;

    bool in(const char* name) const {
        for (int i = 0; i < count; i++)
            if (contains(name, part[i])) return true;
        return count == 0;
    }
};

int run_all(uint32_t seed, const Parts& parts) {
    const uint32_t count = test_count();
    if (count > kMaxTests) weft::fail(0, __LINE__, __FILE__, "more tests than kMaxTests");
    Text<80> line;
    line.add("TAP version 13\n# seed ").add_number(seed).add("\n").print();
    shuffle(count, seed);
    Sums sums;
    for (uint32_t i = 0; i < count; i++) {
        const TestCase& test = *__start_weft_tests[order[i]];
        if (!parts.in(test.name)) continue;
        run(test, sums);
    }
    report(sums);
    return sums.failed == 0 && sums.passed > 0 ? 0 : 1;
}

}  // namespace unit

// suite [SEED] [part of a name ...]: a seed of 0 or none draws one; a test runs if one part is in
// its name. In C, because a freestanding clang mangles main like any other function.
extern "C" int main(int argc, char** argv) {
    uint32_t seed = argc > 1 ? unit::number_in(argv[1]) : 0;
    if (seed == 0) seed = uint32_t(weft::port::cycle_count()) | 1;
    const int named = argc > 2 ? argc - 2 : 0;
    return unit::run_all(seed, {argv + argc - named, named});
}
