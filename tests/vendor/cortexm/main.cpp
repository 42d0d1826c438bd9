// main.cpp - an outside firmware: two fibers, a job system, a static object with a destructor
// SPDX-License-Identifier: MIT
#include <weft/weft.hpp>

constexpr weft::Config kConfig = weft::Config::preset(weft::Preset::tiny);
static weft::Storage<kConfig> storage;
static weft::System firmware;

int main() {
    if (firmware.init(kConfig, storage.bytes()) != weft::Status::ok) return 1;
    int sum = 0;
    int* const total = &sum;
    const weft::Status status = firmware.run([total] {
        weft::Counter done;
        for (int i = 1; i <= 4; i++)
            weft::run(done, [total, i] { *total += i; });
        return weft::wait(done);
    });
    return status == weft::Status::ok && sum == 10 ? 0 : 1;
}
