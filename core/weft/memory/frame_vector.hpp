// frame_vector.hpp - a vector of fixed capacity in frame memory; a full one says no
// SPDX-License-Identifier: MIT
//
// Plain bytes only: nobody would run destructors. Good until the frame is done, or rolled back.
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/memory/frame_arena.hpp>

namespace weft {

template <class T>
class FrameVector {
    static_assert(kPlainBytes<T>, "FrameVector: plain bytes only; nobody runs destructors");

 public:
    FrameVector() = default;
    // Without memory the capacity is 0, and every push says no.
    FrameVector(FrameArena& arena, size_t capacity, Site site = Site::here())
        : items_(arena.allocate_array<T>(capacity, site)),
          capacity_(items_ == nullptr ? 0 : capacity) {}

    [[nodiscard]] bool push(const T& item) {
        if (length_ == capacity_) return false;
        construct_at<T>(items_ + length_, item);
        length_++;
        return true;
    }
    void pop() {
        WEFT_REQUIRE(length_ > 0);
        length_--;
    }
    void clear() { length_ = 0; }

    size_t size() const { return length_; }
    size_t capacity() const { return capacity_; }
    bool empty() const { return length_ == 0; }
    T* begin() { return items_; }
    T* end() { return items_ + length_; }
    const T* begin() const { return items_; }
    const T* end() const { return items_ + length_; }
    Span<T> span() { return {items_, length_}; }
    T& operator[](size_t index) {
        WEFT_REQUIRE(index < length_);
        return items_[index];
    }

 private:
    T* items_ = nullptr;
    size_t length_ = 0;
    size_t capacity_ = 0;
};

}  // namespace weft
