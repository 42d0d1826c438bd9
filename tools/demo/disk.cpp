// disk.cpp - one request after another, a few milliseconds each
// SPDX-License-Identifier: MIT
#include "disk.hpp"

namespace demo {

using namespace weft;

bool Disk::start(System& system, uint32_t slot, uint32_t seed) {
    system_ = &system;
    slot_ = slot;
    seed_ = seed;
    return port::start_core(slot, false, spin, this);
}

void Disk::stop() {
    // Release: nothing but the wish. Pairs with the acquire in spin().
    stopping_.store_release(1);
    port::unpark(parker_);
    port::join_core(slot_);
}

void Disk::request(uint32_t number, Tile& tile, Counter& done) {
    requests_[number].tile = &tile;
    // Release: the tile's address. Pairs with the acquire in serve_one().
    requests_[number].done.store_release(&done);
    port::unpark(parker_);
}

void Disk::spin(void* disk) {
    Disk& self = *static_cast<Disk*>(disk);
    // Acquire: pairs with the release in stop().
    while (self.stopping_.load_acquire() == 0)
        if (!self.serve_one()) (void)port::park(self.parker_, port::kNoDeadline);
}

// The next that is wanted, after the time that a seek would take.
bool Disk::serve_one() {
    constexpr uint64_t kSeekNs = 1'500'000;
    for (uint32_t looked = 0; looked < kTiles; looked++) {
        const uint32_t number = next_;
        next_ = (next_ + 1) % kTiles;
        Request& wanted = requests_[number];
        // Acquire and release: the tile's address. Pairs with the release in request().
        Counter* const done = wanted.done.exchange_acq_rel(nullptr);
        if (done == nullptr) continue;
        port::Parker nobody;
        (void)port::park(nobody, port::now_ns() + kSeekNs * (1 + mix(seed_, number) % 3));
        *wanted.tile = make_tile(seed_, number);
        system_->decrement_from_interrupt(*done);
        return true;
    }
    return false;
}

}  // namespace demo
