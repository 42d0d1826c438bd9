// main.cpp - an outside program: exceptions, RTTI and the standard library on, weft beside them
// SPDX-License-Identifier: MIT
#include <string>
#include <weft/weft.hpp>

constexpr weft::Config kConfig = weft::Config().small_fibers(2, 4).large_fibers(0, 0);
static weft::Storage<kConfig> storage;
static weft::FiberRing ring;

int main() {
    if (ring.init(kConfig, storage.bytes()) != weft::Status::ok) return 1;
    std::string order;
    const auto twice = [&order] {
        order += "a";
        weft::ring::yield();
        order += "b";
    };
    ring.spawn("one", twice);
    ring.spawn("two", twice);
    ring.run();
    ring.shutdown();
    return order == "aabb" ? 0 : 1;
}
