// machines.cpp - sim: the machines that are there without a file
// SPDX-License-Identifier: MIT
#include "machine.hpp"

namespace weft::sim {

const BuiltIn kMachines[] = {
    {"one", "machine one\ngroup\n"},
    {"two", "machine two\ngroup cores=2\n"},
    {"hybrid8",  // four fast cores, and a cluster of four small ones
     "machine hybrid8\ngroup cores=4\ngroup cores=4 efficiency=1\n"},
    {"console", "machine console\ngroup clusters=2 cores=4 smt=2\n"},
    {"numa64",
     "machine numa64\n"
     "group node=0 clusters=2 cores=8\ngroup node=1 clusters=2 cores=8\n"
     "group node=2 clusters=2 cores=8\ngroup node=3 clusters=2 cores=8\n"
     "distance 10 16 28 28\ndistance 16 10 28 28\n"
     "distance 28 28 10 16\ndistance 28 28 16 10\n"},
    {"numa128",  // 128 cores of two threads: two packages of four nodes each
     "machine numa128\n"
     "group node=0 clusters=2 cores=8 smt=2\ngroup node=1 clusters=2 cores=8 smt=2\n"
     "group node=2 clusters=2 cores=8 smt=2\ngroup node=3 clusters=2 cores=8 smt=2\n"
     "group node=4 clusters=2 cores=8 smt=2\ngroup node=5 clusters=2 cores=8 smt=2\n"
     "group node=6 clusters=2 cores=8 smt=2\ngroup node=7 clusters=2 cores=8 smt=2\n"
     "distance 10 12 12 12 32 32 32 32\ndistance 12 10 12 12 32 32 32 32\n"
     "distance 12 12 10 12 32 32 32 32\ndistance 12 12 12 10 32 32 32 32\n"
     "distance 32 32 32 32 10 12 12 12\ndistance 32 32 32 32 12 10 12 12\n"
     "distance 32 32 32 32 12 12 10 12\ndistance 32 32 32 32 12 12 12 10\n"},
    {"numa1024",
     "machine numa1024\n"
     "group node=0 clusters=8 cores=16\ngroup node=1 clusters=8 cores=16\n"
     "group node=2 clusters=8 cores=16\ngroup node=3 clusters=8 cores=16\n"
     "group node=4 clusters=8 cores=16\ngroup node=5 clusters=8 cores=16\n"
     "group node=6 clusters=8 cores=16\ngroup node=7 clusters=8 cores=16\n"
     "distance 10 16 16 16 32 32 32 32\ndistance 16 10 16 16 32 32 32 32\n"
     "distance 16 16 10 16 32 32 32 32\ndistance 16 16 16 10 32 32 32 32\n"
     "distance 32 32 32 32 10 16 16 16\ndistance 32 32 32 32 16 10 16 16\n"
     "distance 32 32 32 32 16 16 10 16\ndistance 32 32 32 32 16 16 16 10\n"},
};
const unsigned kMachineCount = sizeof kMachines / sizeof kMachines[0];

}  // namespace weft::sim
