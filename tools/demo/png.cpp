// png.cpp - writes the world as a PNG: sixteen colours, a cell a nibble, stored without packing
// SPDX-License-Identifier: MIT
//
//   signature | IHDR | PLTE | IDAT: zlib { a stored block for each row } | IEND
//
// Chunks end in a CRC of their kind and bytes (PNG 5.3); the zlib stream in an Adler-32 (RFC 1950).
#include <stdio.h>

#include "picture.hpp"

namespace demo {
namespace {

constexpr uint32_t kRowBytes = 1 + Sand::kWidth / 2;  // no filter, then two cells a byte
constexpr uint32_t kBlockHead = 5;
constexpr uint32_t kStreamBytes = 2 + Sand::kHeight * (kBlockHead + kRowBytes) + 4;

void put_number(unsigned char* at, uint32_t value) {
    for (int i = 0; i < 4; i++)
        at[i] = static_cast<unsigned char>(value >> (24 - 8 * i));
}

class Chunk {
 public:
    Chunk(FILE* file, const char* kind, uint32_t bytes) : file_(file) {
        unsigned char length[4];
        put_number(length, bytes);
        fwrite(length, 1, sizeof length, file_);
        add(reinterpret_cast<const unsigned char*>(kind), 4);
    }
    ~Chunk() {
        unsigned char crc[4];
        put_number(crc, ~crc_);
        fwrite(crc, 1, sizeof crc, file_);
    }
    Chunk(const Chunk&) = delete;
    Chunk& operator=(const Chunk&) = delete;

    void add(const unsigned char* bytes, size_t length) {
        for (size_t i = 0; i < length; i++) {
            crc_ ^= bytes[i];
            for (int bit = 0; bit < 8; bit++)
                crc_ = crc_ >> 1 ^ (crc_ & 1 ? 0xedb88320u : 0);
        }
        fwrite(bytes, 1, length, file_);
    }

 private:
    FILE* file_;
    uint32_t crc_ = ~0u;
};

struct Adler {
    uint32_t low = 1, high = 0;

    void add(const unsigned char* bytes, size_t length) {
        for (size_t i = 0; i < length; i++) {
            low = (low + bytes[i]) % 65521;
            high = (high + low) % 65521;
        }
    }
    uint32_t value() const { return high << 16 | low; }
};

void add_row(Chunk& chunk, Adler& adler, const Cell* cells, bool last) {
    unsigned char row[kBlockHead + kRowBytes] = {last, kRowBytes & 0xff, kRowBytes >> 8,
                                                 static_cast<unsigned char>(~kRowBytes),
                                                 static_cast<unsigned char>(~kRowBytes >> 8)};
    for (uint32_t i = 0; i < Sand::kWidth / 2; i++)
        row[kBlockHead + 1 + i] = static_cast<unsigned char>(cells[2 * i] << 4 | cells[2 * i + 1]);
    adler.add(row + kBlockHead, kRowBytes);
    chunk.add(row, sizeof row);
}

void add_cells(FILE* file, const Sand& sand) {
    Chunk chunk(file, "IDAT", kStreamBytes);
    const unsigned char head[] = {0x78, 0x01};
    chunk.add(head, sizeof head);
    Adler adler;
    for (uint32_t y = 0; y < Sand::kHeight; y++)
        add_row(chunk, adler, sand.row(y), y == Sand::kHeight - 1);
    unsigned char sum[4];
    put_number(sum, adler.value());
    chunk.add(sum, sizeof sum);
}

void add_heads(FILE* file) {
    unsigned char head[13] = {0, 0, 0, 0, 0, 0, 0, 0, 4, 3};  // four bits, a palette
    put_number(head, Sand::kWidth);
    put_number(head + 4, Sand::kHeight);
    Chunk(file, "IHDR", sizeof head).add(head, sizeof head);
    Chunk palette(file, "PLTE", 3 * kPalette);
    for (const Colour colour : kColours) {
        unsigned char word[4];
        put_number(word, colour);
        palette.add(word + 1, 3);
    }
}

}  // namespace

bool write_png(const char* path, const Sand& sand) {
    FILE* file = fopen(path, "wb");
    if (file == nullptr) return false;
    fwrite("\x89PNG\r\n\x1a\n", 1, 8, file);
    add_heads(file);
    add_cells(file, sand);
    Chunk(file, "IEND", 0);
    const bool written = !ferror(file);
    return fclose(file) == 0 && written;
}

}  // namespace demo
