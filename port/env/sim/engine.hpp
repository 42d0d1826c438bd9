// engine.hpp - sim: virtual cores on one thread, and who of them goes on at each switch point
// SPDX-License-Identifier: MIT
//
//   runner --run()--> core 0's stack: the scenario --start_core--> other cores' stacks
//     ^                       |   point(): before each atomic access and port call
//     '---- end, failure -----'            a choice; then perhaps a switch to another core's stack
//
// A core is a place to stand: a context of the arch's own switch. Whatever fiber runs on it when
// it is left is where it stands; the fibers' own switches go by unseen, but for the hooks. Plain
// accesses are no switch points: where they matter, they race, and that is an error.
//
// A core that spins (cpu_relax) can go on once another core has written something, or if nobody
// else can; from then on it reads the newest stores, until it writes. So every spin ends, and a
// run in which all wait for nothing is found.
#pragma once
#include <port.hpp>
#include <string>
#include <vector>

#include "choices.hpp"
#include "memory.hpp"
#include "sim.hpp"
#include "timed.hpp"

namespace weft::sim {

enum class CoreState : uint8_t { absent, ready, spinning, parked, joining, over };

struct Core {
    port::Context context;
    uint32_t index = 0;
    CoreState state = CoreState::absent;
    bool fresh = false;  // reads the newest stores only
    bool fired = false;  // its deadline has come
    bool in_handler = false;
    uint32_t masked = 0;
    uint32_t graces = 0;
    uint64_t spun_at = 0;  // writes of others that it has waited for
    void* worker = nullptr;
    port::Parker* parker = nullptr;
    uint64_t deadline = 0;
    uint32_t joins = 0;
    port::CoreEntry entry = nullptr;
    void* argument = nullptr;
    Handler handler = nullptr;
    void* handler_argument = nullptr;
    uint32_t interrupts_left = 0;
    View handler_view;     // of who set the handler
    uint64_t history = 0;  // a hash of all that it did and saw
    uint64_t time = 0;     // on timed machines
    View view;
    View acquired;  // for an acquire fence
    View released;  // by a release fence

    uint32_t moment() const { return view.happened.at[index]; }
};

enum class EventKind : uint8_t {
    load,
    store,
    change,
    refused,
    fence,
    park,
    wake,
    start,
    join,
    end,
    relax,
    interrupt,
    timeout,
    clock,
    full
};

struct Event {
    EventKind kind;
    int order;
    uint32_t name;      // of a location, or a core
    uint32_t position;  // read or written
    uint32_t newest;
    uint32_t place;
    uint32_t core = 0;
};

// When something is to say that it is full, though it is not.
struct FullTimes {
    uint32_t granted = 0;  // requests until then
    uint32_t left = 0;     // refusals from then on
    uint32_t refused = 0;
};

enum class Ending : uint8_t { passed, failed, abandoned };

struct Outcome {
    Ending ending = Ending::passed;
    std::string what;
    std::string said;  // what the program wrote
    uint32_t steps = 0;
    uint64_t log_hash = 0;
    std::vector<uint8_t> choices;
};

struct Limits {
    uint32_t steps = 200000;
};

using Body = void (*)();

class Engine {
 public:
    Engine() : memory(*this), timed(*this) {}

    // Runs body on core 0 of a fresh machine; every choice is the strategy's.
    Outcome explore(Body body, Strategy& strategy, const Limits& limits);
    // The same on a machine with time instead of choices: the core whose clock is least goes on.
    Outcome time(Body body, const Machine& machine);

    bool exploring() const { return mode_ == Mode::explore; }
    bool timing() const { return mode_ == Mode::timed; }
    bool active() const { return mode_ != Mode::off; }
    Core& here() { return *here_; }
    Core& core(uint32_t index) { return cores_[index]; }
    const std::vector<Event>& events() const { return events_; }
    uint64_t points() const { return points_; }  // of all runs

    // ---- for the environment, on a running core ----
    void point();
    void tick();
    void wrote() {
        writes_++;
        here_->fresh = false;
    }
    uint32_t choose(ChoiceKind kind, uint32_t options);
    void log(const Event& event, uintptr_t address);
    void relax();
    bool start(uint32_t slot, port::CoreEntry entry, void* argument);
    void join(uint32_t slot);
    bool park(port::Parker& parker, uint64_t deadline);
    void unpark(port::Parker& parker);
    uint64_t now();
    bool refused(Request what);
    bool refused(port::Room room);
    void switch_fibers(void* from, void* to, uint32_t place);
    [[noreturn]] void fail(const std::string& what);
    [[noreturn]] void fail_race(const Access& earlier, const Access& later);
    void say(const char* text, size_t bytes) { outcome_.said.append(text, bytes); }

    Memory memory;
    Timed timed;
    uint32_t refuse_in[3] = {};    // by Request; 0: none
    FullTimes full[port::kRooms];  // by Room
    uint32_t clock_jumps_left = 0;

 private:
    friend class Timed;
    enum class Mode : uint8_t { off, explore, timed };

    Outcome run(Body body);
    void begin(Mode mode);
    void prepare(Core& core);
    static void core_main(port::Context* self, void* pass);
    void go_to(Core& next);
    void block(CoreState state);
    void note_going_on();
    [[noreturn]] void leave();
    void end_core();
    bool can_go_on(const Core& core) const;
    Core& pick();
    void list_options();
    void add_option(uint32_t core) { options_[option_count_++] = uint16_t(core); }
    uint64_t state_hash() const;
    uint32_t ask(const Choice& choice);
    void interrupt();
    uint64_t exchange_token(uintptr_t address, uint64_t value, int order);
    void add_spinner();
    std::string stuck() const;

    Mode mode_ = Mode::off;
    Body body_ = nullptr;
    Strategy* strategy_ = nullptr;
    Limits limits_;
    Core* here_ = nullptr;
    uint32_t core_limit_ = 1;  // cores beyond have not been started
    uint64_t writes_ = 0;
    uint64_t points_ = 0;
    uint64_t clock_ns_ = 0;
    uint32_t option_count_ = 0;
    uint32_t fires_from_ = 0;
    uint16_t options_[2 * kTracked];
    port::Context runner_;
    Outcome outcome_;
    std::vector<Event> events_;
    Core cores_[port::kMaxCores];
};

Engine& engine();

// What lies in the address space of the simulated machine (space.cpp).
unsigned char* stack_of(uint32_t core, size_t* bytes);
void clear_space();
bool all_given_back();

// Text for people (report.cpp).
std::string place_name(uint32_t place);
std::string event_text(const Event& event, bool with_place);
std::string last_events(const Engine& engine, uint32_t each);

}  // namespace weft::sim
