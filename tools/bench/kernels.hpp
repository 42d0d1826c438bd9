// kernels.hpp - what all variants of a workload compute alike; compiled once, vectorised
// SPDX-License-Identifier: MIT
#pragma once
#include "bench.hpp"

namespace bench {

// Square matrices of small whole numbers, so that floats are exact whatever the order.
constexpr uint32_t kMatrix = 1024;
constexpr uint32_t kTile = 16;
constexpr uint32_t kStride = kMatrix + kTile;

struct Matrices {
    Matrices();
    bool right() const;  // whether r's sum is that of a * b

    alignas(64) float a[kMatrix * kStride];
    alignas(64) float b[kMatrix * kStride];
    alignas(64) float r[kMatrix * kStride];
};

Matrices& the_matrices();

// r = a * b, or r += a * b, on tiles within matrices.
void multiply_tile(const float* a, const float* b, float* r, bool add);

// y[i] += x[i] * factor, for items [begin, end).
void add_scaled(float* y, const float* x, float factor, uint32_t begin, uint32_t end);

}  // namespace bench
