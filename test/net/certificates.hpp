#pragma once

#include "config/configuration.hpp"

#include <filesystem>
#include <string>

namespace stagepost::net {

/// A folder of its own, gone with the object.
class temporary_folder {
public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const {
    return (root_ / name).string();
  }

private:
  std::filesystem::path root_;
};

/// Makes a self-signed certificate and its key with the openssl program.
/// @param options  More of them, such as "-addext subjectAltName=DNS:a.example"
config::certificate make_certificate(const temporary_folder& folder,
                                     const std::string& name,
                                     const std::string& common_name,
                                     const std::string& options = {});

} // namespace stagepost::net
