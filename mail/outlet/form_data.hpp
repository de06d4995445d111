#pragma once

#include "mail/content.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace stagepost::outlet {

/// Octets that are made as they are read, so that no mail lies in memory twice.
class octet_source {
public:
  octet_source() = default;
  octet_source(const octet_source&) = delete;
  octet_source& operator=(const octet_source&) = delete;
  virtual ~octet_source() = default;

  /// How many octets there are in all.
  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;

  /// Copies the next octets into `out`. @returns How many; 0 at the end only.
  /// Throws std::system_error when they lie in a file that fails.
  virtual std::size_t read(std::span<char> out) = 0;

  /// Begins again.
  virtual void rewind() = 0;
};

/// A body of the type multipart/form-data (RFC 7578). Its names are escaped as
/// browsers do (HTML, 4.10.21.8).
class form_data final : public octet_source {
public:
  struct field {
    std::string name;
    std::string file_name; ///< UTF-8; "" = not a file.
    std::string type;      ///< Content-Type; "" = none.
    std::unique_ptr<octet_source> value;
  };

  /// @param boundary  Occurs in no value; letters and digits, 60 at most.
  form_data(std::string boundary, std::vector<field> fields);

  /// "multipart/form-data; boundary=…"
  [[nodiscard]] std::string content_type() const;
  [[nodiscard]] std::uint64_t size() const noexcept override;
  /// Throws std::system_error, too, when a value ends before its size.
  std::size_t read(std::span<char> out) override;
  void rewind() override;

private:
  [[nodiscard]] std::string before(std::size_t i) const;
  std::size_t read_value(std::span<char> out);
  void next();

  std::string boundary_;
  std::vector<field> fields_;
  std::uint64_t size_ = 0;
  std::size_t at_ = 0;       ///< The field; behind the last: the end.
  std::string lines_;        ///< What stands before its value.
  std::size_t given_ = 0;    ///< Of these.
  std::uint64_t passed_ = 0; ///< Of its value.
};

} // namespace stagepost::outlet
