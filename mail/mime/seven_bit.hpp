#pragma once

#include "mail/mime/transfer_encoding.hpp"
#include "mail/mime/walker.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stagepost::mime {

/// What has to become of each part of a message, so that all of it is lines of
/// ASCII (RFC 6152, 3; RFC 2045, 6).
struct seven_bit_plan {
  enum class step : unsigned char {
    keep,
    relabel,          ///< It says 8bit or binary, and is 7bit.
    quoted_printable, ///< Text.
    base64,           ///< Anything else.
  };
  std::vector<step> steps; ///< By the entity's number.
  /// Why it can't be: "its header is not ASCII". Empty if it can.
  std::string fault;
};

/// Not so for a message that is 7bit as it is.
[[nodiscard]] bool changes_anything(const seven_bit_plan& x) noexcept;

/// Looks a message through, as its octets come, in pieces of any size. Nothing
/// can be done for headers that are not ASCII, for what is signed or encrypted
/// and would break, for parts that are not what they say they are, and for
/// messages past the limits of `walker`.
class seven_bit_survey : private walker::visitor {
public:
  seven_bit_survey();
  seven_bit_survey(const seven_bit_survey&) = delete;
  seven_bit_survey& operator=(const seven_bit_survey&) = delete;
  ~seven_bit_survey() override = default;
  void feed(std::string_view octets);
  [[nodiscard]] seven_bit_plan finish();

private:
  struct facts {
    entity::kind what = entity::kind::leaf;
    mime::encoding encoding = encoding::seven_bit;
    bool text = false;
    bool fit = false; ///< Its body may be encoded.
    bool sealed = false;
    bool eight_bit = false;
    bool rough = false; ///< NUL, bare CR or LF, or lines too long.
  };

  void header(const entity& x, std::string_view octets) override;
  void body(const entity& x, std::string_view octets) override;
  void between(std::string_view octets) override;
  void end_line();
  seven_bit_plan::step step_for(const facts& x);
  void complain(std::string_view why);

  walker walker_;
  std::vector<facts> found_;
  std::size_t column_ = 0;
  char last_ = '\n';
  std::string fault_;
};

/// Carries a plan out, over the same octets.
class seven_bit_encoder : private walker::visitor {
public:
  explicit seven_bit_encoder(seven_bit_plan plan);
  seven_bit_encoder(const seven_bit_encoder&) = delete;
  seven_bit_encoder& operator=(const seven_bit_encoder&) = delete;
  ~seven_bit_encoder() override = default;

  void encode(std::string_view octets, std::string& out);
  void finish(std::string& out);

private:
  void header(const entity& x, std::string_view octets) override;
  void body(const entity& x, std::string_view octets) override;
  void between(std::string_view octets) override;
  void end_part();
  void add_missing(const entity& x, std::string_view label);

  seven_bit_plan plan_;
  walker walker_;
  std::string* out_ = nullptr;
  seven_bit_plan::step now_ = seven_bit_plan::step::keep;
  quoted_printable_encoder quoted_;
  base64_encoder base64_;
};

} // namespace stagepost::mime
