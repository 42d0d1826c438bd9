// describe.cpp - reads statements, word by word, into the rows of a topology
// SPDX-License-Identifier: MIT
#include <weft/topology/arrange.hpp>
#include <weft/topology/describe.hpp>
#include <weft/topology/words.hpp>

namespace weft {
namespace {

using Error = DescriptionError;

constexpr uint32_t kMostNumber = 65534;

// What has been read so far. The first error is the one that is told.
class Reader {
 public:
    Reader(const char* text, const TopologyRoom& room) : words_(text), room_(room) {}

    Described read() {
        while (error_ == Error::none && words_.next_line())
            statement();
        Described made;
        made.line = error_ == Error::none ? 0 : words_.line();
        if (error_ == Error::none) finish(made.topology);
        made.error = error_;
        return made;
    }

 private:
    void fail(Error error) {
        if (error_ == Error::none) error_ = error;
    }

    uint32_t number(uint32_t most = kMostNumber) {
        const uint64_t value = words_.number();
        if (value == Words::kNoNumber) fail(Error::number_expected);
        if (value != Words::kNoNumber && value > most) fail(Error::number_too_large);
        return error_ == Error::none ? uint32_t(value) : 0;
    }

    uint64_t size() {
        const uint64_t value = words_.size();
        if (value == Words::kNoNumber) fail(Error::bad_size);
        return value;
    }

    uint32_t page() {
        const uint64_t value = size();
        if (value > ~uint32_t(0)) fail(Error::number_too_large);
        return uint32_t(value);
    }

    void statement() {
        if (words_.skip("cpus") || words_.skip("cpu")) return cpus();
        if (words_.skip("grid")) return grid();
        if (words_.skip("node")) return node();
        if (words_.skip("distance")) return distance();
        if (words_.skip("only")) return only();
        fail(Error::unknown_statement);
    }

    void add_cpu(const CpuPlace& place) {
        for (size_t i = 0; i < cpus_; i++)
            if (room_.cpus[i].cpu == place.cpu) return fail(Error::cpu_twice);
        if (cpus_ == room_.cpus.size()) return fail(Error::too_many_cpus);
        room_.cpus[cpus_++] = place;
        (void)node_of(place.node);
    }

    // The node's row, a new one if it has none yet.
    MemoryNode* node_of(uint32_t number) {
        for (size_t i = 0; i < nodes_; i++)
            if (room_.nodes[i].number == number) return &room_.nodes[i];
        if (nodes_ == room_.nodes.size()) {
            fail(Error::too_many_nodes);
            return nullptr;
        }
        size_t at = nodes_++;
        for (; at > 0 && room_.nodes[at - 1].number > number; at--)
            room_.nodes[at] = room_.nodes[at - 1];
        room_.nodes[at] = MemoryNode{};
        room_.nodes[at].number = uint16_t(number);
        return &room_.nodes[at];
    }

    void cpus() {
        const Words list = words_;
        if (!words_.skip_list()) return fail(Error::bad_range);
        CpuPlace place = {};
        bool own_core = true;
        while (error_ == Error::none && !words_.at_end()) {
            const bool core = words_.skip("core");
            own_core = own_core && !core;
            if (core)
                place.core = uint16_t(number());
            else if (words_.skip("smt"))
                place.smt = uint16_t(number());
            else if (words_.skip("cluster"))
                place.cluster = uint16_t(number());
            else if (words_.skip("node"))
                place.node = uint16_t(number());
            else if (words_.skip("class"))
                place.efficiency = uint16_t(number());
            else
                fail(Error::unknown_field);
        }
        Words each = list;
        for (CpuRange range; error_ == Error::none && each.next_range(&range);)
            for (place.cpu = range.first; place.cpu <= range.last && error_ == Error::none;
                 place.cpu++) {
                if (own_core) place.core = uint16_t(place.cpu);
                add_cpu(place);
            }
    }

    struct Shape {
        uint32_t nodes = 1, clusters = 1, cores = 1, threads = 1;
    };

    void grid() {
        Shape shape;
        while (error_ == Error::none && !words_.at_end()) {
            if (words_.skip("nodes"))
                shape.nodes = number();
            else if (words_.skip("clusters"))
                shape.clusters = number();
            else if (words_.skip("cores"))
                shape.cores = number();
            else if (words_.skip("threads"))
                shape.threads = number();
            else
                fail(Error::unknown_field);
        }
        if (shape.nodes == 0 || shape.clusters == 0 || shape.cores == 0 || shape.threads == 0)
            fail(Error::empty_grid);
        if (error_ == Error::none) lay_grid(shape);
    }

