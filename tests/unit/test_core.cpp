#include <algorithm>
#include <boost/core/nvp.hpp>
#include <catch2/catch.hpp>
#include <cstdio>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ectp/core/date.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/id.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/version.hpp"

namespace {

using ectp::date;
using ectp::errc;
using ectp::error;
using ectp::location;
using ectp::result;

static_assert(date::from_civil(1970, 1, 1).days() == 0);
static_assert(date{} == date::from_civil(1970, 1, 1));
static_assert(date::from_civil(2025, 11, 24).weekday() == ectp::weekday::monday);
static_assert(!date::exists(2025, 2, 29) && date::exists(2024, 2, 29));

// One day after another, by the rules a person would use.
struct counter {
  int year;
  unsigned month, day;
  unsigned weekday;  // Monday is 0

  static bool leap(int y) {
    if (y % 400 == 0) return true;
    if (y % 100 == 0) return false;
    return y % 4 == 0;
  }
  unsigned length() const {
    static constexpr unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && leap(year) ? 1 : 0);
  }
  void step() {
    weekday = weekday == 6 ? 0 : weekday + 1;
    if (day != length()) {
      ++day;
      return;
    }
    day = 1;
    if (++month == 13) {
      month = 1;
      ++year;
    }
  }
  std::string text() const {
    char out[32];
    std::snprintf(out, sizeof out, "%04d-%02u-%02u", year, month, day);
    return out;
  }
};

}  // namespace

TEST_CASE("every day from 1900 to 2100 agrees with a slow counter", "[core][date]") {
  counter slow{1900, 1, 1, 0};  // 1900-01-01 was a Monday
  date fast = date::from_civil(1900, 1, 1);
  REQUIRE(fast.days() == -25567);
  int checked = 0;
  for (; slow.year != 2101; slow.step(), fast = fast + 1, ++checked) {
    const auto read = ectp::parse_date(slow.text());
    const bool same = fast.year() == slow.year && fast.month() == slow.month &&
                      fast.day() == slow.day &&
                      static_cast<unsigned>(fast.weekday()) == slow.weekday &&
                      date::from_civil(slow.year, slow.month, slow.day) == fast &&
                      date::exists(slow.year, slow.month, slow.day) &&
                      date::days_in_month(slow.year, slow.month) == slow.length() &&
                      ectp::to_string(fast) == slow.text() && read.has_value() && *read == fast &&
                      date::from_days(fast.days()) == fast;
    if (!same) FAIL(slow.text() << " became " << ectp::to_string(fast));
  }
  CHECK(checked == 73414);  // 201 years of 365 days and 49 leap days
}

TEST_CASE("all ten thousand years agree with the counter at the ends of months", "[core][date]") {
  counter slow{1, 1, 1, 0};
  date fast = date::from_civil(1, 1, 1);
  CHECK(fast.days() == -719162);
  for (; slow.year != 10000; slow.step(), fast = fast + 1) {
    if (slow.day != 1 && slow.day != slow.length()) continue;
    if (ectp::to_string(fast) != slow.text() ||
        static_cast<unsigned>(fast.weekday()) != slow.weekday)
      FAIL(slow.text() << " became " << ectp::to_string(fast));
  }
  CHECK((fast - 1) == date::from_civil(9999, 12, 31));
  CHECK((fast - 1).days() == 2932896);
}

TEST_CASE("only days of the calendar exist", "[core][date]") {
  for (int y : {1900, 1999, 2000, 2023, 2024, 2100})
    for (unsigned m = 0; m != 14; ++m)
      for (unsigned d = 0; d != 34; ++d) {
        const bool there =
            m >= 1 && m <= 12 && d >= 1 && d <= counter{y, m == 0 ? 1 : m, 1, 0}.length();
        if (m <= 12 && date::exists(y, m, d) != there) FAIL(y << '-' << m << '-' << d);
        if (m > 12 && date::exists(y, m, d)) FAIL(y << '-' << m << '-' << d);
      }
  CHECK_FALSE(date::exists(0, 1, 1));
  CHECK_FALSE(date::exists(-1, 1, 1));
  CHECK_FALSE(date::exists(10000, 1, 1));
  CHECK(date::exists(1, 1, 1));
  CHECK(date::exists(9999, 12, 31));
}

