// fiber_pool.cpp - makes, lends and trims fibers
// SPDX-License-Identifier: MIT
#include <weft/base/place.hpp>
#include <weft/fiber/fiber_pool.hpp>

namespace weft {

Fiber* FiberPool::fiber_at(uint32_t index) const {
    return reinterpret_cast<Fiber*>(part_) + index;
}

PooledInfo* FiberPool::info_at(uint32_t index) const {
    return reinterpret_cast<PooledInfo*>(infos_ + size_t(index) * kFiberInfoBytes);
}

Bytes FiberPool::slot_of(const Lane& lane, uint32_t index_in_lane) const {
    return {part_ + lane.place.offset + lane.place.stride * index_in_lane, lane.place.stride};
}

// Tops of neighbours lie one line further apart than the stride, so that the frames a switch
// touches spread over the cache's sets.
WEFT_ALWAYS_INLINE Stack FiberPool::stack_in(const Lane& lane, uint32_t index_in_lane) const {
    unsigned char* low = slot_of(lane, index_in_lane).data;
    if constexpr (kPaged) low += lane.place.guard_bytes;
    size_t bytes = lane.place.stack_bytes;
    if (port::kColourLines > 1 && lane.place.colour_bytes != 0)
        bytes += (index_in_lane & (port::kColourLines - 1)) * port::kCacheLine;
    return {low, low + bytes};
}

Status FiberPool::init(const Config& config, Bytes part, port::ContextEntry entry, void* owner,
                       uint16_t home) {
    Status status = check_part(config, part);
    if (status == Status::ok)
        status = open({config, footprint(config)}, part.data, entry, owner, home);
    if (status == Status::ok) status = fill(StackClass::small, config.small_initial());
    if (status == Status::ok) status = fill(StackClass::large, config.large_initial());
    if (status != Status::ok) shutdown();  // takes the guards of those already made away
    for (Lane& lane : lanes_)
        lane.figures.grown = 0;  // since init
    return status;
}

Status FiberPool::open(const StoragePlan& plan, unsigned char* part, port::ContextEntry entry,
                       void* owner, uint16_t home) {
    WEFT_REQUIRE(part_ == nullptr);  // shutdown() first
    if (!port::can_switch()) return Status::switch_refused;
    const Config& config = plan.config;
    const Footprint& place = plan.at;
    part_ = part;
    infos_ = part + place.infos_offset;
    canary_ = config.guard() == StackGuard::canary;
    paint_ = config.paint();
    if constexpr (kPaged) prefault_ = config.prefault();
    entry_ = entry;
    owner_ = owner;
    home_ = decltype(home_)(home);
    lanes_[0].place = place.small;
    lanes_[1].place = place.large;
    lanes_[1].first = place.small.count;
    return Status::ok;
}

Status FiberPool::fill(StackClass stack_class, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const Status status = grow_one(stack_class);
        if (status != Status::ok) return status;
    }
    return Status::ok;
}

void FiberPool::shutdown() {
    if (part_ == nullptr) return;
    for (Lane& lane : lanes_)
        empty(lane);
    forget();
}

void FiberPool::forget() {
    part_ = nullptr;
    for (Lane& lane : lanes_)
        lane = {};
}

void FiberPool::abandon() {
    if (part_ == nullptr) return;
    for (Lane& lane : lanes_)
        for (uint32_t i = 0; i < lane.ever_made; i++) {
            Fiber* const fiber = fiber_at(lane.first + i);
            if (fiber->state != FiberState::bare) unmake(lane, fiber);
        }
    forget();
}

void FiberPool::empty(Lane& lane) {
    WEFT_REQUIRE(lane.figures.in_use == 0);  // a fiber still runs or waits
    while (Fiber* fiber = lane.pooled.pop_front())
        unmake(lane, fiber);
}

Status FiberPool::bring_stack(Bytes slot, const Place& place) {
    if (place.guard_bytes != 0 && !port::guard(slot.data, place.guard_bytes))
        return Status::guard_refused;
    const Bytes above_guard = slot.part(place.guard_bytes, slot.size - place.guard_bytes);
    if (prefault_ && !prefault(above_guard)) {
        if (place.guard_bytes != 0) port::unguard(slot.data, place.guard_bytes);
        return Status::out_of_memory;
    }
    return Status::ok;
}

