// scheduler_layout.cpp - how a scheduler lays itself out in its storage, and lets go of it
// SPDX-License-Identifier: MIT
#include <weft/base/place.hpp>
#include <weft/sched/known.hpp>
#include <weft/sched/scheduler.hpp>

namespace weft {

Status Scheduler::init(const Config& config, Bytes storage, const Seating* seating) {
    StoragePlan plan = {};
    const Status status = make_plan(config, storage, &plan);
    return status == Status::ok ? init(plan, storage, seating, options_for(config)) : status;
}

Status Scheduler::init(const StoragePlan& plan, Bytes storage, const Seating* seating,
                       const Options& options) {
    WEFT_REQUIRE(workers_ == 0);  // shutdown() first
    const Config& config = plan.config;
    const Footprint& place = plan.at;
    if (config.job_slots() == 0) return Status::bad_config;
    first_worker_ = storage.data + place.worker_offset;
    stride_ = place.bytes;
    workers_ = config.workers();
    make_known(this);
    take_seats(config, seating);
    Status made = lay_out_shared(plan, storage, options);
    if (kTrace && made == Status::ok) made = trace.lay_out(plan, storage);
    for (made_ = 0; made == Status::ok && made_ < workers_; made_++) {
        const Bytes part = storage.part(place.bytes * made_, place.bytes);
        Worker* worker = construct_at<Worker>(&this->worker(made_));
        worker->node_ = uint16_t(node_of_worker(this, made_));
        made = worker->init(*this, made_, plan, part);
    }
    if (kMachineRefuses && made != Status::ok) shutdown();
    return made;
}

void Scheduler::take_seats(const Config& config, const Seating* seating) {
    node_count_ = config.nodes();
    if constexpr (kOneCore) return;
    seating_ = seating != nullptr ? *seating : Seating{};
    // Relaxed: whoever runs a worker learns of it by a release of the caller's.
    on_duty_.store_relaxed(seating != nullptr ? seating_.tiers.ends[0] : workers_);
}

// Nodes beyond those that the configuration has parts for share them in turn.
uint32_t Scheduler::share_of(uint32_t node) const {
    while (node >= node_count_)
        node -= node_count_;
    return node;
}

uint32_t Scheduler::node_of_worker(const void* self, uint32_t worker) {
    const Scheduler& all = *static_cast<const Scheduler*>(self);
    return kOneCore || all.seating_.nodes.empty() ? 0 : all.share_of(all.seating_.nodes[worker]);
}

Status Scheduler::lay_out_shared(const StoragePlan& plan, Bytes storage, const Options& options) {
    const Config& config = plan.config;
    const Footprint& place = plan.at;
    const size_t fibers = size_t(config.workers()) * (config.small_limit() + config.large_limit());
    Roster::Word* const open = reinterpret_cast<Roster::Word*>(storage.data + place.shared_offset);
    const uint32_t words = roster_words(config);
    if constexpr (!kOneCore) roster.init({open, words});
    timers.init({reinterpret_cast<Deadline**>(open + words), fibers});

    first_node_ = storage.data + place.nodes_offset;
    node_stride_ = place.node_bytes;
    for (uint32_t i = 0; i < node_count_; i++)
        lay_out_node(plan,
                     storage.part(place.nodes_offset + place.node_bytes * i, place.node_bytes));
    for (uint32_t i = workers_; i-- > 0;)
        queues(node_of_worker(this, i)).first_worker = i;
    return options.closures == nullptr ? Status::ok : options.closures(*this, plan, storage);
}

// Behind the deadlines.
Status Scheduler::lay_out_closures(Scheduler& all, const StoragePlan& plan, Bytes storage) {
    const Footprint& place = plan.at;
    const size_t before = scheduler_bytes(plan.config) - heap_bytes(plan.config);
    unsigned char* const memory = storage.data + place.shared_offset + before;
    all.memory_ = construct_at<JobMemory>(memory);
    const Bytes closures = {all.first_node_ + place.closures_offset, place.closure_bytes};
    return all.memory_->init(
        {{reinterpret_cast<ChunkHeap*>(memory + kJobMemoryBytes), all.node_count_},
         closures,
         all.node_stride_,
         storage.data + place.pool_offset,
         all.stride_,
         all.workers_,
         plan.config.job_memory_bytes()},
        node_of_worker, &all);
}

void Scheduler::lay_out_node(const StoragePlan& plan, Bytes part) {
    // One call instead of a fault for each page.
    (void)prefault(part.part(0, part.size - plan.at.closure_bytes));
    NodeQueues* const made = construct_at<NodeQueues>(reinterpret_cast<NodeQueues*>(part.data));
    Injector::Cell* cells = reinterpret_cast<Injector::Cell*>(part.data + kQueuesBytes);
    for (Injector& injector : made->injectors) {
        injector.init({cells, plan.config.injector_slots()});
        cells += plan.config.injector_slots();
    }
}

void Scheduler::shutdown() {
    for (uint32_t i = 0; i < made_; i++)
        worker(i).shutdown();
    if (memory_ != nullptr) (void)memory_->shutdown();
    memory_ = nullptr;
    trace.forget();
    forget_known(this);
    made_ = 0;
    workers_ = 0;
    Atomic<uintptr_t>* const figures[] = {&sent_, &submitted_, &refused_, &wakes_};
    for (Atomic<uintptr_t>* figure : figures)
        // Relaxed: nobody runs.
        figure->store_relaxed(0);
}

}  // namespace weft
