// channel_work.hpp - a producer and a consumer, and a bounded channel between them
// SPDX-License-Identifier: MIT
//
// A policy P offers with_workers and Jobs as in spawn_work.hpp, and
//
//   P::Channel channel; channel.push(v);   blocks while kRoom values are in it
//   channel.pop()                          blocks while there is none
//
// A value is the number of a block of words, which one writes and the other adds up.
#pragma once
#include "bench.hpp"

namespace bench {

constexpr uint32_t kRoom = 16, kBlockWords = 256, kBlocks = 1'000;

using Blocks = uint32_t[kRoom * 2][kBlockWords];
Blocks& the_blocks();

inline void write_block(uint32_t number) {
    for (uint32_t& word : the_blocks()[number % (kRoom * 2)])
        word = number;
}
inline uint64_t add_block(uint32_t number) {
    uint64_t sum = 0;
    for (const uint32_t word : the_blocks()[number % (kRoom * 2)])
        sum += word;
    return sum;
}

constexpr uint64_t kSumOfBlocks = uint64_t(kBlocks) * (kBlocks - 1) / 2 * kBlockWords;

template <class P>
void produce_and_consume() {
    typename P::Channel channel;
    typename P::Jobs jobs;
    uint64_t sum = 0;
    jobs.spawn([&channel, &sum] {
        for (uint32_t i = 0; i < kBlocks; i++)
            sum += add_block(channel.pop());
    });
    for (uint32_t i = 0; i < kBlocks; i++) {
        write_block(i);
        channel.push(i);
    }
    jobs.wait();
    must(sum == kSumOfBlocks);
}

template <class P, uint32_t kWorkers>
uint64_t channelled(uint64_t count) {
    uint64_t ns = 0;
    P::with_workers(kWorkers, [&ns, count] {
        produce_and_consume<P>();
        const Stopwatch watch;
        for (uint64_t i = 0; i < count; i++)
            produce_and_consume<P>();
        ns = watch.ns();
    });
    return ns;
}

}  // namespace bench
