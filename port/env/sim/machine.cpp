// machine.cpp - sim: reading a machine's text; distances
// SPDX-License-Identifier: MIT
#include "machine.hpp"

#include <sstream>

namespace weft::sim {
namespace {

class Reader {
 public:
    explicit Reader(Machine& machine) : machine_(machine) {}

    std::string read(const std::string& text) {
        std::istringstream lines(text);
        std::string line;
        for (line_ = 1; fault_.empty() && std::getline(lines, line); line_++)
            read_line(line.substr(0, line.find('#')));
        if (fault_.empty()) finish();
        return fault_;
    }

 private:
    void fault(const std::string& what) {
        if (fault_.empty()) fault_ = "line " + std::to_string(line_) + ": " + what;
    }

    void read_line(const std::string& line) {
        std::istringstream words(line);
        std::string first;
        if (!(words >> first)) return;
        if (first == "machine") {
            if (!(words >> machine_.name)) fault("machine: a name is missing");
        } else if (first == "group") {
            read_group(words);
        } else if (first == "distance") {
            read_distances(words);
        } else if (first == "cost") {
            read_costs(words);
        } else {
            fault("'" + first + "' is none of machine, group, distance, cost");
        }
    }

    // "name=number"; false at the end of the line.
    bool setting(std::istringstream& words, std::string& name, uint32_t& value) {
        std::string word;
        if (!(words >> word)) return false;
        const size_t equals = word.find('=');
        char* end = nullptr;
        const char* const digits = equals == std::string::npos ? "" : word.c_str() + equals + 1;
        const unsigned long number = strtoul(digits, &end, 10);
        if (*digits == 0 || *end != 0 || number > 1000000) fault("'" + word + "': name=number");
        name = word.substr(0, equals);
        value = uint32_t(number);
        return fault_.empty();
    }

    void read_group(std::istringstream& words) {
        uint32_t node = 0, clusters = 1, cores = 1, smt = 1, efficiency = 0, value;
        std::string name;
        while (setting(words, name, value)) {
            uint32_t* const known = name == "node"         ? &node
                                    : name == "clusters"   ? &clusters
                                    : name == "cores"      ? &cores
                                    : name == "smt"        ? &smt
                                    : name == "efficiency" ? &efficiency
                                                           : nullptr;
            if (known == nullptr) return fault("group: no '" + name + "' is known");
            *known = value;
        }
        if (clusters * cores * smt == 0) return fault("group: none of its numbers may be 0");
        if (uint64_t(clusters) * cores * smt + machine_.cpus.size() > 1024)
            return fault("group: more than 1024 CPUs");
        if (node > 63) return fault("group: nodes are 0 to 63");
        for (uint32_t i = 0; i < clusters; i++)
            add_cluster(node, cores, smt, efficiency);
    }

    void add_cluster(uint32_t node, uint32_t cores, uint32_t smt, uint32_t efficiency) {
        for (uint32_t core = 0; core < cores; core++, cores_++)
            for (uint32_t thread = 0; thread < smt; thread++)
                machine_.cpus.push_back({uint32_t(machine_.cpus.size()), uint16_t(thread),
                                         uint16_t(cores_), uint16_t(clusters_), uint16_t(node),
                                         uint8_t(efficiency)});
        clusters_++;
        if (node >= nodes_) nodes_ = node + 1;
    }

    void read_distances(std::istringstream& words) {
        std::vector<uint32_t> row;
        for (uint32_t distance; words >> distance;)
            row.push_back(distance);
        if (row.empty() || !words.eof()) return fault("distance: numbers, one for each node");
        if (row.size() <= machine_.distances.size() || row[machine_.distances.size()] != 10)
            return fault("distance: a node's distance to itself is 10");
        machine_.distances.push_back(row);
    }

    void read_costs(std::istringstream& words) {
        std::string name;
        uint32_t value;
        while (setting(words, name, value)) {
#define WEFT_SIM_COST(field, ns, text) \
    if (name == #field) {              \
        machine_.costs.field = value;  \
        continue;                      \
    }
            WEFT_SIM_COSTS(WEFT_SIM_COST)
#undef WEFT_SIM_COST
            return fault("cost: no '" + name + "' is known");
        }
    }

    void finish() {
        if (machine_.cpus.empty()) return fault("no group: a machine has a CPU at least");
        if (machine_.distances.empty())
            for (uint32_t i = 0; i < nodes_; i++) {
                machine_.distances.emplace_back(nodes_, 20);
                machine_.distances.back()[i] = 10;
            }
        if (machine_.distances.size() != nodes_) return fault("distance: one row for each node");
        for (const std::vector<uint32_t>& row : machine_.distances)
            if (row.size() != nodes_) return fault("distance: one number for each node");
    }

    Machine& machine_;
    std::string fault_;
    uint32_t line_ = 0, nodes_ = 0, cores_ = 0, clusters_ = 0;
};

}  // namespace

std::string read_machine(const std::string& text, Machine& machine) {
    machine = Machine();
    return Reader(machine).read(text);
}

Distance Machine::between(uint32_t a, uint32_t b) const {
    const CpuPlace& left = cpus[a];
    const CpuPlace& right = cpus[b];
    if (left.node != right.node) return Distance::remote;
    if (left.cluster != right.cluster) return Distance::node;
    if (left.core != right.core) return Distance::cluster;
    return left.smt != right.smt ? Distance::sibling : Distance::same;
}

uint32_t Machine::line_cost(uint32_t from, uint32_t to) const {
    switch (between(from, to)) {
        case Distance::same:
            return costs.access;
        case Distance::sibling:
            return costs.sibling;
        case Distance::cluster:
            return costs.cluster;
        case Distance::node:
            return costs.node;
        default:
            return costs.remote * distances[cpus[from].node][cpus[to].node] / 20;
    }
}

// Cost rises with distance, so that a cost is enough to tell who is nearer.
uint32_t Machine::best(const CpuSet& holders, uint32_t to, bool farthest) const {
    uint32_t best = to;
    uint32_t cost = 0;
    for (uint32_t word = 0; word * 64 < cpus.size(); word++)
        for (uint64_t bits = holders[word]; bits != 0; bits &= bits - 1) {
            const uint32_t holder = word * 64 + uint32_t(__builtin_ctzll(bits));
            if (holder == to) continue;
            const uint32_t its = line_cost(holder, to);
            if (best != to && (farthest ? its <= cost : its >= cost)) continue;
            best = holder;
            cost = its;
        }
    return best;
}

}  // namespace weft::sim