TEST_CASE("text that is no day is refused", "[core][date]") {
  const std::vector<std::string> refused = {"",
                                            " ",
                                            "2025",
                                            "2025-11",
                                            "2025-11-2",
                                            "2025-1-24",
                                            "25-11-24",
                                            "2025-11-240",
                                            "02025-11-24",
                                            " 2025-11-24",
                                            "2025-11-24 ",
                                            "2025-11-24T00:00:00",
                                            "2025/11/24",
                                            "24/11/2025",
                                            "11/24/2025",
                                            "24.11.2025",
                                            "2025.11.24",
                                            "20251124",
                                            "2025-11-24Z",
                                            "2025_11_24",
                                            "2025-11/24",
                                            "2025-00-10",
                                            "2025-13-10",
                                            "2025-11-00",
                                            "2025-11-31",
                                            "2025-02-29",
                                            "1900-02-29",
                                            "2100-02-29",
                                            "2024-02-30",
                                            "2025-04-31",
                                            "2025-06-31",
                                            "2025-09-31",
                                            "2025-01-32",
                                            "0000-01-01",
                                            "+025-11-24",
                                            "-025-11-24",
                                            "2025-+1-24",
                                            "2025-11-+4",
                                            "2025-11--4",
                                            "2025- 1-24",
                                            "2025-11- 4",
                                            "2025-11-2a",
                                            "2O25-11-24",
                                            "abcd-ef-gh",
                                            "today",
                                            "2025-W48-1",
                                            "2025-328",
                                            std::string("2025-11-2\0", 10),
                                            "2025\xE2\x80\x93"
                                            "1-24",
                                            "\xEF\xBC\x92"
                                            "025-1-1",
                                            std::string(100, '1')};
  for (const auto& text : refused) {
    INFO(text);
    const auto r = ectp::parse_date(text);
    REQUIRE_FALSE(r.has_value());
    CHECK(r.error().code == errc::bad_date);
    CHECK(r.error().expected == "YYYY-MM-DD, for example 2025-11-24");
    CHECK(r.error().hint.empty() == (text.find('/') == text.npos));
    CHECK(r.error().message.size() < 80);
  }
  CHECK(ectp::parse_date("24/11/2025").error().message == "'24/11/2025' is not a calendar day");
  CHECK(ectp::parse_date("24/11/2025").error().hint ==
        "dates such as 24/11/2025 are ambiguous: write 2025-11-24");
}

TEST_CASE("days add, subtract and compare", "[core][date]") {
  const auto a = date::from_civil(2024, 2, 28), b = date::from_civil(2024, 3, 1);
  CHECK(b - a == 2);
  CHECK(a - b == -2);
  CHECK(a + 2 == b);
  CHECK(b - 2 == a);
  CHECK(a + -2 == date::from_civil(2024, 2, 26));
  CHECK(a < b);
  CHECK(b >= a);
  CHECK((a <=> a) == std::strong_ordering::equal);
}

namespace {

struct writer {  // the archive protocol, as far as the core types use it
  std::vector<std::string> seen;
  static std::string text(std::int32_t n) { return std::to_string(n); }
  static std::string text(const std::string& s) { return s; }
  template <class T>
  void operator&(const boost::serialization::nvp<T>& field) {
    seen.push_back(field.name() + ("=" + text(field.const_value())));
  }
};
struct teacher_tag;
struct mentor_tag;
using teacher_id = ectp::id<teacher_tag>;
using mentor_id = ectp::id<mentor_tag>;

template <class A, class B>
concept comparable = requires(A a, B b) {
  a == b;
};
static_assert(comparable<teacher_id, teacher_id>);
static_assert(!comparable<teacher_id, mentor_id>);
static_assert(!std::is_convertible_v<teacher_id, mentor_id>);
static_assert(!std::is_constructible_v<teacher_id, mentor_id>);
static_assert(!std::is_convertible_v<std::string, teacher_id>);
static_assert(std::is_default_constructible_v<teacher_id>);

}  // namespace

TEST_CASE("an id admits exactly its 66 characters", "[core][id]") {
  const std::string legal = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";
  REQUIRE(legal.size() == 66);
  int admitted = 0;
  for (int b = 0; b != 256; ++b) {
    const char c = static_cast<char>(b);
    const bool good = legal.find(c) != legal.npos;
    for (const std::string& text :
         {std::string(1, c), "a" + std::string(1, c), c + std::string("z")}) {
      if (ectp::is_id(text) != good || teacher_id::make(text).has_value() != good)
        FAIL("byte " << b);
    }
    admitted += good ? 1 : 0;
  }
  CHECK(admitted == 66);
}

