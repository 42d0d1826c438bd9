// words.hpp - words, numbers, sizes and CPU lists of a description, line by line
// SPDX-License-Identifier: MIT
//
// A word that does not fit is not taken: who asks can ask for another.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace weft {

struct CpuRange {
    uint32_t first, last;
};

class Words {
 public:
    static constexpr uint64_t kNoNumber = ~uint64_t(0);

    explicit Words(const char* text) : at_(text) {}

    // To the next line that says anything; false at the end of the text.
    bool next_line();
    uint32_t line() const { return line_; }
    bool at_end();  // of the line

    bool skip(const char* word);
    uint64_t number();  // below 2^32; kNoNumber: none here, or larger
    uint64_t size();    // a number with K, M, G or T behind it
    // "0-3,8": one range at a time; false when there is no further one, or none that is right.
    bool next_range(CpuRange* range);
    bool skip_list();  // false: not a list

 private:
    bool at_word_end() const;
    void skip_blanks();
    uint64_t digits();

    const char* at_;
    uint32_t line_ = 0;
    bool begun_ = false;
    bool in_list_ = false;
};

}  // namespace weft
