// fiber.cpp - what a fiber's stack says about itself
// SPDX-License-Identifier: MIT
#include <weft/base/text.hpp>
#include <weft/fiber/fiber.hpp>
#include <weft/fiber/fiber_pool.hpp>

namespace weft {

Result<size_t> high_water(const Fiber& fiber) {
    if (fiber.info->pool == nullptr || !fiber.info->pool->painted()) return Status::not_painted;
    return painted_high_water(fiber.info->stack, fiber.has_canary);
}

namespace {

// Who it is, without numbers.
[[maybe_unused]] void report_briefly(const Fiber& fiber) {
    const char* const name = fiber.info->name == nullptr ? "" : fiber.info->name;
    size_t length = 0;
    while (name[length] != 0)
        length++;
    port::write("weft: stack overflow in fiber '", 31);
    port::write(name, length);
    port::write("', found by its canary\n", 23);
}

}  // namespace

// Runs on another stack, or on the little that is left of this one: a fixed buffer, no recursion.
void report_overflow(const Fiber& fiber, uintptr_t touched) {
    if constexpr (kSmallCode && !kPaged) {
        report_briefly(fiber);
        WEFT_PANIC("stack overflow");
    }
    const Stack& stack = fiber.info->stack;
    Text<120> line;
    line.add("weft: stack overflow in fiber '").add(fiber.info->name).add("' (id ");
    line.add_number(fiber.info->id).add(")\n").print();
    line.add("  stack ").add_address(stack.low).add(" - ").add_address(stack.top).add(", ");
    line.add_number(stack.bytes()).add(" bytes\n").print();
    if (touched == 0)
        line.add("  found by its canary");
    else
        line.add("  touched ").add_address(reinterpret_cast<void*>(touched));
    const Result<size_t> mark = high_water(fiber);
    if (mark.ok())
        line.add(", high-water mark ").add_number(mark.value()).add(" bytes\n").print();
    else
        line.add(", high-water mark unknown: Config::paint is off\n").print();
    WEFT_PANIC("stack overflow: a larger stack class, a larger stack, or less on the stack");
}

}  // namespace weft
