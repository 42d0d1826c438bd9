// audio.hpp - a deadline job: 128 samples every 2.7 ms, whatever else goes on
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/weft.hpp>

namespace demo {

class Audio {
 public:
    static constexpr uint32_t kSamples = 128;
    static constexpr uint64_t kPeriodNs = 2'666'667;  // of 128 samples at 48 kHz

    // A job of high priority, until `closing` is complete.
    void play(weft::Counter& closing);

    // Any core: blocks that were due; those that came after the next was due; the worst delay from
    // when a block was due to when it was there.
    uint32_t blocks() const { return blocks_.value32(); }
    uint32_t missed() const { return missed_.value32(); }
    uint32_t worst_us() const { return worst_us_.value32(); }

 private:
    void mix_block();

    int16_t samples_[kSamples] = {};
    uint32_t phases_[4] = {};
    weft::OwnerCounter blocks_, missed_, worst_us_;
};

}  // namespace demo