    void lay_grid(const Shape& shape) {
        CpuPlace place = {};
        uint32_t left[3] = {shape.threads, shape.cores, shape.clusters};  // of the group around
        while (error_ == Error::none && place.node < shape.nodes) {
            add_cpu(place);
            place.cpu++;
            place.smt++;
            if (--left[0] != 0) continue;
            left[0] = shape.threads;
            place.smt = 0;
            place.core++;
            if (--left[1] != 0) continue;
            left[1] = shape.cores;
            place.cluster++;
            if (--left[2] != 0) continue;
            left[2] = shape.clusters;
            place.node++;
        }
    }

    void node() {
        MemoryNode* const row = node_of(number());
        while (error_ == Error::none && !words_.at_end()) {
            if (words_.skip("memory"))
                row->bytes = size();
            else if (words_.skip("page"))
                row->page_bytes = page();
            else if (words_.skip("large"))
                row->large_page_bytes = page();
            else
                fail(Error::unknown_field);
        }
    }

    // Kept as triples behind each other until all nodes are known: lines may come in any order.
    void distance() {
        const uint32_t from = number();
        const uint32_t to = number();
        const uint32_t far = number();
        if (error_ == Error::none && !words_.at_end()) fail(Error::unknown_field);
        if (far < kLocalDistance || (from == to && far != kLocalDistance))
            fail(Error::distance_too_short);
        if (error_ != Error::none) return;
        if (room_.distances.size() - distances_ < 3) return fail(Error::too_many_nodes);
        const uint32_t triple[] = {from, to, far};
        for (const uint32_t part : triple)
            room_.distances[distances_++] = uint16_t(part);
    }

    void only() {
        const Words list = words_;
        if (!words_.skip_list() || !words_.at_end()) return fail(Error::bad_range);
        size_t kept = 0;
        for (size_t i = 0; i < cpus_; i++) {
            Words each = list;
            bool in = false;
            for (CpuRange range; each.next_range(&range);)
                in = in || (room_.cpus[i].cpu >= range.first && room_.cpus[i].cpu <= range.last);
            if (in) room_.cpus[kept++] = room_.cpus[i];
        }
        cpus_ = kept;
    }

    void finish(Topology& topology) {
        if (cpus_ == 0) return fail(Error::nothing_left);
        const Span<CpuPlace> rows(room_.cpus.data(), cpus_);
        topology.nodes = {room_.nodes.data(), nodes_};
        WEFT_REQUIRE(arrange(rows, topology.nodes));
        topology.cpus = {rows.data(), cpus_};
        if (distances_ != 0) spread_distances(topology);
        if (error_ == Error::none && first_broken_rule(topology) != TopologyRule::none)
            fail(Error::broken_rule);
    }

    size_t index_of(uint32_t number) const {
        size_t index = 0;
        while (index < nodes_ && room_.nodes[index].number != number)
            index++;
        return index;
    }

    // The triples move behind the matrix, then into it.
    void spread_distances(Topology& topology) {
        const size_t cells = squared(nodes_);
        if (room_.distances.size() < add_saturating(cells, distances_))
            return fail(Error::too_many_nodes);
        uint16_t* const matrix = room_.distances.data();
        uint16_t* const triples = matrix + room_.distances.size() - distances_;
        for (size_t i = distances_; i-- > 0;)
            triples[i] = matrix[i];
        const Topology usual = {topology.cpus, topology.nodes, {}, false};
        uint16_t* cell = matrix;
        for (size_t a = 0; a < nodes_; a++)
            for (size_t b = 0; b < nodes_; b++)
                *cell++ = usual.distance(a, b);
        for (size_t i = 0; i < distances_; i += 3)
            put_distance(matrix, index_of(triples[i]), index_of(triples[i + 1]), triples[i + 2]);
        topology.distances = {matrix, cells};
    }

    void put_distance(uint16_t* matrix, size_t from, size_t to, uint16_t far) {
        if (from == nodes_ || to == nodes_) return fail(Error::unknown_node);
        matrix[multiply_saturating(from, nodes_) + to] = far;
        matrix[multiply_saturating(to, nodes_) + from] = far;
    }

    Words words_;
    const TopologyRoom& room_;
    Error error_ = Error::none;
    size_t cpus_ = 0;
    size_t nodes_ = 0;
    size_t distances_ = 0;
};

}  // namespace

Described describe(const char* text, const TopologyRoom& room) {
    return Reader(text, room).read();
}

}  // namespace weft
