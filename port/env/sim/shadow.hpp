// shadow.hpp - sim: who touched which byte last, so that unordered accesses are found
// SPDX-License-Identifier: MIT
//
//   address -> page of cells -> cell of 8 bytes: the last accesses, and the atomics that lie here
//
// Cells outlive a run: each says which run wrote it, so a new run begins with one addition.
// Invariant: a cell keeps, of each core, the latest access of each sort; of more than kAccesses,
// those that the newest access is ordered after go first. So a race between two of the last few
// accesses to a byte is always seen, an older one perhaps not.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "clock.hpp"

namespace weft::sim {

enum AccessBits : uint8_t { kWrites = 1, kAtomic = 2 };

struct Access {
    uint32_t moment = 0;  // of its core's clock; 0: none
    uint32_t place = 0;   // in the program
    uint8_t core = 0;
    uint8_t bytes = 0;  // one bit a byte of the cell
    uint8_t bits = 0;   // AccessBits
};

struct Cell {
    static constexpr uint32_t kAccesses = 7;

    uint32_t run = 0;
    uint32_t location[2] = {};  // atomics at its two halves, counted from 1
    Access accesses[kAccesses];
};

class Shadow {
 public:
    void begin_run() { run_++; }
    // The cell of an address, fresh if this run has not seen it yet.
    Cell& cell(uintptr_t address);
    // Memory whose contents were given back: whoever used it before is forgotten.
    void forget(uintptr_t start, size_t bytes);

    // Enters the access; the earlier one that it races with, or null.
    static const Access* enter(Cell& cell, const Access& access, const Clock& happened);

 private:
    static constexpr uint32_t kCells = 512;  // a page of 4 KiB
    static constexpr uint32_t kSlots = 1u << 16;

    struct Page {
        uintptr_t number = 0;
        Cell cells[kCells];
    };

    Page*& slot_of(uintptr_t number);

    uint32_t run_ = 0;
    Page* latest_ = nullptr;
    Page* slots_[kSlots] = {};
};

}  // namespace weft::sim