TEST_CASE("an id has 1 to 64 characters", "[core][id]") {
  for (std::size_t n = 0; n != 130; ++n)
    if (ectp::is_id(std::string(n, 'x')) != (n >= 1 && n <= 64)) FAIL(n);
  CHECK(teacher_id::make(std::string(64, 'x'))->str() == std::string(64, 'x'));
}

TEST_CASE("an id is a value with a default of none", "[core][id]") {
  teacher_id none;
  CHECK(none.empty());
  CHECK(none.str().empty());
  const teacher_id a = *teacher_id::make("t-1"), b = *teacher_id::make("t-2");
  CHECK_FALSE(a.empty());
  CHECK(a != b);
  CHECK(a < b);
  CHECK(none < a);
  CHECK(*teacher_id::make("t-1") == a);
  CHECK(*teacher_id::make("t-10") < b);  // by bytes, not by number
  writer ar;
  teacher_id copy = a;
  copy.serialize(ar, 0);
  date day = date::from_days(7);
  day.serialize(ar, 0);
  CHECK(ar.seen == std::vector<std::string>{"text=t-1", "days=7"});
}

TEST_CASE("a bad id says so exactly", "[core][id]") {
  const auto r = teacher_id::make("Ann Example");
  REQUIRE_FALSE(r.has_value());
  CHECK(ectp::to_string(r.error()) ==
        "bad_id: 'Ann Example' is not an id; expected 1 to 64 characters of A-Z a-z 0-9 . _ : -. "
        "Hint: "
        "use the host system's own pseudonymous id, never a name");
}

TEST_CASE("a result holds a value or an error", "[core][result]") {
  const result<int> good = 7;
  CHECK(good.has_value());
  CHECK(static_cast<bool>(good));
  CHECK(*good == 7);
  CHECK(good.value() == 7);
  CHECK(good.value_or(9) == 7);
  const result<int> bad = error{errc::io, "gone", {}, "", ""};
  CHECK_FALSE(bad.has_value());
  CHECK_FALSE(static_cast<bool>(bad));
  CHECK(bad.error().code == errc::io);
  CHECK(bad.value_or(9) == 9);
}

TEST_CASE("a result copies, moves and changes sides", "[core][result]") {
  using words = result<std::vector<std::string>>;
  const std::string text(100, 'w');
  words a = std::vector<std::string>{text};
  words b = a;
  CHECK(*a == *b);
  b->push_back("more");
  CHECK(a->size() == 1);
  const auto* data = b->data();
  words c = std::move(b);
  CHECK(c->data() == data);
  const error lost{errc::io, text, {"f", 1, 2, "/a"}, text, text};
  a = lost;
  REQUIRE_FALSE(a);
  CHECK(a.error() == lost);
  words d = a;
  CHECK(d.error() == lost);
  d = std::move(c);
  CHECK(d->size() == 2);
  a = d;
  CHECK(*a == *d);
  a = *&a;  // onto itself
  CHECK(*a == *d);
  d = error{errc::io, "x", {}, "", ""};
  const words& itself = d;
  d = itself;
  CHECK(d.error().message == "x");
  const error taken = std::move(d).error();
  CHECK(taken.message == "x");
}

TEST_CASE("a result destroys what it held, once", "[core][result]") {
  const auto shared = std::make_shared<int>(1);
  {
    result<std::shared_ptr<int>> r = shared;
    CHECK(shared.use_count() == 2);
    result<std::shared_ptr<int>> copy = r;
    CHECK(shared.use_count() == 3);
    copy = error{};
    CHECK(shared.use_count() == 2);
    copy = std::move(r);
    CHECK(shared.use_count() == 2);
  }
  CHECK(shared.use_count() == 1);
}

TEST_CASE("a result carries what can only be moved", "[core][result]") {
  result<std::unique_ptr<int>> r = std::make_unique<int>(5);
  CHECK(**r == 5);
  result<std::unique_ptr<int>> moved = std::move(r);
  const std::unique_ptr<int> out = std::move(moved).value();
  CHECK(*out == 5);
  static_assert(std::is_nothrow_move_constructible_v<result<std::unique_ptr<int>>>);
}

