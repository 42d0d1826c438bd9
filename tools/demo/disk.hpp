// disk.hpp - a slow device: takes requests from jobs, and completes their counters much later
// SPDX-License-Identifier: MIT
//
// A thread that is no worker plays it, so that its completions come from outside, as a driver's do
// from an interrupt. Jobs call request() and wait for the counter; no worker waits with them.
#pragma once
#include "scene.hpp"

#include <weft/weft.hpp>

namespace demo {

class Disk {
 public:
    // False: the machine gives no thread. `slot` is none of the workers'.
    bool start(weft::System& system, uint32_t slot, uint32_t seed);
    // Once no request is open.
    void stop();

    // Any job: `done` becomes complete when the tile is there.
    void request(uint32_t number, Tile& tile, weft::Counter& done);

 private:
    struct Request {
        Tile* tile;
        weft::Atomic<weft::Counter*> done;  // null: nothing is wanted
    };

    static void spin(void* disk);
    bool serve_one();

    Request requests_[kTiles] = {};
    weft::System* system_ = nullptr;
    weft::port::Parker parker_;
    weft::Atomic<uint32_t> stopping_;
    uint32_t slot_ = 0, seed_ = 0, next_ = 0;
};

}  // namespace demo
