// scenario.hpp - what the simulated machine is to explore: a name, how, and a body
// SPDX-License-Identifier: MIT
//
//     SCENARIO(a_token_given_first_is_not_lost, exhaustive(2)) {
//         static port::Parker parker;          // static: fresh memory is what the body makes of it
//         Others<1> other([](uint32_t) { port::unpark(parker); });
//         SIM_CHECK(port::park(parker, port::kNoDeadline));
//     }
//
// The body runs once for each schedule, from the start, on core 0; it builds all that it uses, so
// that runs do not know of each other. It fails by SIM_CHECK, a panic, a race, or no end.
#pragma once
#include <sim.hpp>
#include <weft/weft.hpp>

namespace sim_tests {

enum class How : uint8_t {
    exhaustive,  // every schedule with so many preemptions at most
    seeds,       // so many runs, random and by priorities in turn
    litmus,      // exhaustive; the body says what was seen (scenario_saw), and all must be
};

struct Plan {
    How how;
    uint32_t amount;    // preemptions, or runs
    uint32_t stale;     // exhaustive: so many loads of a run may read older stores
    uint32_t spurious;  // exhaustive: so many weak swaps may fail for nothing
};

constexpr uint32_t kAll = 255;
constexpr Plan exhaustive(uint32_t preemptions, uint32_t stale = kAll, uint32_t spurious = 0) {
    return {How::exhaustive, preemptions, stale, spurious};
}
constexpr Plan seeds(uint32_t runs) {
    return {How::seeds, runs, kAll, kAll};
}
// `outcomes` is a mask of those that must be seen; no other may be.
constexpr Plan litmus(uint32_t outcomes) {
    return {How::litmus, kAll, outcomes, 0};
}

struct Scenario {
    const char* name;
    Plan plan;
    void (*body)();
};

// Of a litmus run: the number of what came out, below 32.
void saw(uint32_t outcome);

// Runs body(i) for i = 1 ... kCount, each on a core of its own, and joins them at its end.
template <uint32_t kCount, class Body>
class Others {
 public:
    explicit Others(const Body& body) : body_(body) {
        for (uint32_t i = 0; i < kCount; i++) {
            starts_[i] = {this, i + 1};
            SIM_CHECK(weft::port::start_core(i + 1, false, main, &starts_[i]));
        }
    }
    ~Others() {
        for (uint32_t i = 0; i < kCount; i++)
            weft::port::join_core(i + 1);
    }
    Others(const Others&) = delete;
    Others& operator=(const Others&) = delete;

 private:
    struct Start {
        Others* all;
        uint32_t index;
    };
    static void main(void* start) {
        const Start& mine = *static_cast<Start*>(start);
        mine.all->body_(mine.index);
    }

    const Body body_;
    Start starts_[kCount];
};

// Others<kCount>, the body's type found out.
template <uint32_t kCount, class Body>
Others<kCount, Body> on_others(const Body& body) {
    return Others<kCount, Body>(body);
}

}  // namespace sim_tests

#define SCENARIO(name, plan)                                                                      \
    static void scenario_##name();                                                                \
    static const sim_tests::Scenario about_##name = {#name, sim_tests::plan, &scenario_##name};   \
    __attribute__((section("weft_scenarios"),                                                     \
                   used)) static const sim_tests::Scenario* const pointer_##name = &about_##name; \
    static void scenario_##name()
