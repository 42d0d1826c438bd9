// system.cpp - cores come and go
// SPDX-License-Identifier: MIT
#include <weft/system/system.hpp>

namespace weft {

void System::core_main(void* argument) {
    const Placement::Seat& seat = *static_cast<Placement::Seat*>(argument);
    Worker& worker = seat.system->scheduler_.worker(seat.worker);
    if (seat.to_touch != 0)
        (void)port::park(worker.parker, port::kNoDeadline);                // see start_cores()
    WEFT_REQUIRE(seat.system->frames_.settle(seat.worker) == Status::ok);  // as worker 0's
    (void)seat.system->placement_.take_seat(worker);  // what was refused stands in its place()
    worker.serve();
}

Status System::init(const Config& config, Bytes storage, const Topology* topology) {
    StoragePlan plan = {};
    const Status status = Scheduler::plan_for(config, storage, &plan);
    return status == Status::ok ? init(plan, storage, topology, Scheduler::options_for(config))
                                : status;
}

Status System::init(const StoragePlan& plan, Bytes storage, const Topology* topology,
                    const Scheduler::Options& options) {
    WEFT_REQUIRE(started_ == 0);  // shutdown() first
    const Status planned = placement_.plan(*this, plan, storage, topology);
    if (planned != Status::ok) return planned;
    const Status status = scheduler_.init(plan, storage, placement_.seating(), options);
    if (status != Status::ok) return status;
    started_ = 1;
    Status made = frames_.prepare(plan, storage);
    frames_.trace_to(scheduler_.trace.frames());
    if (made == Status::ok) made = start_cores(plan.config);
    if (!kMachineRefuses || made == Status::ok) return made;
    stop_cores();
    placement_.leave_seat();
    frames_.abandon();
    scheduler_.shutdown();
    return made;
}

// The others first: they get ready while worker 0 does. None brings pages in before all are
// started: a host makes no thread meanwhile, or only milliseconds later.
Status System::start_cores([[maybe_unused]] const Config& config) {
    if constexpr (!kOneCore) {
        for (; started_ < config.workers(); started_++)
            if (!port::start_core_near(started_, placement_.cpu_to_start(started_), core_main,
                                       &placement_.seat(started_)))
                return Status::core_refused;
        for (uint32_t i = 1; i < started_ && config.prefault(); i++)
            port::unpark(scheduler_.worker(i).parker);
    }
    return placement_.take_seat(scheduler_.worker(0));
}

uint32_t System::pump(uint32_t budget) {
    WEFT_REQUIRE(started_ != 0);  // init() first
    return scheduler_.worker(0).pump(budget);
}

// This thread helps as worker 0: with one worker nobody else would.
bool System::drain(uint64_t deadline_ns) {
    constexpr uint64_t kLookAgain = 100000;
    constexpr uint32_t kSpins = 200;
    port::Parker nobody;
    scheduler_.set_draining(true);
    bool drained = false;
    for (uint32_t idle = 0; !(drained = scheduler_.drained()); idle++) {
        const uint64_t now = port::now_ns();
        if (now >= deadline_ns) break;
        if (pump(256) != 0)
            idle = 0;
        else if (idle > kSpins)
            (void)port::park(nobody, now + kLookAgain);
    }
    scheduler_.set_draining(false);
    return drained;
}

void System::stop_cores() {
    if constexpr (kOneCore) {
        started_ = 0;
        return;
    }
    for (uint32_t i = 1; i < started_; i++)
        scheduler_.worker(i).attend_to(Worker::kStop);
    scheduler_.wake_all();
    for (uint32_t i = 1; i < started_; i++)
        port::join_core(i);
    started_ = 0;
}

Status System::shutdown(uint64_t deadline_ns, Left* left) {
    if (started_ == 0) return Status::ok;
    const bool drained = drain(deadline_ns);
    stop_cores();
    placement_.leave_seat();
    const Left found = scheduler_.abandon();
    if (left != nullptr) *left = found;
    if (drained)
        frames_.shutdown();
    else
        frames_.abandon();
    scheduler_.shutdown();
    return drained ? Status::ok : Status::not_drained;
}

}  // namespace weft
