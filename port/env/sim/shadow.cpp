// shadow.cpp - sim: finding cells, and whether two accesses race
// SPDX-License-Identifier: MIT
#include "shadow.hpp"

namespace weft::sim {
namespace {

bool races(const Access& earlier, const Access& later, const Clock& happened) {
    if (earlier.core == later.core || (earlier.bytes & later.bytes) == 0) return false;
    if (((earlier.bits | later.bits) & kWrites) == 0) return false;
    if ((earlier.bits & later.bits & kAtomic) != 0) return false;
    return !happened.has(earlier.core, earlier.moment);
}

// Whether the earlier one, which the later is ordered after, tells nothing that the later does not.
bool replaces(const Access& later, const Access& earlier) {
    if ((earlier.bytes & ~later.bytes) != 0) return false;
    const bool as_strong = (later.bits & kWrites) >= (earlier.bits & kWrites);
    const bool as_plain = (later.bits & kAtomic) <= (earlier.bits & kAtomic);
    return as_strong && as_plain;
}

}  // namespace

Shadow::Page*& Shadow::slot_of(uintptr_t number) {
    uint32_t at = uint32_t((number * 0x9e3779b97f4a7c15u) >> 40) & (kSlots - 1);
    while (slots_[at] != nullptr && slots_[at]->number != number)
        at = (at + 1) & (kSlots - 1);
    return slots_[at];
}

Cell& Shadow::cell(uintptr_t address) {
    const uintptr_t number = address >> 12;
    if (latest_ == nullptr || latest_->number != number) {
        Page*& slot = slot_of(number);
        if (slot == nullptr) {
            slot = new Page;
            slot->number = number;
        }
        latest_ = slot;
    }
    Cell& cell = latest_->cells[(address >> 3) & (kCells - 1)];
    if (cell.run != run_) {
        cell = Cell();
        cell.run = run_;
    }
    return cell;
}

void Shadow::forget(uintptr_t start, size_t bytes) {
    for (uintptr_t page = start >> 12; page <= (start + bytes - 1) >> 12; page++) {
        Page* const there = slot_of(page);
        if (there == nullptr) continue;
        for (uint32_t i = 0; i < kCells; i++) {
            const uintptr_t address = (page << 12) + i * 8;
            if (address >= start && address < start + bytes) there->cells[i].run = 0;
        }
    }
}

const Access* Shadow::enter(Cell& cell, const Access& access, const Clock& happened) {
    const Access* raced = nullptr;
    Access* room = nullptr;
    for (Access& earlier : cell.accesses) {
        if (earlier.moment == 0) {
            if (room == nullptr) room = &earlier;
            break;
        }
        if (races(earlier, access, happened)) raced = &earlier;
        const bool ordered = happened.has(earlier.core, earlier.moment);
        if (room == nullptr && ordered && replaces(access, earlier)) room = &earlier;
    }
    if (raced != nullptr) return raced;
    if (room == nullptr) room = &cell.accesses[access.moment % Cell::kAccesses];
    *room = access;
    return nullptr;
}

}  // namespace weft::sim
