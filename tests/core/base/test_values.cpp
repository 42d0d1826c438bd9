// test_values.cpp - bytes, spans, results, placement, text
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/base/bytes.hpp>
#include <weft/base/place.hpp>
#include <weft/base/result.hpp>
#include <weft/base/text.hpp>

using namespace weft;

namespace {

int alive;

struct Counted {
    explicit Counted(int n) : number(n) { alive++; }
    ~Counted() { alive--; }
    int number;
};

}  // namespace

TEST(a_part_of_bytes_lies_inside_or_panics) {
    unsigned char memory[32];
    const Bytes bytes = {memory, sizeof memory};
    EXPECT_EQ(bytes.part(8, 24).data, memory + 8);
    EXPECT_EQ(bytes.part(32, 0).size, 0u);
    EXPECT(bytes.contains(bytes.address() + 31) && !bytes.contains(bytes.address() + 32));
    EXPECT_PANIC((void)bytes.part(8, 25));
    EXPECT_PANIC((void)bytes.part(33, 0));
    EXPECT_PANIC((void)bytes.part(~size_t(0), 2));
}

TEST(a_span_checks_its_index) {
    int numbers[] = {1, 2, 3};
    const Span<int> span(numbers);
    int sum = 0;
    for (int number : span)
        sum += number;
    EXPECT_EQ(sum, 6);
    EXPECT_EQ(span[2], 3);
    EXPECT(Span<int>().empty());
    EXPECT_PANIC((void)span[3]);
}

TEST(a_result_is_a_value_or_a_reason) {
    const Result<int> good = 5;
    const Result<int> bad = Status::exhausted;
    EXPECT(good.ok() && !bad.ok());
    EXPECT_EQ(good.value(), 5);
    EXPECT_EQ(bad.status(), Status::exhausted);
    EXPECT_EQ(bad.value_or(9), 9);
    EXPECT_PANIC((void)bad.value());
    EXPECT_PANIC((void)Result<int>(Status::ok));
}

TEST(every_status_has_a_text_of_its_own) {
    for (uint8_t i = 0; i <= uint8_t(Status::nothing_to_do); i++) {
        EXPECT(status_text(Status(i))[0] != 0);
        for (uint8_t k = 0; k < i; k++)
            EXPECT(!same_text(status_text(Status(i)), status_text(Status(k))));
    }
    EXPECT(same_text(status_text(Status(200)), "not a status"));
}

TEST(objects_are_built_in_given_memory_and_dropped) {
    alignas(Counted) unsigned char memory[sizeof(Counted)];
    alive = 0;
    Counted* counted = construct_at<Counted>(memory, 7);
    EXPECT_EQ(static_cast<void*>(counted), static_cast<void*>(memory));
    EXPECT_EQ(counted->number, 7);
    EXPECT_EQ(alive, 1);
    destroy_at(counted);
    EXPECT_EQ(alive, 0);
}

TEST(numbers_and_addresses_print) {
    Text<64> text;
    text.add_number(0).add(" ").add_number(1000).add(" ").add_number(~uint64_t(0));
    EXPECT(same_text(text.c_str(), "0 1000 18446744073709551615"));
    Text<32> hex;
    hex.add_hex(0xbeef, 8);
    EXPECT(same_text(hex.c_str(), "0000beef"));
    Text<32> none;
    none.add(nullptr);
    EXPECT(same_text(none.c_str(), "(null)"));
}

TEST(a_text_too_long_ends_in_dots) {
    Text<8> text;
    text.add("12345678");
    EXPECT(text.complete());
    text.add("9");
    EXPECT(!text.complete());
    EXPECT(same_text(text.c_str(), "12345..."));
    EXPECT_EQ(text.length(), 8u);
}
