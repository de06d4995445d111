#pragma once

#include "config/configuration.hpp"
#include "mail/dkim/key_table.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace stagepost {

/// A key file with what there is to say of it.
struct dkim_key_file {
  dkim::signing_key key;
  /// What its administrator should know: it is short, or others can read it.
  std::vector<std::string> warnings;
};

/// Loads one. @returns Or why it can't be used, naming the file.
std::variant<dkim_key_file, std::string> load_dkim_key(const std::string& path);

/// The keys of a node that sign its mail. Copies share them. Any thread.
class dkim_keys {
public:
  dkim_keys() = default; ///< None.

  /// Loads the keys of a section. Those that were made by the same section are
  /// taken over, whatever their files hold by now: see `reload_if_changed`.
  /// @returns Or why a file was refused.
  static std::variant<dkim_keys, std::string>
  load(const config::dkim_section& x, const config::dkim_section& before,
       const dkim_keys& loaded);

  /// Nothing where no domain has keys.
  [[nodiscard]] std::shared_ptr<const dkim::key_table> table() const;

  struct reloaded {
    bool changed = false;
    std::vector<std::string> refusals; ///< Each names its file.
  };
  /// Takes what new files hold. What can't be used leaves the key that was
  /// there before, and is tried again the next time.
  [[nodiscard]] reloaded reload_if_changed() const;

  /// What there is to say of the files as they are.
  [[nodiscard]] std::vector<std::string> warnings() const;

private:
  struct state;
  std::shared_ptr<state> state_;
};

} // namespace stagepost
