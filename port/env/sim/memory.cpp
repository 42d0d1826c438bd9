// memory.cpp - sim: loads, stores, read-modify-writes, fences
// SPDX-License-Identifier: MIT
#include "memory.hpp"

#include <string.h>

#include "engine.hpp"

namespace weft::sim {
namespace {

bool acquires(int order) {
    return order == __ATOMIC_ACQUIRE || order == __ATOMIC_CONSUME || order == __ATOMIC_ACQ_REL ||
           order == __ATOMIC_SEQ_CST;
}

bool releases(int order) {
    return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST;
}

uint64_t value_in(uintptr_t address, uint32_t bytes) {
    uint64_t value = 0;
    memcpy(&value, reinterpret_cast<const void*>(address), bytes);
    return value;
}

uint64_t changed(uint64_t value, Change how, uint64_t operand) {
    switch (how) {
        case Change::exchange:
            return operand;
        case Change::add:
            return value + operand;
        case Change::subtract:
            return value - operand;
        case Change::bit_and:
            return value & operand;
        case Change::bit_or:
            return value | operand;
        default:
            return value ^ operand;
    }
}

uint64_t cut(uint64_t value, uint32_t bytes) {
    return bytes == 8 ? value : value & ((uint64_t(1) << (8 * bytes)) - 1);
}

}  // namespace

uint32_t Location::floor(const Clock& visible) {
    for (uint32_t position = newest; position > oldest; position--)
        for (uint32_t core = 0; core < kTracked; core++) {
            const uint32_t moment = at(position).first_seen[core];
            if (moment != 0 && visible.has(core, moment)) return position;
        }
    return oldest;
}

void Memory::begin_run() {
    shadow_.begin_run();
    used_ = 0;
    fences_ = View();
    fence_count_ = 0;
}

// What stands in memory was written by plain code, which happens before, or races.
Location& Memory::make(Cell& cell, uintptr_t address, uint32_t bytes) {
    if (used_ == locations_.size()) locations_.push_back(new Location);
    Location& at = *locations_[used_++];
    at.address = address;
    at.bytes = bytes;
    at.name = used_;
    at.newest = at.oldest = 0;
    at.history[0] = Store();
    at.history[0].value = value_in(address, bytes);
    cell.location[(address >> 2) & 1] = used_;
    return at;
}

Location& Memory::location(uintptr_t address, uint32_t bytes) {
    Cell& cell = shadow_.cell(address);
    const uint32_t number = cell.location[(address >> 2) & 1];
    if (number == 0) return make(cell, address, bytes);
    return *locations_[number - 1];
}

void Memory::enter(uintptr_t address, uint32_t bytes, uint8_t bits, uint32_t place) {
    Core& core = engine_.here();
    Cell& cell = shadow_.cell(address);
    Access access;
    access.moment = core.moment();
    access.place = place;
    access.core = uint8_t(core.index);
    access.bytes = uint8_t(((1u << bytes) - 1) << (address & 7));
    access.bits = bits;
    const Access* other = Shadow::enter(cell, access, core.view.happened);
    if (other != nullptr) engine_.fail_race(*other, access);
}

// A plain write ends a location's history: the next atomic access starts from what it wrote.
void Memory::plain(uintptr_t address, size_t bytes, bool writes, uint32_t place) {
    const uintptr_t end = address + bytes;
    while (address < end) {
        const uint32_t room = 8 - uint32_t(address & 7);
        const uint32_t part = end - address < room ? uint32_t(end - address) : room;
        enter(address, part, writes ? kWrites : 0, place);
        if (writes) end_histories(address, part);
        address += part;
    }
}

// Of the locations that lie, in part or whole, in these bytes of one cell.
void Memory::end_histories(uintptr_t address, uint32_t bytes) {
    for (uint32_t& number : shadow_.cell(address).location) {
        if (number == 0) continue;
        const Location& at = *locations_[number - 1];
        if (at.address < address + bytes && address < at.address + at.bytes) number = 0;
    }
}

Location& Memory::touch(uintptr_t address, uint32_t bytes, bool writes, uint32_t place) {
    engine_.tick();
    enter(address, bytes, uint8_t(kAtomic | (writes ? kWrites : 0)), place);
    return location(address, bytes);
}

// Among the positions that may be read, newest first; of those with the value `unless`, only the
// newest counts.
uint32_t Memory::choose_position(Location& at, uint64_t unless, bool any) {
    Core& core = engine_.here();
    const uint32_t floor = at.floor(core.view.visible);
    if (floor == at.newest || core.fresh) return at.newest;
    uint32_t positions[Location::kHistory];
    uint32_t options = 0;
    positions[options++] = at.newest;
    for (uint32_t position = at.newest; position-- > floor;)
        if (any || at.at(position).value != unless) positions[options++] = position;
    if (options == 1) return at.newest;
    return positions[engine_.choose(ChoiceKind::value, options)];
}

uint64_t Memory::read(Location& at, uint32_t position, int order) {
    Core& core = engine_.here();
    Store& store = at.at(position);
    if (store.first_seen[core.index] == 0) store.first_seen[core.index] = core.moment();
    if (acquires(order))
        core.view.join(store.release);
    else
        core.acquired.join(store.release);
    return store.value;
}

void Memory::append(Location& at, uint64_t value, int order, const View* sequence) {
    Core& core = engine_.here();
    Store fresh;
    fresh.value = cut(value, at.bytes);
    fresh.first_seen[core.index] = core.moment();
    fresh.release = releases(order) ? core.view : core.released;
    if (sequence != nullptr) fresh.release.join(*sequence);
    at.newest++;
    if (at.newest - at.oldest >= Location::kHistory) at.oldest++;
    at.at(at.newest) = fresh;
    memcpy(reinterpret_cast<void*>(at.address), &fresh.value, at.bytes);
    engine_.tick();  // what comes after a release is not in it
    engine_.wrote();
}

uint64_t Memory::load(uintptr_t address, uint32_t bytes, int order, uint32_t place) {
    engine_.point();
    if (order == __ATOMIC_SEQ_CST) fence(order, place);
    Location& at = touch(address, bytes, false, place);
    const uint32_t position = choose_position(at, 0, true);
    engine_.log({EventKind::load, order, at.name, position, at.newest, place}, address);
    return read(at, position, order);
}

void Memory::store(uintptr_t address, uint32_t bytes, uint64_t value, int order, uint32_t place) {
    engine_.point();
    Location& at = touch(address, bytes, true, place);
    append(at, value, order, nullptr);
    engine_.log({EventKind::store, order, at.name, at.newest, at.newest, place}, address);
    if (order == __ATOMIC_SEQ_CST) fence(order, place);
}

uint64_t Memory::change(uintptr_t address, uint32_t bytes, Change how, uint64_t value, int order,
                        uint32_t place) {
    engine_.point();
    Location& at = touch(address, bytes, true, place);
    const uint64_t seen = read(at, at.newest, order);
    const View sequence = at.at(at.newest).release;
    append(at, changed(seen, how, value), order, &sequence);
    engine_.log({EventKind::change, order, at.name, at.newest, at.newest, place}, address);
    if (order == __ATOMIC_SEQ_CST) fence(order, place);
    return seen;
}

bool Memory::compare_exchange(uintptr_t address, uint32_t bytes, uint64_t& expected,
                              uint64_t desired, int order, int failure_order, bool weak,
                              uint32_t place) {
    engine_.point();
    Location& at = touch(address, bytes, true, place);
    const uint32_t position = choose_position(at, expected, false);
    const bool matches = position == at.newest && at.at(position).value == expected;
    if (matches && !(weak && engine_.choose(ChoiceKind::spurious, 2) != 0)) {
        read(at, position, order);
        const View sequence = at.at(position).release;
        append(at, desired, order, &sequence);
        engine_.log({EventKind::change, order, at.name, at.newest, at.newest, place}, address);
        return true;
    }
    expected = read(at, position, failure_order);
    engine_.log({EventKind::refused, failure_order, at.name, position, at.newest, place}, address);
    return false;
}

void Memory::fence(int order, uint32_t place) {
    engine_.point();
    engine_.tick();
    Core& core = engine_.here();
    if (acquires(order)) core.view.join(core.acquired);
    uint32_t position = 0;
    if (order == __ATOMIC_SEQ_CST) {
        core.view.visible.join(fences_.visible);
        fences_.visible.join(core.view.visible);
        position = ++fence_count_;
    }
    if (releases(order)) core.released = core.view;
    engine_.tick();  // what comes after is not in it
    engine_.log({EventKind::fence, order, 0, position, position, place}, 0);
}

}  // namespace weft::sim
