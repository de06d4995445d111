#include "config/yaml_reader.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>
#include <utility>
#include <vector>

namespace stagepost::config {

namespace {

using kind = yaml_value::kind;

/// Nine lines of anchors can name a thousand million values.
constexpr std::size_t most_values = 100'000;

std::size_t count(const yaml_value& x) {
  std::size_t n = 1;
  for (const auto& item : x.items)
    n += count(item);
  for (const auto& entry : x.entries)
    n += count(entry.value);
  return n;
}

/// Ends the reading of a file from within an event.
struct stop {
  place at;
  std::string why;
};

/// Makes values of the parser's events; one for a file.
class builder final : public YAML::EventHandler {
public:
  builder(std::size_t file, report& out) : file_(file), out_(out) {
  }
  yaml_value take() {
    return std::move(root_);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // After a stray comma yaml-cpp finds empty documents for ever.
    if (++documents_ == 2)
      throw stop{at(mark), "what stands here does not belong to what is "
                           "before it; a file holds one mapping"};
  }
  void OnDocumentEnd() override {
    anchors_.clear();
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    scalar({.is = kind::empty, .at = at(mark)}, anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    check_tag(mark, tag);
    scalar({.is = kind::text, .at = at(mark), .text = value}, anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto i = anchors_.find(anchor);
    if (i == anchors_.end()) {
      out_.complain(at(mark), "an anchor inside of itself");
      add({.is = kind::broken, .at = at(mark)});
      return;
    }
    note(count(i->second), at(mark));
    add(i->second);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open_.push_back({{.is = kind::list, .at = at(mark)}, anchor, {}});
  }
  void OnSequenceEnd() override {
    close();
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open_.push_back({{.is = kind::map, .at = at(mark)}, anchor, {}});
  }
  void OnMapEnd() override {
    close();
  }

private:
  /// A list or mapping whose end has not come yet.
  struct container {
    yaml_value value;
    YAML::anchor_t anchor;
    std::optional<yaml_value> key; ///< Of a mapping, when its value is next.
  };

  [[nodiscard]] place at(const YAML::Mark& mark) const {
    if (mark.is_null())
      return {file_, 0, 0};
    return {file_, mark.line + 1, mark.column + 1};
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!"
        && tag.rfind("tag:yaml.org,2002:", 0) != 0)
      out_.complain(at(mark),
                    "tags such as " + backquoted(tag) + " mean nothing");
  }

  void note(std::size_t more, place at) {
    values_ += more;
    if (values_ > most_values)
      throw stop{at, "more than 100,000 values"};
  }

  void scalar(yaml_value x, YAML::anchor_t anchor) {
    note(1, x.at);
    if (anchor != YAML::NullAnchor)
      anchors_[anchor] = x;
    add(std::move(x));
  }

  void close() {
    auto done = std::move(open_.back());
    open_.pop_back();
    note(1, done.value.at);
    if (done.anchor != YAML::NullAnchor)
      anchors_[done.anchor] = done.value;
    add(std::move(done.value));
  }

  void add(yaml_value x) {
    if (open_.empty()) {
      if (documents_ == 1)
        root_ = std::move(x);
      return;
    }
    auto& in = open_.back();
    if (in.value.is == kind::list)
      in.value.items.push_back(std::move(x));
    else if (!in.key)
      in.key = std::move(x);
    else
      add_entry(in, std::move(x));
  }

  void add_entry(container& in, yaml_value x) {
    const auto key = std::exchange(in.key, std::nullopt).value();
    // What yaml-cpp calls the place of nothing is where the next thing begins.
    if (x.is == kind::empty)
      x.at = key.at;
    if (key.is != kind::text)
      out_.complain(key.at, "a key must be a plain text, not "
                              + std::string(to_string(key.is)));
    else if (const auto* first = in.value.find(key.text))
      out_.complain(key.at, "duplicate key " + backquoted(key.text)
                              + "; it stands in line "
                              + std::to_string(first->at.line) + " already");
    else
      in.value.entries.push_back({key.text, key.at, std::move(x)});
  }

  std::size_t file_;
  report& out_;
  yaml_value root_;
  std::vector<container> open_;
  std::map<YAML::anchor_t, yaml_value> anchors_;
  std::size_t values_ = 0;
  int documents_ = 0;
};

/// Whether the reader stumbled over the brace of `${NAME}`.
bool at_variable(const std::string& text, const YAML::Mark& mark) {
  const auto pos = static_cast<std::size_t>(mark.pos);
  return mark.pos > 0 && pos < text.size() && text[pos] == '{'
         && text[pos - 1] == '$';
}

} // namespace

std::optional<yaml_value> read_yaml(const std::string& text, std::size_t file,
                                    report& out) {
  builder values(file, out);
  try {
    std::istringstream in(text);
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(values)) {
    }
  } catch (const stop& e) {
    out.complain_unread(e.at, e.why);
    return std::nullopt;
  } catch (const YAML::Exception& e) {
    const place at = e.mark.is_null()
                       ? place{file, 0, 0}
                       : place{file, e.mark.line + 1, e.mark.column + 1};
    auto why = "not valid YAML: " + e.msg;
    if (at_variable(text, e.mark))
      why += "; inside of {} and [] a value with `${` needs quotes";
    out.complain_unread(at, std::move(why));
    return std::nullopt;
  }
  return values.take();
}

} // namespace stagepost::config
