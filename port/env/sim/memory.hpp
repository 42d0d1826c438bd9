// memory.hpp - sim: what atomics may read: a history of stores for each location
// SPDX-License-Identifier: MIT
//
//   location:  ... | store | store | store | newest       positions: the modification order, which
//                      ^ oldest that this core may read    is the order of execution
//
// A load may read any store from the newest one that it must know of on: one that happens before
// it, that this core or one whose doings it knows has seen (coherence), or that a sequentially
// consistent fence has made visible. Which one is a choice. A read-modify-write reads the newest.
// Release sequences and fences as in C++20.
//
// Bounds, so that what this cannot show is known: the last kHistory stores of a location can be
// read; the modification order is that of execution (no 2+2W), and no load reads a store that is
// yet to be executed (no load buffering). Sequentially consistent accesses are taken for a fence
// and an acquire or release.
#pragma once
#include <stddef.h>
#include <vector>

#include "clock.hpp"
#include "shadow.hpp"

namespace weft::sim {

class Engine;
struct Core;

struct Store {
    uint64_t value = 0;
    View release;                        // what who acquires it learns
    uint32_t first_seen[kTracked] = {};  // by each core's clock; 0: not yet
};

struct Location {
    static constexpr uint32_t kHistory = 6;

    uintptr_t address = 0;
    uint32_t bytes = 0;
    uint32_t name = 0;    // by order of first use
    uint32_t newest = 0;  // position
    uint32_t oldest = 0;
    Store history[kHistory];

    Store& at(uint32_t position) { return history[position % kHistory]; }
    // The oldest position that a core of this knowledge may read.
    uint32_t floor(const Clock& visible);
};

enum class Change : uint8_t { exchange, add, subtract, bit_and, bit_or, bit_xor };

class Memory {
 public:
    explicit Memory(Engine& engine) : engine_(engine) {}
    void begin_run();

    // Of the running core. `order` is the compiler's.
    uint64_t load(uintptr_t address, uint32_t bytes, int order, uint32_t place);
    void store(uintptr_t address, uint32_t bytes, uint64_t value, int order, uint32_t place);
    uint64_t change(uintptr_t address, uint32_t bytes, Change how, uint64_t value, int order,
                    uint32_t place);
    bool compare_exchange(uintptr_t address, uint32_t bytes, uint64_t& expected, uint64_t desired,
                          int order, int failure_order, bool weak, uint32_t place);
    void fence(int order, uint32_t place);

    // A plain access: only looked at.
    void plain(uintptr_t address, size_t bytes, bool writes, uint32_t place);
    void forget(uintptr_t start, size_t bytes) { shadow_.forget(start, bytes); }

 private:
    Location& location(uintptr_t address, uint32_t bytes);
    Location& touch(uintptr_t address, uint32_t bytes, bool writes, uint32_t place);
    Location& make(Cell& cell, uintptr_t address, uint32_t bytes);
    void enter(uintptr_t address, uint32_t bytes, uint8_t bits, uint32_t place);
    void end_histories(uintptr_t address, uint32_t bytes);
    uint32_t choose_position(Location& at, uint64_t unless, bool any);
    uint64_t read(Location& at, uint32_t position, int order);
    void append(Location& at, uint64_t value, int order, const View* sequence);

    Engine& engine_;
    Shadow shadow_;
    std::vector<Location*> locations_;
    uint32_t used_ = 0;
    View fences_;  // what sequentially consistent fences have seen, all of them
    uint32_t fence_count_ = 0;
};

}  // namespace weft::sim
