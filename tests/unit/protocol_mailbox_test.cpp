// Mailbox: nothing sent is lost, each sender's items stay in order, and nobody sleeps through an arrival.
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "engine/protocol/mailbox.hpp"
#include "tests/catch.hpp"

namespace qarium::protocol_mailbox_test {

using namespace std::chrono_literals;

namespace {

struct Item {
  std::size_t sender = 0;
  int number = 0;
};

}  // namespace

TEST_CASE("taking from a mailbox replaces what was there by what has arrived, in order") {
  protocol::Mailbox<int> mailbox;
  std::vector<int> out = {7, 8};
  mailbox.take(out);
  CHECK(out.empty());
  for (int i = 0; i < 5; ++i)
    mailbox.send(i);
  mailbox.take(out);
  CHECK(out == std::vector<int>{0, 1, 2, 3, 4});
  mailbox.take(out);
  CHECK(out.empty());
  mailbox.send(9);
  mailbox.take(out);
  CHECK(out == std::vector<int>{9});
}

TEST_CASE("a mailbox carries what can only be moved") {
  protocol::Mailbox<std::unique_ptr<int>> mailbox;
  mailbox.send(std::make_unique<int>(3));
  std::vector<std::unique_ptr<int>> out;
  mailbox.take(out);
  REQUIRE(out.size() == 1);
  CHECK(*out[0] == 3);
}

TEST_CASE("a mailbox between threads loses nothing and keeps each sender's order") {
  constexpr int kItems = 5'000;
  constexpr std::size_t kSenders = 2;
  protocol::Mailbox<Item> mailbox;
  std::vector<std::thread> senders;
  for (std::size_t sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&mailbox, sender] {
      for (int number = 0; number < kItems; ++number)
        mailbox.send({sender, number});
    });
  }
  std::array<int, kSenders> next{};
  bool in_order = true;
  std::size_t received = 0;
  std::vector<Item> batch;
  while (received < kSenders * kItems) {
    mailbox.wait();
    mailbox.take(batch);
    for (const auto& item : batch)
      in_order = in_order && item.number == next[item.sender]++;
    received += batch.size();
  }
  for (auto& sender : senders)
    sender.join();
  CHECK(in_order);
  CHECK(next == std::array<int, kSenders>{kItems, kItems});
  mailbox.take(batch);
  CHECK(batch.empty());
}

TEST_CASE("messages answered one by one between two threads arrive one by one") {
  protocol::Mailbox<int> there;
  protocol::Mailbox<int> back;
  std::thread echo([&] {
    std::vector<int> batch;
    for (bool running = true; running;) {
      there.wait();
      there.take(batch);
      for (const int item : batch) {
        back.send(item);
        running = running && item >= 0;
      }
    }
  });
  bool right = true;
  std::vector<int> batch;
  const auto ask = [&](int item) {
    there.send(item);
    back.wait();
    back.take(batch);
    right = right && batch == std::vector<int>{item};
  };
  for (int item = 0; item < 500; ++item)
    ask(item);
  ask(-1);
  echo.join();
  CHECK(right);
}

TEST_CASE("a wake ends one wait, even where it came first") {
  protocol::Mailbox<int> mailbox;
  mailbox.wake();
  mailbox.wait();  // would hang if the wake were lost
  const auto start = std::chrono::steady_clock::now();
  mailbox.wait_for(20ms);
  CHECK(std::chrono::steady_clock::now() - start >= 20ms);

  std::atomic<bool> returned{false};
  std::thread sleeper([&] {
    mailbox.wait();
    returned.store(true);
  });
  std::this_thread::sleep_for(10ms);
  CHECK_FALSE(returned.load());
  mailbox.wake();
  sleeper.join();
  CHECK(returned.load());

  mailbox.send(1);
  mailbox.wait();  // returns at once: something is there
  mailbox.wait_for(1h);
  std::vector<int> out;
  mailbox.take(out);
  CHECK(out.size() == 1);
}

}  // namespace qarium::protocol_mailbox_test
