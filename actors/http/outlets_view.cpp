#include "actors/http/outlets_view.hpp"

#include "mail/date.hpp"

#include <array>
#include <ostream>

namespace stagepost {

namespace {

namespace json = boost::json;

/// By `outlet::verdict::kind`.
constexpr std::array kinds{"accepted", "rejected", "failed"};

void append_head(std::ostream& out, const char* name, const char* type,
                 const char* help) {
  out << "# HELP stagepost_outlet_" << name << ' ' << help
      << "\n# TYPE stagepost_outlet_" << name << ' ' << type << '\n';
}

template <class Value>
void append(std::ostream& out, const node& here, const char* name,
            const char* help, Value value) {
  append_head(out, name, "gauge", help);
  for (const auto& [outlet, x] : here.board.all())
    out << "stagepost_outlet_" << name << "{outlet=\"" << outlet << "\"} "
        << value(*x) << '\n';
}

} // namespace

json::array outlets_view(const node& here) {
  json::array out;
  for (const auto& [name, x] : here.board.all()) {
    json::object one{{"outlet", name}, {"state", x->down ? "down" : "up"}};
    const auto since = x->since.load();
    one["since"] = since == outlet_figures::time_point{}
                     ? json::value(nullptr)
                     : json::value(rfc3339_date(since));
    one["waiting"] = x->waiting.load();
    one["working"] = x->working.load();
    one["connections"] = x->connections.load();
    for (std::size_t i = 0; i < kinds.size(); ++i)
      one[kinds[i]] = x->verdicts[i].load();
    out.push_back(std::move(one));
  }
  return out;
}

void append_outlets(std::ostream& out, const node& here) {
  if (here.board.all().empty()) // a family without a sample tells nothing
    return;
  // Their names are letters, digits and `._-`: nothing to escape.
  append_head(out, "verdicts_total", "counter",
              "What outlets made of mail, by recipient.");
  for (const auto& [outlet, x] : here.board.all())
    for (std::size_t i = 0; i < kinds.size(); ++i)
      out << "stagepost_outlet_verdicts_total{outlet=\"" << outlet
          << "\",verdict=\"" << kinds[i] << "\"} " << x->verdicts[i] << '\n';
  append(out, here, "waiting", "Mails in line for a worker.",
         [](const outlet_figures& x) { return x.waiting.load(); });
  append(out, here, "working", "Workers that have a mail.",
         [](const outlet_figures& x) { return x.working.load(); });
  append(out, here, "connections",
         "Open connections to the platform, idle ones included.",
         [](const outlet_figures& x) { return x.connections.load(); });
  append(out, here, "down",
         "1 while the platform is down and answers are given without asking.",
         [](const outlet_figures& x) { return x.down ? 1 : 0; });
}

} // namespace stagepost
