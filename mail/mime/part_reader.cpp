#include "mail/mime/part_reader.hpp"

#include "mail/mime/part_decoder.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::mime {

namespace {

constexpr std::uint64_t piece = 16U << 10U;

} // namespace

part_reader::part_reader(content_ptr from, part what)
  : from_(std::move(from)), what_(std::move(what)) {
}

part_reader::~part_reader() = default;

std::uint64_t part_reader::size() const noexcept {
  return what_.size;
}

void part_reader::rewind() {
  taken_ = 0;
  given_ = 0;
  ended_ = false;
  ready_ = {};
  decoder_.reset();
}

void part_reader::refill() {
  ready_.clear();
  given_ = 0;
  if (!decoder_)
    decoder_ = std::make_unique<part_decoder>(what_.encoding, what_.read_as);
  encoded_.resize(std::min(piece, what_.length - taken_));
  encoded_.resize(from_->read(what_.offset + taken_, encoded_));
  taken_ += encoded_.size();
  ended_ = encoded_.empty();
  if (!ended_)
    return decoder_->decode(encoded_, ready_);
  decoder_->finish(ready_);
  decoder_.reset();
  encoded_ = {};
}

std::size_t part_reader::read(std::span<char> out) {
  while (given_ == ready_.size() && !ended_)
    refill();
  const auto n = ready_.copy(out.data(), out.size(), given_);
  given_ += n;
  if (ended_ && given_ == ready_.size()) {
    ready_ = {};
    given_ = 0;
  }
  return n;
}

} // namespace stagepost::mime
