// words.cpp - a scanner without tables, divisions or wide multiplications
// SPDX-License-Identifier: MIT
#include <weft/topology/words.hpp>

namespace weft {
namespace {

constexpr uint32_t kMostToGoOn = (~uint32_t(0) - 9) / 10;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool ends_line(char c) {
    return c == 0 || c == '\n' || c == '#';
}
bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

// By shifts that the compiler knows: wide shifts by variables are library calls on small cores, as
// are wide multiplications, which is why digits() is narrow.
bool scale(char suffix, uint64_t* value) {
    unsigned steps = 0;
    for (const char* known = "KMGT"; known[steps] != suffix; steps++)
        if (known[steps] == 0) return false;
    for (unsigned i = 0; i <= steps; i++) {
        if (*value >> 53 != 0) return false;
        *value <<= 10;
    }
    return true;
}

}  // namespace

void Words::skip_blanks() {
    while (is_blank(*at_))
        at_++;
}

bool Words::at_word_end() const {
    return ends_line(*at_) || is_blank(*at_);
}

bool Words::at_end() {
    skip_blanks();
    return ends_line(*at_);
}

bool Words::next_line() {
    for (; !begun_ || *at_ != 0; begun_ = true) {
        if (begun_) {
            while (*at_ != 0 && *at_ != '\n')
                at_++;
            if (*at_ == 0) return false;
            at_++;
        }
        line_++;
        if (!at_end()) return begun_ = true;
    }
    return false;
}

bool Words::skip(const char* word) {
    skip_blanks();
    const char* const start = at_;
    while (*word != 0 && *at_ == *word) {
        at_++;
        word++;
    }
    if (*word == 0 && at_word_end()) return true;
    at_ = start;
    return false;
}

uint64_t Words::digits() {
    if (!is_digit(*at_)) return kNoNumber;
    uint32_t value = 0;
    for (; is_digit(*at_); at_++) {
        if (value > kMostToGoOn) return kNoNumber;
        value = value * 10 + uint32_t(*at_ - '0');
    }
    return value;
}

uint64_t Words::number() {
    skip_blanks();
    const uint64_t value = digits();
    return at_word_end() ? value : kNoNumber;
}

uint64_t Words::size() {
    skip_blanks();
    uint64_t value = digits();
    if (value == kNoNumber || at_word_end()) return value;
    if (!scale(*at_, &value)) return kNoNumber;
    at_++;
    return at_word_end() ? value : kNoNumber;
}

bool Words::next_range(CpuRange* range) {
    if (in_list_ && *at_ != ',') return false;
    if (in_list_)
        at_++;
    else
        skip_blanks();
    in_list_ = true;
    const uint64_t first = digits();
    uint64_t last = first;
    if (first != kNoNumber && *at_ == '-') {
        at_++;
        last = digits();
    }
    if (first == kNoNumber || last == kNoNumber || last < first || last > 0xFFFFFFFE) return false;
    *range = {uint32_t(first), uint32_t(last)};
    return true;
}

bool Words::skip_list() {
    bool any = false;
    CpuRange range;
    while (next_range(&range))
        any = true;
    in_list_ = false;
    return any && at_word_end();
}

}  // namespace weft
