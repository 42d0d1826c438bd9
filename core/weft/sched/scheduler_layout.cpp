// scheduler_layout.cpp - how a scheduler lays itself out in its storage, and lets go of it
// SPDX-License-Identifier: MIT
#include <weft/base/place.hpp>
#include <weft/sched/known.hpp>
#include <weft/sched/scheduler.hpp>

namespace weft {
namespace {

size_t fibers_of(const Config& config) {
    return size_t(config.small_limit()) + config.large_limit();
}

}  // namespace

Status Scheduler::init(const Config& config, Bytes storage, const Seating* seating) {
    StoragePlan plan = {};
    const Status status = plan_for(config, storage, &plan);
    return status == Status::ok ? init(plan, storage, seating, options_for(config)) : status;
}

// That jobs have slots is a rule for those that run some.
Status Scheduler::plan_for(const Config& config, Bytes storage, StoragePlan* plan) {
    if (config.job_slots() == 0) return Status::bad_config;
    return make_plan(config, storage, plan);
}

WEFT_ALWAYS_INLINE Status Scheduler::lay_out_shared(const StoragePlan& plan, Bytes storage,
                                                    const Options& options) {
    const Config& config = plan.config;
    const Footprint& place = plan.at;
    Roster::Word* const open = reinterpret_cast<Roster::Word*>(storage.data + place.shared_offset);
    const uint32_t words = roster_words(config);
    if constexpr (!kOneCore) roster.init({open, words});
    timers.init({reinterpret_cast<Deadline**>(open + words),
                 kOneCore ? fibers_of(config) : workers_ * fibers_of(config)});

    first_node_ = storage.data + place.nodes_offset;
    node_stride_ = place.node_bytes;
    injector_slots_ = config.injector_slots();
    for (uint32_t i = 0; i < node_count_ && !kLeastCode; i++) {
        // One call instead of a fault for each page.
        (void)prefault({first_node_ + node_stride_ * i, node_stride_ - place.closure_bytes});
        lay_out_node(i);
    }
    for (uint32_t i = workers_; !kOneCore && i-- > 0;)
        queues(node_of_worker(this, i)).first_worker = i;
    return options.closures == nullptr ? Status::ok : options.closures(*this, plan, storage);
}

Status Scheduler::init(const StoragePlan& plan, Bytes storage, const Seating* seating,
                       const Options& options) {
    WEFT_REQUIRE(workers_ == 0);  // shutdown() first
    const Config& config = plan.config;
    const Footprint& place = plan.at;
    first_worker_ = storage.data + place.worker_offset;
    if constexpr (!kOneCore) stride_ = place.bytes;
    workers_ = config.workers();
    make_known(this);
    take_seats(config, seating);
    Status made = lay_out_shared(plan, storage, options);
    if (kTrace && made == Status::ok) made = trace.lay_out(plan, storage);
    const uint32_t workers = kOneCore ? 1 : workers_;
    for (uint32_t i = 0; made == Status::ok && i < workers; i++) {
        void* const room = &this->worker(i);
        Worker* const worker = kLeastCode ? construct_zeros_at<Worker>(room, kQueuesBehind)
                                          : construct_at<Worker>(room);
        made_ = Few(i + 1);
        if constexpr (!kOneCore) worker->node_ = uint16_t(node_of_worker(this, i));
        made = worker->init(*this, i, plan, storage.data + place.bytes * i);
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

void Scheduler::lay_out_node(uint32_t node) {
    unsigned char* const part = first_node_ + node_stride_ * node;
    NodeQueues* const made = construct_at<NodeQueues>(part);
    Injector::Cell* cells = reinterpret_cast<Injector::Cell*>(part + kQueuesBytes);
    for (Injector& injector : made->injectors) {
        injector.init({cells, injector_slots_});
        cells += injector_slots_;
    }
}

// By whoever comes first, an interrupt perhaps: with the least code, nothing is laid out before.
void Scheduler::open_outside() {
    const uintptr_t masked = port::mask_interrupts();
    if (outside() == nullptr) {
        if constexpr (kLeastCode) lay_out_node(0);
        // Relaxed: there is one core.
        outside_.store_relaxed(&Worker::kOutside);
    }
    port::restore_interrupts(masked);
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
    // Relaxed: nobody runs.
    outside_.store_relaxed(nullptr);
    Atomic<uintptr_t>* const figures[] = {&sent_, &submitted_, &refused_, &wakes_};
    for (Atomic<uintptr_t>* figure : figures)
        // Relaxed: nobody runs.
        figure->store_relaxed(0);
}

}  // namespace weft
