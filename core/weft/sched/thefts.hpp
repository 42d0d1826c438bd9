// thefts.hpp - whether stealing pays: who took less work than the theft cost rests for a while
// SPDX-License-Identifier: MIT
//
//   theft            loot, run                             next look at others
//   |--- cost ---|------ worth -------|  worth < 2 cost: |--- rest: cost, doubled each time ---|
//
// A theft costs the victim about what it costs the thief: lines that go there and back. Of jobs of
// some nanoseconds the victim runs more in that time than a thief takes away, so who took such jobs
// twice in a row leaves others alone, longer each time, up to 32 thefts' time. One that paid ends
// that. Work that has become large meanwhile waits for the end of a rest, some microseconds.
//
// Costs are measured by the port's cycle counter; where there is none, nobody rests. Its low half
// is enough: a difference that wrapped costs a needless rest. Who may call: the worker.
#pragma once
#include <port.hpp>

namespace weft {

class Thefts {
 public:
    static constexpr uint32_t kInterrupted = 4096;  // ticks, from which on it was more than a theft

    static uint32_t now() { return uint32_t(port::cycle_count()); }
    // A theft that took something, and began at `from`.
    void took(uint32_t from) {
        end_ = now();
        cost_ = end_ - from;
    }
    // Whether it is too early to look at others: asked when all that was taken has been run.
    bool rests() {
        if (cost_ == 0 && rest_ == 0) return false;
        const uint32_t at = now();
        if (cost_ != 0) judge(at);
        if (at - end_ >= rest_) rest_ = 0;
        return rest_ != 0;
    }
    bool resting() const { return rest_ != 0; }

 private:
    static constexpr unsigned kMostInVain = 6;

    void judge(uint32_t at) {
        const bool paid = at - end_ >= 2 * cost_ || cost_ >= kInterrupted;
        in_vain_ = paid ? 0 : in_vain_ < kMostInVain ? in_vain_ + 1 : in_vain_;
        rest_ = in_vain_ > 1 ? cost_ << (in_vain_ - 1) : 0;
        end_ = at;
        cost_ = 0;
    }

    uint32_t end_ = 0;   // of the last theft; once it is judged, where the rest begins
    uint32_t cost_ = 0;  // of the last theft, until it is judged
    uint32_t rest_ = 0;
    unsigned in_vain_ = 0;
};

}  // namespace weft