TEST_CASE("value() throws the whole error", "[core][result]") {
  const error e{
      errc::bad_date, "no day", {"r.json", 3, 9, "/entries/0/on"}, "YYYY-MM-DD", "write it so"};
  const auto caught = [&](auto&& call) {
    try {
      call();
    } catch (const ectp::exception& x) {
      CHECK(x.error() == e);
      CHECK(x.what() == ectp::to_string(e));
      const std::exception& base = x;
      CHECK(std::string(base.what()) == ectp::to_string(e));
      return true;
    }
    return false;
  };
  result<std::string> r = e;
  const result<std::string> constant = e;
  const result<void> nothing = e;
  CHECK(caught([&] { (void)r.value(); }));
  CHECK(caught([&] { (void)constant.value(); }));
  CHECK(caught([&] { (void)result<std::string>(e).value(); }));
  CHECK(caught([&] { nothing.value(); }));
}

TEST_CASE("a result of nothing says only whether it worked", "[core][result]") {
  const result<void> good;
  CHECK(good.has_value());
  CHECK_NOTHROW(good.value());
  result<void> bad = error{errc::not_allowed, "no", {}, "", ""};
  CHECK_FALSE(bad);
  result<void> copy = bad;
  CHECK(copy.error().message == "no");
  bad = good;
  CHECK(bad);
  CHECK(std::move(copy).error().code == errc::not_allowed);
}

TEST_CASE("a place is written as far as it is known", "[core][error]") {
  const auto text = [](location at) { return ectp::to_string(at); };
  CHECK(text({}) == "");
  CHECK(text({"a.json", 0, 0, ""}) == "a.json");
  CHECK(text({"a.json", 3, 0, ""}) == "a.json:3");
  CHECK(text({"a.json", 3, 14, ""}) == "a.json:3:14");
  CHECK(text({"a.json", 3, 14, "/entries/3"}) == "a.json:3:14 (/entries/3)");
  CHECK(text({"a.json", 0, 14, ""}) == "a.json");
  CHECK(text({"", 3, 14, ""}) == "line 3:14");
  CHECK(text({"", 0, 0, "/x"}) == "(/x)");
  CHECK(text({"a.json", 0, 0, "/x"}) == "a.json (/x)");
  CHECK(text({"f", std::numeric_limits<std::uint32_t>::max(), 10, ""}) == "f:4294967295:10");
}

TEST_CASE("an error is one line", "[core][error]") {
  error e{errc::unknown_code, "no statement '9z'", {}, "", ""};
  CHECK(ectp::to_string(e) == "unknown_code: no statement '9z'");
  e.expected = "a code of ittecf-2024";
  CHECK(ectp::to_string(e) == "unknown_code: no statement '9z'; expected a code of ittecf-2024");
  e.hint = "did you mean '8z'?";
  e.at = {"r.json", 12, 5, "/entries/3/statement"};
  CHECK(ectp::to_string(e) ==
        "r.json:12:5 (/entries/3/statement): unknown_code: no statement '9z'; expected a code of "
        "ittecf-2024. Hint: did you mean '8z'?");
  e.expected.clear();
  e.at = {};
  CHECK(ectp::to_string(e) == "unknown_code: no statement '9z'. Hint: did you mean '8z'?");
  CHECK(e == error(e));
  CHECK_FALSE(e == error{});
  CHECK(error{}.code == errc::internal);
}

TEST_CASE("error codes keep their numbers and names", "[core][error]") {
  const std::vector<std::string> names = {"io",
                                          "too_large",
                                          "too_deep",
                                          "encoding",
                                          "syntax",
                                          "wrong_type",
                                          "missing_field",
                                          "unknown_field",
                                          "unknown_code",
                                          "unknown_edition",
                                          "wrong_edition",
                                          "out_of_range",
                                          "bad_date",
                                          "future_date",
                                          "duplicate_id",
                                          "unknown_reference",
                                          "bad_id",
                                          "bad_table",
                                          "bad_domain",
                                          "bad_cell",
                                          "rule_conflict",
                                          "no_rule",
                                          "newer_version",
                                          "not_allowed",
                                          "bad_argument",
                                          "internal"};
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == 26);
  for (std::size_t i = 0; i != names.size(); ++i)
    CHECK(ectp::name(static_cast<errc>(i + 1)) == names[i]);
  CHECK(static_cast<int>(errc::io) == 1);
  CHECK(static_cast<int>(errc::internal) == 26);
}

TEST_CASE("the version is three numbers", "[core]") {
  const std::string v = ectp::version;
  CHECK(v == ECTP_VERSION);
  CHECK(v.find_first_not_of("0123456789.") == v.npos);
  CHECK(std::count(v.begin(), v.end(), '.') == 2);
}
