// cpu_mask.hpp - a set of CPU numbers in words that the caller hands in: no limit but theirs
// SPDX-License-Identifier: MIT
//
// Numbers beyond the words are not in the set, and cannot be put there: add() says so.
#pragma once
#include <weft/base/bytes.hpp>

namespace weft {

class CpuMask {
 public:
    CpuMask() = default;
    // The words are the caller's, and stay.
    explicit CpuMask(Span<uint32_t> words) : words_(words) {}

    uint32_t capacity() const { return uint32_t(words_.size() * 32); }
    bool has(uint32_t cpu) const {
        return cpu < capacity() && (words_[cpu / 32] >> (cpu % 32) & 1) != 0;
    }
    bool add(uint32_t cpu) {
        if (cpu >= capacity()) return false;
        words_[cpu / 32] |= uint32_t(1) << (cpu % 32);
        return true;
    }
    void remove(uint32_t cpu) {
        if (cpu < capacity()) words_[cpu / 32] &= ~(uint32_t(1) << (cpu % 32));
    }
    void clear() {
        for (uint32_t& word : words_)
            word = 0;
    }
    uint32_t count() const {
        uint32_t count = 0;
        for (uint32_t word : words_)
            for (; word != 0; word &= word - 1)
                count++;
        return count;
    }

    static constexpr uint32_t kEnd = ~uint32_t(0);
    // The lowest number that is `from` or above, kEnd when there is none: segments without any are
    // passed at a step.
    uint32_t next(uint32_t from) const {
        for (uint32_t cpu = from; cpu < capacity(); cpu++) {
            if (cpu % 32 == 0 && words_[cpu / 32] == 0)
                cpu += 31;
            else if (has(cpu))
                return cpu;
        }
        return kEnd;
    }

 private:
    Span<uint32_t> words_;
};

// With room of its own.
template <size_t kCpus>
class CpuSet : public CpuMask {
 public:
    CpuSet() : CpuMask(Span<uint32_t>(bits_)) {}
    CpuSet(const CpuSet&) = delete;
    CpuSet& operator=(const CpuSet&) = delete;

 private:
    uint32_t bits_[(kCpus + 31) / 32] = {};
};

}  // namespace weft
