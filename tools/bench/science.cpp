// science.cpp - EP, MG and CG on a part of their data
// SPDX-License-Identifier: MIT
#include "science.hpp"

#include <math.h>
#include <string.h>

namespace bench {
namespace {

double draw_between(uint64_t& state) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return double(int64_t(state) >> 11) * 0x1p-52;
}

}  // namespace

// ---- EP ----

void Ep::draw(uint32_t begin, uint32_t end) {
    for (uint32_t number = begin; number < end; number++)
        draw_batch(number);
}

void Ep::draw_batch(uint32_t number) {
    Batch batch = {};
    uint64_t state = number * 0x9e3779b97f4a7c15u + 1;
    for (uint32_t pair = 0; pair < kPairs; pair++) {
        const double x = draw_between(state), y = draw_between(state);
        const double square = x * x + y * y;
        if (square > 1 || square == 0) continue;
        const double stretch = sqrt(-2 * log(square) / square);
        const double larger = fmax(fabs(x), fabs(y)) * stretch;
        batch.sum_x += x * stretch;
        batch.sum_y += y * stretch;
        if (larger < kRings) batch.rings[uint32_t(larger)]++;
    }
    batches_[number] = batch;
}

double Ep::total() const {
    double sum = 0;
    for (const Batch& batch : batches_) {
        sum += batch.sum_x + batch.sum_y;
        for (uint32_t ring = 0; ring < kRings; ring++)
            sum += ring * batch.rings[ring];
    }
    return sum;
}

// ---- MG ----

void Mg::clear() {
    for (Grid& grid : grids_)
        memset(grid.u, 0, sizeof grid.u);
    for (uint32_t i = 1; i <= kSide; i++)
        grids_[0].f[i][kSide / 2][1 + (i * 7) % kSide] = i % 2 == 0 ? 1 : -1;
}

// From u to r and back would race between planes: a plane's smoothed values go to r, which the next
// step reads.
void Mg::smooth(uint32_t level, uint32_t plane) {
    Grid& g = grids_[level];
    const uint32_t n = side(level), z = plane + 1;
    for (uint32_t y = 1; y <= n; y++)
        for (uint32_t x = 1; x <= n; x++) {
            const double around = g.u[z - 1][y][x] + g.u[z + 1][y][x] + g.u[z][y - 1][x] +
                                  g.u[z][y + 1][x] + g.u[z][y][x - 1] + g.u[z][y][x + 1];
            g.r[z][y][x] = g.f[z][y][x] - 6 * g.u[z][y][x] + around;
        }
}

void Mg::restrict_to(uint32_t level, uint32_t plane) {
    const Grid& fine = grids_[level - 1];
    Grid& coarse = grids_[level];
    const uint32_t n = side(level), z = plane + 1, fz = 2 * plane + 1;
    for (uint32_t y = 1; y <= n; y++)
        for (uint32_t x = 1; x <= n; x++) {
            double sum = 0;
            for (uint32_t i = 0; i < 8; i++)
                sum += fine.r[fz + (i >> 2)][2 * y - 1 + (i >> 1 & 1)][2 * x - 1 + (i & 1)];
            coarse.f[z][y][x] = sum / 2;
        }
}

void Mg::add_coarser(uint32_t level, uint32_t plane) {
    Grid& fine = grids_[level];
    const Grid& coarse = grids_[level + 1];
    const uint32_t n = side(level), z = plane + 1, cz = plane / 2 + 1;
    for (uint32_t y = 1; y <= n; y++)
        for (uint32_t x = 1; x <= n; x++)
            fine.u[z][y][x] += coarse.u[cz][(y + 1) / 2][(x + 1) / 2] + fine.r[z][y][x] * (1.0 / 8);
}

double Mg::total() const {
    double sum = 0;
    for (uint32_t z = 1; z <= kSide; z++)
        for (uint32_t y = 1; y <= kSide; y++)
            for (uint32_t x = 1; x <= kSide; x++)
                sum += grids_[0].r[z][y][x] * grids_[0].r[z][y][x];
    return sum;
}

// ---- CG ----

void Cg::begin(uint32_t row) {
    double part = 0;
    const uint32_t y = row + 1;
    for (uint32_t x = 1; x <= kSide; x++) {
        x_[y][x] = 0;
        r_[y][x] = p_[y][x] = (row * kSide + x) % 7 - 3.0;
        part += r_[y][x] * r_[y][x];
    }
    parts_[row] = part;
}

void Cg::multiply(uint32_t row) {
    double part = 0;
    const uint32_t y = row + 1;
    for (uint32_t x = 1; x <= kSide; x++) {
        q_[y][x] = 4 * p_[y][x] - p_[y - 1][x] - p_[y + 1][x] - p_[y][x - 1] - p_[y][x + 1];
        part += p_[y][x] * q_[y][x];
    }
    parts_[row] = part;
}

void Cg::advance(uint32_t row) {
    double part = 0;
    const uint32_t y = row + 1;
    for (uint32_t x = 1; x <= kSide; x++) {
        x_[y][x] += length_ * p_[y][x];
        r_[y][x] -= length_ * q_[y][x];
        part += r_[y][x] * r_[y][x];
    }
    parts_[row] = part;
}

void Cg::turn(uint32_t row) {
    const uint32_t y = row + 1;
    for (uint32_t x = 1; x <= kSide; x++)
        p_[y][x] = r_[y][x] + ratio_ * p_[y][x];
}

void Cg::choose_direction() {
    const double before = residual_;
    residual_ = sum();
    ratio_ = residual_ / before;
}

double Cg::sum() const {
    double sum = 0;
    for (const double part : parts_)
        sum += part;
    return sum;
}

Ep& the_ep() {
    static Ep ep;
    return ep;
}
Mg& the_mg() {
    static Mg mg;
    return mg;
}
Cg& the_cg() {
    static Cg cg;
    return cg;
}

}  // namespace bench