// A trimmed one first.
Status FiberPool::make(Lane& lane) {
    Fiber* const bare = lane.bare.front();
    if (bare == nullptr && lane.ever_made == lane.place.count) return Status::exhausted;
    const uint32_t index = bare == nullptr ? lane.ever_made : bare->info->id - lane.first;
    const uint32_t id = lane.first + index;
    const Status brought = kPaged ? bring_stack(slot_of(lane, index), lane.place) : Status::ok;
    if (brought != Status::ok) return brought;
    if (bare == nullptr)
        lane.ever_made++;
    else
        lane.bare.pop_front();

    FiberInfo* const info = construct_at<PooledInfo>(info_at(id));
    const Stack stack = stack_in(lane, index);
    info->stack = stack;
    info->pool = this;
    info->owner = owner_;
    info->id = id;
    port::tool_open(info->tool, stack.low, stack.bytes(), lane.place.guard_bytes);

    // Most of it begins as zeros.
    Fiber* const fiber = construct_zeros_at<Fiber>(fiber_at(id));
    fiber->priority = 1;
    fiber->worker = kNoWorker;
    fiber->info = info;
    fiber->stack_class = class_of(lane);
    fiber->home = home_;
    fiber->state = FiberState::pooled;
    if (paint_) paint_stack(stack);
    fiber->has_canary = canary_;
    if (canary_) write_canary(stack);
    port::init_context(&fiber->context, stack.top, entry_);
    lane.pooled.push_back(fiber);  // taken in rising address order, which prefetchers follow
    lane.figures.made++;
    lane.figures.grown++;
    return Status::ok;
}

void FiberPool::unmake(Lane& lane, Fiber* fiber) {
    const Bytes slot = slot_of(lane, fiber->info->id - lane.first);
    port::tool_close(fiber->info->tool);
    if (kPaged && lane.place.guard_bytes != 0) port::unguard(slot.data, lane.place.guard_bytes);
    if (kPaged && is_aligned(slot.address() | slot.size, port::page_bytes()))
        port::discard(slot.data, slot.size);
    fiber->state = FiberState::bare;
    lane.figures.made--;
}

void FiberPool::clear_locals(Fiber* fiber) {
    for (void*& local : pooled_info(*fiber).locals)
        local = nullptr;
    fiber->has_locals = false;
}

bool FiberPool::grow_for_acquire(Lane& lane) {
    const Status status = make(lane);
    if (status == Status::ok) return true;
    if (!kMachineRefuses || status == Status::exhausted)
        lane.figures.exhausted++;
    else
        lane.figures.not_made++;
    return false;
}

void FiberPool::release(Fiber* fiber) {
    WEFT_REQUIRE(made_here(fiber));                      // another pool's fiber
    WEFT_REQUIRE(fiber->state == FiberState::runnable);  // released twice, or still waiting
    put_back(fiber);
}

uint32_t FiberPool::trim(StackClass stack_class, uint32_t keep) {
    Lane& lane = lane_of(stack_class);
    uint32_t trimmed = 0;
    while (spare(stack_class) > keep) {
        Fiber* fiber = lane.pooled.pop_front();
        unmake(lane, fiber);
        lane.bare.push_front(fiber);
        trimmed++;
    }
    lane.figures.trimmed += trimmed;
    return trimmed;
}

FiberFigures FiberPool::figures(StackClass stack_class) const {
    const Lane& lane = lane_of(stack_class);
    const auto& counted = lane.figures;
    return {counted.made,     counted.in_use,   counted.peak_in_use,
            lane.place.count, counted.acquired, counted.exhausted,
            counted.not_made, counted.grown,    counted.trimmed};
}

const Fiber* FiberPool::owner_of(uintptr_t address) const {
    for (const Lane& lane : lanes_)
        for (uint32_t i = 0; i < lane.ever_made; i++)
            if (slot_of(lane, i).contains(address)) return fiber_at(lane.first + i);
    return nullptr;
}

bool FiberPool::in_guard(const Fiber& fiber, uintptr_t address) const {
    const size_t guard = lane_of(fiber.stack_class).place.guard_bytes;
    const uintptr_t low = reinterpret_cast<uintptr_t>(fiber.info->stack.low);
    return guard != 0 && low - address - 1 < guard;
}

bool FiberPool::lane_agrees(const Lane& lane) const {
    const auto& figures = lane.figures;
    const size_t pooled = lane.pooled.length();
    const size_t bare = lane.bare.length();
    bool states = true;
    for (Fiber* at = lane.pooled.front(); at != nullptr; at = at->next)
        states = states && at->state == FiberState::pooled && at->info->pool == this;
    return states && figures.made == pooled + figures.in_use &&
           lane.ever_made == figures.made + bare && lane.ever_made <= lane.place.count;
}

bool FiberPool::invariants_hold() const {
    return lane_agrees(lanes_[0]) && lane_agrees(lanes_[1]);
}

}  // namespace weft
