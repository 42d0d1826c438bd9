// kernels.cpp - inner loops of matmul and of the parallel loop, at -O3
// SPDX-License-Identifier: MIT
#include "kernels.hpp"

namespace bench {
namespace {

// A tile's row as one vector: the compiler cuts it to the registers there are. Tiles are aligned.
using Row = float __attribute__((vector_size(kTile * sizeof(float)), may_alias));

Row& row_at(float* tile, uint32_t row) {
    return *reinterpret_cast<Row*>(tile + row * kStride);
}
const Row& row_at(const float* tile, uint32_t row) {
    return *reinterpret_cast<const Row*>(tile + row * kStride);
}

}  // namespace

Matrices::Matrices() {
    for (uint32_t i = 0; i < kMatrix * kStride; i++) {
        a[i] = float(i % 7);
        b[i] = float(i % 5);
        r[i] = 0;
    }
}

// The sum of a product: each column of a meets one row of b.
bool Matrices::right() const {
    double want = 0;
    double got = 0;
    for (uint32_t k = 0; k < kMatrix; k++) {
        double column = 0;
        double row = 0;
        for (uint32_t i = 0; i < kMatrix; i++) {
            column += double(a[i * kStride + k]);
            row += double(b[k * kStride + i]);
            got += double(r[k * kStride + i]);
        }
        want += column * row;
    }
    return want == got;
}

Matrices& the_matrices() {
    static Matrices matrices;
    return matrices;
}

void multiply_tile(const float* a, const float* b, float* r, bool add) {
    Row b_rows[kTile];
    for (uint32_t k = 0; k < kTile; k++)
        b_rows[k] = row_at(b, k);
    for (uint32_t i = 0; i < kTile; i++) {
        Row sum = add ? row_at(r, i) : Row{};
        for (uint32_t k = 0; k < kTile; k++)
            sum += a[i * kStride + k] * b_rows[k];
        row_at(r, i) = sum;
    }
}

void add_scaled(float* y, const float* x, float factor, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; i++)
        y[i] += x[i] * factor;
}

}  // namespace bench
