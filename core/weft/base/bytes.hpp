// bytes.hpp - memory with its size, and arrays with their length
// SPDX-License-Identifier: MIT
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <weft/base/require.hpp>

namespace weft {

struct Bytes {
    unsigned char* data = nullptr;
    size_t size = 0;

    uintptr_t address() const { return reinterpret_cast<uintptr_t>(data); }
    bool contains(uintptr_t at) const { return at - address() < size; }

    // The part [offset, offset + length), which must lie inside.
    Bytes part(size_t offset, size_t length) const {
        WEFT_REQUIRE(offset <= size && length <= size - offset);
        return {data + offset, length};
    }
};

template <class T>
class Span {
 public:
    constexpr Span() = default;
    constexpr Span(T* data, size_t length) : data_(data), length_(length) {}
    template <size_t kLength>
    constexpr Span(T (&array)[kLength]) : data_(array), length_(kLength) {}

    constexpr T* data() const { return data_; }
    constexpr size_t size() const { return length_; }
    constexpr bool empty() const { return length_ == 0; }
    constexpr T* begin() const { return data_; }
    constexpr T* end() const { return data_ + length_; }

    T& operator[](size_t index) const {
        WEFT_REQUIRE(index < length_);
        return data_[index];
    }

 private:
    T* data_ = nullptr;
    size_t length_ = 0;
};

}  // namespace weft
