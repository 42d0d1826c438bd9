// machine.cpp - a topology of nodes with as many workers each, as steal orders
// SPDX-License-Identifier: MIT
#include "machine.hpp"

#include <stdio.h>

namespace demo {
namespace {

using namespace weft;

struct Order {
    uint16_t victims[kMostWorkers];
    uint16_t ends[2];
    StealOrder order;
};

Order orders[kMostWorkers];

// The worker's own node, then all others.
StealOrder draw_up(uint32_t worker, uint32_t each, uint32_t workers) {
    Order& order = orders[worker];
    uint16_t length = 0;
    for (uint32_t far = 0; far < 2; far++) {
        for (uint32_t other = 0; other < workers; other++)
            if (other != worker && (other / each != worker / each) == (far == 1))
                order.victims[length++] = uint16_t(other);
        order.ends[far] = length;
    }
    return {{order.victims, length}, {order.ends, 2}};
}

bool read_topology(const Options& options, uint32_t& nodes, uint32_t& each) {
    return options.topology != nullptr && sscanf(options.topology, "%ux%u", &nodes, &each) == 2;
}

}  // namespace

void choose_workers(Options& options) {
    if (options.workers != 0) return;
    uint32_t nodes = 1, each = port::core_count();
    (void)read_topology(options, nodes, each);
    options.workers = nodes * each < kMostWorkers ? nodes * each : kMostWorkers;
}

void set_steal_orders(System& system, const Options& options) {
    uint32_t nodes, each;
    if (!read_topology(options, nodes, each)) return;
    for (uint32_t worker = 0; worker < options.workers; worker++) {
        orders[worker].order = draw_up(worker, each, options.workers);
        system.scheduler().set_steal_order(worker, orders[worker].order);
    }
}

}  // namespace demo
