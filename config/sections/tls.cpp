#include "config/readable_file.hpp"
#include "config/readers.hpp"
#include "config/sections/sections.hpp"

namespace stagepost::config {

namespace {

void read_version(const yaml_value& x, std::string& out, report& r) {
  if (x.is == yaml_value::kind::text && (x.text == "1.2" || x.text == "1.3"))
    out = x.text;
  else
    refuse(x, r, "\"1.2\" or \"1.3\"");
}

constexpr key<certificate> pair_keys[] = {
  {"certificate", into<&certificate::certificate, read_pem>,
   "PEM file, the chain in it.", true},
  {"key", into<&certificate::key, read_pem>, "PEM file of its key.", true},
};

void read_pair(const yaml_value& x, certificate& out, report& r) {
  read_map(x, pair_keys, out, r);
  out.file = r.file(x.at.file);
  out.line = x.at.line;
  out.column = x.at.column;
}

constexpr key<tls_section> keys[] = {
  {"certificates",
   into<&tls_section::certificates, read_list<read_pair, certificate>>,
   "The certificates; the client's SNI chooses."},
  {"minimum", into<&tls_section::minimum, read_version>,
   "The oldest version of TLS."},
  {"client_authority", into<&tls_section::client_authority, read_pem>,
   "PEM file of the authorities that client certificates are checked against."},
};

} // namespace

void read_tls(const yaml_value& x, tls_section& out, report& r) {
  read_map(x, keys, out, r);
}

void describe_tls(std::vector<known_key>& out) {
  describe(out, "tls.", keys);
  describe(out, "tls.certificates[].", pair_keys);
}

} // namespace stagepost::config
