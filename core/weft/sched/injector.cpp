// injector.cpp - claiming a cell, then filling or emptying it
// SPDX-License-Identifier: MIT
#include <weft/base/bits.hpp>
#include <weft/sched/injector.hpp>

namespace weft {

void Injector::init(Span<Cell> cells) {
    WEFT_REQUIRE(is_power_of_two(cells.size()) && cells.size() >= 2);
    cells_ = cells.data();
    mask_ = uint32_t(cells.size() - 1);
    // Relaxed: whoever learns of this injector does so by a release of the caller's.
    claimed_.store_relaxed(0);
    // Relaxed: as above.
    taken_.store_relaxed(0);
    for (uint32_t i = 0; i <= mask_; i++) {
        construct_at<Cell>(cells_ + i);
        // Relaxed: as above.
        cells_[i].turn.store_relaxed(i);
    }
}

bool Injector::push(const Job& job) {
    if (port::tool_refuses(port::Room::injector)) return false;
    // Relaxed: the swap decides.
    uint32_t at = claimed_.load_relaxed();
    for (;;) {
        Cell& cell = cells_[at & mask_];
        // Acquire: its last taker is done with it. Pairs with the release in pop().
        const int32_t late = int32_t(cell.turn.load_acquire() - at);
        if (late < 0) return false;
        // Relaxed: the cell's turn carries the data. A refused swap says where the others are.
        if (late == 0 && claimed_.cas_weak_relaxed(at, at + 1)) {
            copy_job(cell.job, job);
            // Release: publishes the job. Pairs with the acquire in pop().
            cell.turn.store_release(at + 1);
            return true;
        }
        // Relaxed: others have been here.
        if (late > 0) at = claimed_.load_relaxed();
    }
}

bool Injector::pop(Job* job) {
    // Relaxed: the swap decides.
    uint32_t at = taken_.load_relaxed();
    for (;;) {
        Cell& cell = cells_[at & mask_];
        // Acquire: the job is there. Pairs with the release in push().
        const int32_t late = int32_t(cell.turn.load_acquire() - (at + 1));
        if (late < 0) return false;
        // Relaxed: the cell's turn carries the data.
        if (late == 0 && taken_.cas_weak_relaxed(at, at + 1)) {
            copy_job(*job, cell.job);
            // Release: the cell may be filled again. Pairs with the acquire in push().
            cell.turn.store_release(at + mask_ + 1);
            return true;
        }
        // Relaxed: others have been here.
        if (late > 0) at = taken_.load_relaxed();
    }
}

}  // namespace weft
