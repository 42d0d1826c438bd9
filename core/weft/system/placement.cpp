// placement.cpp - plans, binds, and what each worker's thread does first
// SPDX-License-Identifier: MIT
#include <weft/base/place.hpp>
#include <weft/memory/region.hpp>
#include <weft/system/placement.hpp>
#include <weft/topology/machine.hpp>
#include <weft/topology/rules.hpp>

namespace weft {
namespace {

constexpr size_t kTouchStep = 256 * 1024;  // between two steps of the progress that others see

template <class T>
Span<T> take_rows(Region& region, size_t count) {
    return {static_cast<T*>(region.allocate(count * sizeof(T), alignof(T))), count};
}

// The pages that lie in these bytes whole.
Bytes whole_pages(Bytes bytes) {
    const size_t page = port::page_bytes();
    const uintptr_t start = align_down(bytes.address() + page - 1, page);
    const uintptr_t end = align_down(bytes.address() + bytes.size, page);
    if (end <= start) return {};
    return {bytes.data + (start - bytes.address()), end - start};
}

}  // namespace

Status Placement::plan(System& system, const StoragePlan& plan, Bytes storage,
                       const Topology* topology) {
    const Config& config = plan.config;
    if (config.job_slots() == 0) return Status::bad_config;
    config_ = config;
    storage_ = storage;
    at_ = plan.at;
    system_ = &system;
    plan_ = {};
    topology_ = {};
    const size_t own = place_bytes(config);
    const size_t shared_end = at_.shared_offset + scheduler_bytes(config);
    const Status made =
        config.pinned() ? lay_out(storage.part(shared_end, own), topology) : Status::ok;
    if (made != Status::ok) return made;
    bind_all();
    for (uint32_t i = 0; i < config.workers(); i++) {
        Seat* const made_seat = construct_at<Seat>(&seat(i));
        made_seat->system = system_;
        made_seat->worker = i;
        if (config.prefault())
            made_seat->to_touch = at_.frames_bytes + size_t(config.small_initial()) *
                                                         (at_.small.stride - at_.small.guard_bytes);
    }
    return Status::ok;
}

Status Placement::lay_out(Bytes room, const Topology* given) {
    Region region(room);
    const size_t most = most_nodes(config_);
    const Span<MemoryNode> nodes = take_rows<MemoryNode>(region, most);
    const Span<CpuPlace> cpus = take_rows<CpuPlace>(region, config_.cpus());
    const Span<uint16_t> rows = take_rows<uint16_t>(region, config_.workers());
    const Span<uint16_t> worker_nodes = take_rows<uint16_t>(region, config_.workers());
    const Span<uint16_t> classes = take_rows<uint16_t>(region, config_.workers());
    const Span<uint16_t> distances = take_rows<uint16_t>(region, squared(most));
    if (distances.data() == nullptr) return Status::storage_too_small;
    Status status = Status::ok;
    if (given == nullptr)
        status = read_machine({cpus, nodes, distances}, &topology_);
    else if (first_broken_rule(*given) == TopologyRule::none)
        topology_ = *given;
    else
        status = Status::bad_topology;
    if (topology_.nodes.size() > most) status = Status::exhausted;
    if (status == Status::ok) status = plan_pinning(topology_, config_, rows, &plan_);
    if (status != Status::ok) return status;
    take_seating(worker_nodes, classes);
    return Status::ok;
}

void Placement::take_seating(Span<uint16_t> nodes, Span<uint16_t> classes) {
    seating_ = {};
    uint16_t slowest = ~uint16_t(0);
    for (uint32_t i = 0; i < config_.workers(); i++) {
        nodes[i] = cpu_of(i).node;
        classes[i] = cpu_of(i).efficiency;
        if (classes[i] > seating_.fastest) seating_.fastest = classes[i];
        if (classes[i] < slowest) slowest = classes[i];
    }
    if (slowest == seating_.fastest) seating_.fastest = 0;  // all of one class, whichever
    seating_.nodes = {nodes.data(), nodes.size()};
    if (seating_.fastest != 0) seating_.classes = {classes.data(), classes.size()};
    seating_.numbers = topology_.real ? topology_.nodes : Span<const MemoryNode>();
    seating_.tiers = plan_.tiers;
}

// Before anything is touched. Where there is one node, pages come from near whoever touches them
// first; where the machine will not bind, as in many containers, they are touched from there.
void Placement::bind_all() {
    if (!topology_.real || topology_.nodes.size() < 2) return;
    bool bound = true;
    for (uint32_t i = 0; i < config_.workers(); i++)
        bound = bind(storage_.part(at_.bytes * i, at_.bytes), cpu_of(i).node) && bound;
    for (uint32_t i = 0; i < config_.nodes() && i < topology_.nodes.size(); i++)
        bound = bind(node_part_of(i), i) && bound;
    if (!bound) touch_for_others();
}

bool Placement::bind(Bytes part, uint32_t node) const {
    const Bytes pages = whole_pages(part);
    return pages.size == 0 || port::bind_memory(pages.data, pages.size, uint16_t(number_of(node)));
}

Bytes Placement::node_part_of(uint32_t node) const {
    return storage_.part(at_.nodes_offset + at_.node_bytes * node, at_.node_bytes);
}

// What init() writes on behalf of others. The caller goes to their nodes for it, to each once if
// workers are numbered along nodes, as in all plans but lists.
void Placement::touch_for_others() {
    const uint32_t callers_cpu = port::pinned_cpu();
    uint32_t here = ~0u;
    for (uint32_t i = 0; i < config_.workers(); i++) {
        const uint32_t node = cpu_of(i).node;
        if (node != here && !port::pin_self_to_cpu(cpu_of(i).cpu)) continue;
        if (node != here && node < config_.nodes()) {
            const Bytes part = node_part_of(node);
            (void)prefault(part.part(0, part.size - closure_bytes(config_)));
        }
        here = node;
        (void)prefault(
            part_of(i, WorkerMemory::queues)
                .part(at_.inbox_offset - at_.slots_offset, at_.bytes - at_.inbox_offset));
    }
    (void)port::pin_self_to_cpu(callers_cpu);
}

Placement::Seat& Placement::seat(uint32_t worker) const {
    return *reinterpret_cast<Seat*>(storage_.data + at_.bytes * worker + at_.seat_offset);
}

// ---- on the worker's thread ----

Status Placement::take_seat(Worker& worker) {
    Seat& mine = seat(worker.index());
    const bool tied = tie(mine, worker.index());
    const Status settled = worker.settle_in();
    if (config_.prefault()) touch(mine, worker);
    if (config_.pinned()) draw_order(mine, worker);
    // Release: what was made above. Pairs with the acquire in place().
    mine.state.fetch_or_release(Seat::kReady);
    return tied ? settled : Status::core_refused;
}

bool Placement::tie(Seat& seat, uint32_t worker) {
    if (!topology_.real) return true;
    if (worker == 0) callers_cpu_ = port::pinned_cpu();
    const bool tied = port::pin_self_to_cpu(cpu_of(worker).cpu);
    // Relaxed: a note.
    seat.state.fetch_or_relaxed(tied ? Seat::kTied : Seat::kRefused);
    return tied;
}

void Placement::leave_seat() {
    if (topology_.real) (void)port::pin_self_to_cpu(callers_cpu_);
}

void Placement::draw_order(Seat& seat, Worker& worker) {
    uint16_t* const numbers =
        reinterpret_cast<uint16_t*>(reinterpret_cast<unsigned char*>(&seat) + kSeatBytes);
    const uint32_t others = config_.workers() - 1;
    const StealRoom room = {{numbers, others}, {numbers + others, 3 + most_nodes(config_)}};
    seat.order = steal_order(topology_, plan_.rows, worker.index(), room);
    worker.scheduler().set_steal_order(worker.index(), seat.order);
}

void Placement::touch(Seat& seat, Worker& worker) {
    bool enough = touch_frames(seat, worker.index());
    const size_t stack = at_.small.stride - at_.small.guard_bytes;
    do {
        const uintptr_t stacks = worker.fibers().figures(StackClass::small).made * stack;
        // Relaxed: progress, for whoever looks.
        seat.touched.store_relaxed((enough ? at_.frames_bytes : 0) + stacks);
    } while (worker.grow_to_initial());
    enough = enough && worker.fibers().figures(StackClass::small).made >= config_.small_initial();
    // Relaxed: a note.
    if (!enough) seat.state.fetch_or_relaxed(Seat::kShort);
}

bool Placement::touch_frames(Seat& seat, uint32_t worker) {
    const Bytes frames = part_of(worker, WorkerMemory::frames);
    for (size_t done = 0; done < frames.size;) {
        const size_t left = frames.size - done;
        const size_t step = left < kTouchStep ? left : kTouchStep;
        if (!prefault(frames.part(done, step))) return false;
        done += step;
        // Relaxed: progress, for whoever looks.
        seat.touched.store_relaxed(done);
    }
    return true;
}

// ---- reports ----

Bytes Placement::part_of(uint32_t worker, WorkerMemory memory) const {
    const Bytes part = storage_.part(at_.bytes * worker, at_.bytes);
    if (memory == WorkerMemory::frames) return part.part(at_.frames_offset, at_.frames_bytes);
    if (memory == WorkerMemory::stacks)
        return part.part(at_.small.offset, at_.frames_offset - at_.small.offset);
    return part.part(at_.slots_offset, at_.bytes - at_.slots_offset);
}

WorkerPlace Placement::place(uint32_t worker) const {
    WEFT_REQUIRE(storage_.data != nullptr && worker < config_.workers());
    const Seat& from = seat(worker);
    // Acquire: pairs with the release in take_seat().
    const uint32_t state = from.state.load_acquire();
    WorkerPlace place = {};
    place.cpu = port::kAnyCpu;
    if (config_.pinned()) {
        place.cpu = cpu_of(worker).cpu;
        place.core = cpu_of(worker).core;
        place.node = cpu_of(worker).node;
        while (worker >= plan_.tiers.ends[place.tier])
            place.tier++;
    }
    place.tied = (state & Seat::kTied) != 0;
    place.refused = (state & Seat::kRefused) != 0;
    place.ready = (state & Seat::kReady) != 0;
    place.out_of_memory = (state & Seat::kShort) != 0;
    // Relaxed: progress.
    place.touched = from.touched.load_relaxed();
    place.to_touch = from.to_touch;
    return place;
}

PageCount Placement::pages(uint32_t worker, WorkerMemory memory) const {
    WEFT_REQUIRE(storage_.data != nullptr && worker < config_.workers());
    const bool anywhere = !topology_.real;
    const int32_t node = anywhere ? 0 : int32_t(number_of(cpu_of(worker).node));
    const Bytes bytes = whole_pages(part_of(worker, memory));
    PageCount count = {};
    for (size_t at = 0; at < bytes.size; at += port::page_bytes()) {
        const int32_t on = port::page_node(bytes.data + at);
        if (on == port::kPageAbsent)
            count.absent++;
        else if (on < 0)
            count.unknown++;
        else if (anywhere || on == node)
            count.near++;
        else
            count.far++;
    }
    return count;
}

}  // namespace weft
