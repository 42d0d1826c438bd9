// test_boards.cpp - a host runs as each board: its table, small memory, as many workers as it has
// cores SPDX-License-Identifier: MIT
//
// The boards' tables have the same names, so each is read into a namespace of its own.
#include <unit/unit.hpp>
#include <weft/topology/rules.hpp>

#include "system_fixture.hpp"

namespace microbit {
#include "../../../boards/microbit/topology.hpp"
}
namespace mps2_an385 {
#include "../../../boards/mps2_an385/topology.hpp"
}
namespace mps2_an386 {
#include "../../../boards/mps2_an386/topology.hpp"
}
namespace mps2_an500 {
#include "../../../boards/mps2_an500/topology.hpp"
}
namespace mps2_an505 {
#include "../../../boards/mps2_an505/topology.hpp"
}
namespace mps2_an521 {
#include "../../../boards/mps2_an521/topology.hpp"
}
namespace mps3_an547 {
#include "../../../boards/mps3_an547/topology.hpp"
}
namespace netduinoplus2 {
#include "../../../boards/netduinoplus2/topology.hpp"
}

using namespace weft;

namespace {

struct Board {
    const char* name;
    const Topology* table;
};

constexpr Board kBoards[] = {
    {"microbit", &microbit::board::kTopology},
    {"mps2_an385", &mps2_an385::board::kTopology},
    {"mps2_an386", &mps2_an386::board::kTopology},
    {"mps2_an500", &mps2_an500::board::kTopology},
    {"mps2_an505", &mps2_an505::board::kTopology},
    {"mps2_an521", &mps2_an521::board::kTopology},
    {"mps3_an547", &mps3_an547::board::kTopology},
    {"netduinoplus2", &netduinoplus2::board::kTopology},
};

// The board's cores are described, not here: workers are placed by the table and tied to nothing.
void run_as(const Board& board) {
    Topology described = *board.table;
    described.real = false;
    const uint32_t cores = uint32_t(described.cpus.size());
    const Config config = Config::preset(Preset::tiny).workers(cores).pinning(Pinning::linear);
    MappedStorage storage;
    System system;
    EXPECT_OK(storage.map(config));
    EXPECT_OK(system.init(config, storage.bytes(), described));
    EXPECT_EQ(system.topology().cpus.size(), cores);
    for (uint32_t i = 0; i < cores; i++) {
        EXPECT_EQ(system.place(i).cpu, described.cpu(i).cpu);
        EXPECT(!system.place(i).tied);
    }
    uint32_t ran = 0;
    uint32_t* const count = &ran;
    EXPECT_OK(system.run([count] {
        Counter done;
        Counter* const at = &done;
        run(*at, [at, count] { run(*at, [count] { ++*count; }); });
        return wait(done);
    }));
    EXPECT_EQ(ran, 1u);
}

TEST(a_host_runs_a_system_with_each_boards_table) {
    NEEDS_CORES(2);
    NEEDS_MMU;
    for (const Board& board : kBoards)
        run_as(board);
}

}  // namespace
