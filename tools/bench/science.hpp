// science.hpp - the kernels of EP, MG and CG, each on a part of its data; compiled once
// SPDX-License-Identifier: MIT
#pragma once
#include "bench.hpp"

namespace bench {

// Gaussian pairs by the polar method, counted by the ring that they fall in.
class Ep {
 public:
    static constexpr uint32_t kBatches = 512, kPairs = 128, kRings = 10;
    void draw(uint32_t begin, uint32_t end);
    double total() const;

 private:
    struct alignas(64) Batch {
        double sum_x, sum_y;
        uint32_t rings[kRings];
    };
    void draw_batch(uint32_t number);
    Batch batches_[kBatches];
};

// Grids with a shell of zeros; level 0 is the finest.
class Mg {
 public:
    static constexpr uint32_t kLevels = 5, kSide = 64;
    static constexpr uint32_t side(uint32_t level) { return kSide >> level; }

    void clear();
    void smooth(uint32_t level, uint32_t plane);
    void restrict_to(uint32_t level, uint32_t plane);
    void add_coarser(uint32_t level, uint32_t plane);
    double total() const;

 private:
    struct Grid {
        double u[kSide + 2][kSide + 2][kSide + 2];
        double f[kSide + 2][kSide + 2][kSide + 2];
        double r[kSide + 2][kSide + 2][kSide + 2];
    };
    Grid grids_[kLevels];
};

// The Laplacian of five points on a square.
class Cg {
 public:
    static constexpr uint32_t kSide = 256;

    // Rows of the grid.
    void begin(uint32_t row);
    void multiply(uint32_t row);
    void advance(uint32_t row);
    void turn(uint32_t row);
    // Between them, by one.
    void keep_residual() { residual_ = sum(); }
    void choose_length() { length_ = residual_ / sum(); }
    void choose_direction();
    double residual() const { return residual_; }

 private:
    double sum() const;
    double x_[kSide + 2][kSide + 2], r_[kSide + 2][kSide + 2], p_[kSide + 2][kSide + 2];
    double q_[kSide + 2][kSide + 2];
    double parts_[kSide];  // of the latest scalar product, a row each
    double residual_, length_, ratio_;
};

Ep& the_ep();
Mg& the_mg();
Cg& the_cg();

}  // namespace bench
