// frame_columns.hpp - a structure of arrays in frame memory: one column a member, a row by index
// SPDX-License-Identifier: MIT
//
//     FrameColumns<float, float, uint32_t> particles(arena, 1000);   // x, y, colour
//     float* x = particles.column<0>();
//
// Columns start on cache lines of their own: loops over one touch nothing else, and vectorise.
#pragma once
#include <weft/memory/frame_arena.hpp>

namespace weft {

template <size_t kIndex, class First, class... Rest>
struct ColumnType {
    using Type = typename ColumnType<kIndex - 1, Rest...>::Type;
};
template <class First, class... Rest>
struct ColumnType<0, First, Rest...> {
    using Type = First;
};

template <class... Columns>
class FrameColumns {
    static_assert((kPlainBytes<Columns> && ...), "FrameColumns: plain bytes only");

 public:
    FrameColumns() = default;
    // All columns or none: without memory there are no rows.
    FrameColumns(FrameArena& arena, size_t rows, Site site = Site::here()) {
        const FrameCheckpoint before = arena.checkpoint();
        size_t index = 0;
        const bool all = (take(arena, index++, rows, sizeof(Columns), site) && ...);
        if (!all) arena.rollback(before);
        rows_ = all ? rows : 0;
    }

    size_t rows() const { return rows_; }

    template <size_t kIndex>
    auto column() const {
        using Type = typename ColumnType<kIndex, Columns...>::Type;
        return rows_ == 0 ? nullptr : static_cast<Type*>(columns_[kIndex]);
    }

    template <size_t kIndex>
    auto& at(size_t row) const {
        WEFT_REQUIRE(row < rows_);
        return column<kIndex>()[row];
    }

 private:
    bool take(FrameArena& arena, size_t index, size_t rows, size_t bytes, Site site) {
        const size_t total = multiply_saturating(rows, bytes);
        columns_[index] = total == kHuge ? nullptr : arena.allocate(total, port::kCacheLine, site);
        return columns_[index] != nullptr;
    }

    void* columns_[sizeof...(Columns)] = {};
    size_t rows_ = 0;
};

}  // namespace weft
