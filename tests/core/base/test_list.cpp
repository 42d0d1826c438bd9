// test_list.cpp - intrusive chains and lists, against a plain array
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/base/list.hpp>

using namespace weft;

namespace {

struct Item {
    uint32_t number = 0;
    Item* next = nullptr;
    Link<Item> link;
};

using ItemChain = Chain<Item, &Item::next>;
using ItemList = List<Item, &Item::link>;

constexpr uint32_t kItems = 16;

// What a list should hold, in order.
struct Model {
    uint32_t numbers[kItems];
    uint32_t length = 0;

    void push_back(uint32_t number) { numbers[length++] = number; }
    void remove_at(uint32_t index) {
        for (uint32_t i = index + 1; i < length; i++)
            numbers[i - 1] = numbers[i];
        length--;
    }
    uint32_t index_of(uint32_t number) const {
        uint32_t i = 0;
        while (i < length && numbers[i] != number)
            i++;
        return i;
    }
};

void expect_same(const ItemList& list, const Model& model) {
    Item* at = list.front();
    for (uint32_t i = 0; i < model.length; i++) {
        EXPECT(at != nullptr && at->number == model.numbers[i]);
        if (at == nullptr) return;
        at = ItemList::after(at);
    }
    EXPECT(at == nullptr);
}

}  // namespace

TEST(a_chain_is_a_queue_from_behind_and_a_stack_in_front) {
    Item items[4];
    ItemChain chain;
    EXPECT(chain.empty() && chain.pop_front() == nullptr);
    chain.push_back(&items[1]);
    chain.push_back(&items[2]);
    chain.push_front(&items[0]);
    chain.push_back(&items[3]);
    EXPECT_EQ(chain.length(), 4u);
    for (Item& item : items)
        EXPECT_EQ(chain.pop_front(), &item);
    EXPECT(chain.empty());
    chain.push_back(&items[2]);  // after running empty, the stale last element is not used
    chain.push_back(&items[3]);
    EXPECT_EQ(chain.pop_front(), &items[2]);
    EXPECT_EQ(chain.pop_front(), &items[3]);
}

TEST(a_list_agrees_with_a_model_over_random_steps) {
    Item items[kItems];
    for (uint32_t i = 0; i < kItems; i++)
        items[i].number = i;
    ItemList list;
    Model model;
    unit::Random random(3);
    for (int step = 0; step < 5000; step++) {
        const uint32_t number = random.below(kItems);
        const uint32_t index = model.index_of(number);
        if (index == model.length) {
            list.push_back(&items[number]);
            model.push_back(number);
        } else {
            list.remove(&items[number]);
            model.remove_at(index);
        }
        expect_same(list, model);
    }
}

TEST(removing_what_is_in_no_list_panics) {
    Item inside, outside;
    ItemList list;
    list.push_back(&inside);
    EXPECT_PANIC(list.remove(&outside));
}
