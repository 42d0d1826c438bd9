// audio.cpp - sleeps until a block is due, mixes it, looks how late it is
// SPDX-License-Identifier: MIT
#include "audio.hpp"

namespace demo {

using namespace weft;

void Audio::play(Counter& closing) {
    Worker::current()->running()->info->name = "audio";
    uint64_t due = port::now_ns() + kPeriodNs;
    while (wait_until(closing, due) == Status::timed_out) {
        mix_block();
        const uint64_t late = port::now_ns() - due;
        worst_us_.raise_to(late / 1000);
        for (uint64_t missed = late; missed > kPeriodNs; missed -= kPeriodNs) {
            missed_.add(1);
            blocks_.add(1);
            due += kPeriodNs;
        }
        blocks_.add(1);
        due += kPeriodNs;
    }
}

// Four triangle waves.
void Audio::mix_block() {
    TraceZone zone("audio block");
    constexpr uint32_t kSteps[] = {0x0251a1e4, 0x02ea9f4c, 0x037a4d2c, 0x04a343c8};
    for (int16_t& sample : samples_) {
        int32_t sum = 0;
        for (uint32_t voice = 0; voice < 4; voice++) {
            phases_[voice] += kSteps[voice];
            const int32_t wave = int32_t(phases_[voice]) >> 17;
            sum += wave < 0 ? -wave : wave;
        }
        sample = int16_t(sum / 4 - 8192);
    }
}

}  // namespace demo
