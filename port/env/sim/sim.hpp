// sim.hpp - sim: what a scenario may ask of the simulated machine beyond the port's contract
// SPDX-License-Identifier: MIT
//
// Freestanding, as the code that includes it. A scenario runs on core 0; what it starts on others,
// by the port's start_core(), it joins before it ends.
#pragma once
#include <stdint.h>

namespace weft::port {
enum class Room : uint8_t;
}

namespace weft::sim {

// Ends the run: something does not hold.
[[noreturn]] void fail(const char* file, uint32_t line, const char* what);

// The virtual core that runs this.
uint32_t core();

// A choice of the scenario's own: below `options`.
uint32_t choose(uint32_t options);

// From now on an interrupt may come at any switch point of `core`, at most so often in a run.
using Handler = void (*)(void* argument);
void on_interrupt(uint32_t core, Handler handler, void* argument, uint32_t most);

// The n-th request from now on, counted from 1, is refused, and no other.
enum class Request : uint8_t { reserve, start_core, prefault };
void refuse(Request what, uint32_t nth);
// What holds jobs, fibers or memory says that it is full: at the n-th request for room of this kind
// from now on, whoever makes it, and at the next ones, so many in all.
void refuse(port::Room room, uint32_t nth, uint32_t times = 1);
// How many of them have been refused so far.
uint32_t refusals(port::Room room);

// now_ns() may jump ahead, by far, at most so often.
void let_clock_jump(uint32_t most);

// Timed machines: so much time passes on this core; nothing elsewhere.
void work(uint64_t ns);
// And whether lines that come from elsewhere, and what thieves take, are counted: not at first.
void count(bool on);

}  // namespace weft::sim

#define SIM_CHECK(condition)                                                 \
    do {                                                                     \
        if (!(condition)) ::weft::sim::fail(__FILE__, __LINE__, #condition); \
    } while (0)
