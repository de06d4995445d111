#include "net/trust_anchor.hpp"

#include <memory>
#include <unbound.h>

namespace stagepost::net {

std::string fault_of_trust_anchor(const std::string& file) {
  const std::unique_ptr<ub_ctx, decltype(&ub_ctx_delete)> context{
    ub_ctx_create(), ub_ctx_delete};
  if (!context)
    return "cannot set up libunbound";
  ub_ctx_debugout(context.get(), nullptr); // the verdict is enough
  if (ub_ctx_add_ta_file(context.get(), file.c_str()) != 0)
    return file + ": holds no DNSKEY or DS records";
  // The file is read with the first question; this one libunbound answers by
  // itself.
  ub_result* answer = nullptr;
  const auto result = ub_resolve(context.get(), "localhost", 1, 1, &answer);
  ub_resolve_free(answer);
  return result == UB_INITFAIL ? file + ": holds no DNSKEY or DS records"
                               : std::string{};
}

} // namespace stagepost::net
