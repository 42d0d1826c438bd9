// stress.cpp - random work on one or two workers, and a thread beside them: is anything lost?
// SPDX-License-Identifier: MIT
//
// stress SECONDS SEED: systems are made, each runs some rounds, and ends; its shape and all its
// work follow from the seed, their interleaving does not. A job spawns, joins, yields, waits, with
// deadlines or without, cancels, fails, pins itself or asks for a large stack; a thread outside
// submits, waits and opens gates. At the end every spawned job ran once or was dropped, and the
// figures say so. What is lost shows as a wrong count, a panic, or no end.
#include <unit/unit.hpp>
#include <weft/weft.hpp>

using namespace weft;

namespace {

// Of these a round's jobs have so many that may block on others, so that fibers are short, but
// there is always one left somewhere.
constexpr uint32_t kFibers = 48, kBlocking = 80, kJoinBlocks = 10;
constexpr uint32_t kGates = 8, kOutsider = 7;

struct World {
    System system;
    Atomic<uint32_t> spawned, ran, wrong, budget, stop, outsider_gone;
    Atomic<Counter*> gates[kGates];
    uint32_t seed;
};

void count(Atomic<uint32_t>& figure) {
    figure.fetch_add_relaxed(1);  // Relaxed: a count, read when all is over.
}

void check(World& world, bool holds, uint32_t line, const char* what) {
    if (holds) return;
    count(world.wrong);
    Text<160> text;
    text.add("# tests/stress/stress.cpp:").add_number(line).add(": ").add(what).add("\n").print();
}
#define CHECK(condition) check(world, condition, __LINE__, #condition)

// Whether so many fibers may block on others from now on.
bool take_budget(World& world, uint32_t fibers) {
    uint32_t seen = world.budget.load_relaxed();  // Relaxed: a count.
    do {
        if (seen < fibers) return false;
        // Relaxed: a count.
    } while (!world.budget.cas_weak_relaxed(seen, seen - fibers));
    return true;
}

void work(World& world, uint32_t seed, uint32_t depth);

struct Task {
    World* world;
    uint32_t seed, depth;
    Status operator()() const {
        work(*world, seed, depth);
        count(world->ran);
        return seed % 61 == 0 ? Status::exhausted : Status::ok;
    }
};

void spawn(World& world, Counter& counter, unit::Random& random, uint32_t depth) {
    const uint32_t how = random.below(8);
    // On a large stack without children: they could need the one that their parent keeps.
    const Task task = {&world, random.next(), how == 3 ? 0 : depth};
    count(world.spawned);
    if (how < 3) return run(counter, Priority(how), task);
    if (how > 3) return run(counter, task);
    Worker& worker = *Worker::current();
    JobTraits traits = plain_traits(Priority(random.below(3)));
    traits.large = 1;
    push_job(worker.use_lane(traits.priority), &counter, &traits, OnLargeStack<Task>{task});
}

void children(World& world, unit::Random& random, uint32_t depth) {
    const bool cancels = random.below(5) == 0;
    const uint32_t many = random.below(depth == 0 ? 40 : 6);
    Counter done;
    for (uint32_t i = 0; i < many; i++) {
        if (cancels && i == many / 2) done.cancel();
        spawn(world, done, random, depth);
        if (random.below(8) == 0) yield();
    }
    const Status status = wait(done);
    CHECK(done.complete());
    CHECK(status == Status::ok || status == Status::exhausted || cancels);
}

uint32_t nest(World& world, uint32_t seed, uint32_t depth) {
    if (depth == 0) return 1;
    unit::Random random(seed);
    const uint32_t left = random.next(), right = random.next();
    if (random.below(4) == 0) yield();
    World* const w = &world;
    auto [x, y] =
        join([=] { return nest(*w, left, depth - 1); }, [=] { return nest(*w, right, depth - 1); });
    return x + y;
}

void meet_deadline(World& world, unit::Random& random) {
    Counter never(1);
    const uint64_t deadline = port::now_ns() + random.below(30000);
    CHECK(wait_until(never, deadline) == Status::timed_out);
    CHECK(port::now_ns() >= deadline);
    decrement(never);
}

// The thread outside opens the gate, perhaps too late.
void pass_gate(World& world, unit::Random& random) {
    Counter gate(1);
    Counter* nobody = nullptr;
    // Release: hands the gate over. Pairs with the exchange in open_gates().
    if (!world.gates[random.below(kGates)].cas_strong_release(nobody, &gate))
        return decrement(gate);
    if (random.below(2) == 0) (void)wait_until(gate, port::now_ns() + random.below(60000));
    CHECK(wait(gate) == Status::ok);
}

void stay_here(World& world, unit::Random& random) {
    Worker& worker = *Worker::current();
    worker.running()->worker = uint16_t(worker.index());
    for (uint32_t i = random.below(6); i > 0; i--) {
        random.below(3) == 0 ? meet_deadline(world, random) : yield();
        CHECK(Worker::current() == &worker);
    }
    Worker::current()->running()->worker = kNoWorker;
}

void work(World& world, uint32_t seed, uint32_t depth) {
    unit::Random random(seed);
    for (uint32_t steps = random.below(4); steps > 0; steps--) {
        const uint32_t what = random.below(16);
        if (what < 4 && depth > 0 && take_budget(world, 1)) children(world, random, depth - 1);
        if (what == 4 && take_budget(world, kJoinBlocks)) CHECK(nest(world, seed, 3) == 8);
        if (what == 5) meet_deadline(world, random);
        if (what == 6 && take_budget(world, 1)) pass_gate(world, random);
        if (what == 7) stay_here(world, random);
        if (what > 12) yield();
    }
}

// ---- outside ----

void open_gates(World& world, unit::Random& random) {
    for (Atomic<Counter*>& at : world.gates) {
        // Acquire: pairs with the release in pass_gate().
        Counter* const gate = at.exchange_acquire(nullptr);
        if (gate == nullptr) continue;
        random.below(2) == 0 ? decrement(*gate) : world.system.scheduler().post(*gate, 1);
    }
}

void submit_some(World& world, unit::Random& random) {
    Counter done;
    for (uint32_t i = random.below(8); i > 0; i--) {
        const Task task = {&world, random.next(), 0};
        if (world.system.submit(done, task, Priority(random.below(3))) == Status::ok)
            count(world.spawned);
    }
    // Its jobs may wait for gates.
    while (wait_until(done, port::now_ns() + 20000) == Status::timed_out)
        open_gates(world, random);
    CHECK(done.complete());
}

void outsider(void* argument) {
    World& world = *static_cast<World*>(argument);
    unit::Random random(world.seed + 1);
    port::Parker nobody;
    // Acquire: pairs with the release in one_system(): nothing is asked for any more.
    while (world.stop.load_acquire() == 0) {
        open_gates(world, random);
        if (random.below(4) == 0)
            submit_some(world, random);
        else
            (void)port::park(nobody, port::now_ns() + random.below(50000));
    }
    // Release: pairs with the acquire in one_system().
    world.outsider_gone.store_release(1);
}

// ---- systems ----

Config shape(unit::Random& random) {
    return Config()
        .workers(1 + (random.below(4) != 0))
        .small_fibers(2, kFibers + kBlocking / 2)
        .large_fibers(0, 2)
        .small_stack_bytes(32 * 1024)
        .large_stack_bytes(64 * 1024)
        .frame_bytes(4096)
        .job_slots(16u << random.below(4))
        .injector_slots(4u << random.below(3))
        .idle_spins(1 + random.below(3) * 50);
}

void check_figures(World& world) {
    const SchedulerFigures figures = world.system.scheduler().figures();
    const WorkerFigures& all = figures.all;
    // Relaxed: all is over.
    CHECK(world.ran.load_relaxed() + all.dropped == world.spawned.load_relaxed());
    CHECK(all.suspensions == all.resumptions);
    CHECK(figures.injector_pushes == all.injector_pops);
    CHECK(all.jobs_completed >= world.spawned.load_relaxed());  // Relaxed: as above.
}

void one_round(World& world, uint32_t seed) {
    world.budget.store_relaxed(kBlocking);  // Relaxed: too much or too little is no harm.
    World* const w = &world;
    const Status status = world.system.run([w, seed] {
        unit::Random random(seed);
        children(*w, random, 4);
        children(*w, random, 0);
    });
    CHECK(status == Status::ok);
}

// Jobs run and systems made, for the report.
uint32_t one_system(uint32_t seed) {
    unit::Random random(seed);
    const Config config = shape(random);
    MappedStorage storage;
    WEFT_REQUIRE(storage.map(config) == Status::ok);
    World world;
    world.seed = seed;
    WEFT_REQUIRE(world.system.init(config, storage.bytes()) == Status::ok);
    WEFT_REQUIRE(port::start_core(kOutsider, false, outsider, &world));
    for (uint32_t rounds = 1 + random.below(20); rounds > 0; rounds--)
        one_round(world, random.next());
    // Release: pairs with the acquire in outsider().
    world.stop.store_release(1);
    // Acquire: pairs with the release in outsider().
    while (world.outsider_gone.load_acquire() == 0)
        (void)world.system.pump(1 + random.below(100));
    while (world.system.pump() != 0) {
    }
    port::join_core(kOutsider);
    check_figures(world);
    Left left = {};
    CHECK(world.system.shutdown(port::kNoDeadline, &left) == Status::ok);  // panics for a fiber
    CHECK(left.jobs == 0 && left.fibers == 0);
    WEFT_REQUIRE(world.wrong.load_relaxed() == 0);  // Relaxed: all is over.
    return world.ran.load_relaxed();                // Relaxed: as above.
}

uint32_t number_in(const char* text) {
    uint32_t value = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + uint32_t(*text - '0');
    return value;
}

}  // namespace

extern "C" int main(int argc, char** argv) {
    const uint32_t seconds = argc > 1 ? number_in(argv[1]) : 2;
    unit::Random seeds(argc > 2 ? number_in(argv[2]) : 1);
    const uint64_t end = port::now_ns() + uint64_t(seconds) * 1000000000u;
    Text<160> line;
    uint32_t systems = 0, jobs = 0;
    do {
        const uint32_t seed = seeds.next();
        line.add("# system ")
            .add_number(systems++)
            .add(" seed ")
            .add_number(seed)
            .add("\n")
            .print();
        jobs += one_system(seed);
    } while (port::now_ns() < end);
    line.add("# ").add_number(systems).add(" systems, ").add_number(jobs).add(" jobs\n").print();
    line.add("ok 1 - nothing is lost\n# 1 passed, 0 failed\n").print();
    return 0;
}
