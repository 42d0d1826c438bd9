// system.cpp - cores come and go
// SPDX-License-Identifier: MIT
#include <weft/system/system.hpp>

namespace weft {

void System::core_main(void* worker) {
    static_cast<Worker*>(worker)->serve();
}

Status System::init(const Config& config, Bytes storage) {
    const Status status = scheduler_.init(config, storage);
    if (status != Status::ok) return status;
    config_ = config;
    if (config.pinned()) (void)port::pin_self(0);
    for (started_ = 1; started_ < config.workers(); started_++) {
        Worker& worker = scheduler_.worker(started_);
        if (port::start_core(started_, config.pinned(), core_main, &worker)) continue;
        (void)shutdown(0);
        return Status::core_refused;
    }
    return Status::ok;
}

Status System::shutdown(uint64_t) {
    if (started_ == 0) return Status::ok;
    for (uint32_t i = 1; i < started_; i++)
        scheduler_.worker(i).attend_to(Worker::kStop);
    scheduler_.wake_all();
    for (uint32_t i = 1; i < started_; i++)
        port::join_core(i);
    started_ = 0;
    scheduler_.shutdown();
    return Status::ok;
}

uint32_t System::pump(uint32_t budget) {
    return scheduler_.worker(0).pump(budget);
}

}  // namespace weft
