#include "net/socket_bio.hpp"

#include <openssl/bio.h>

#include <cerrno>
#include <sys/socket.h>

namespace stagepost::net {

namespace {

socket_source& source_of(BIO* bio) {
  return *static_cast<socket_source*>(BIO_get_data(bio));
}

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int send_some(BIO* bio, const char* data, std::size_t size, std::size_t* sent) {
  BIO_clear_retry_flags(bio);
  auto n
    = ::send(source_of(bio).socket, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n < 0) {
    if (would_block())
      BIO_set_retry_write(bio);
    return 0;
  }
  *sent = static_cast<std::size_t>(n);
  return 1;
}

std::size_t take_early(std::string& early, char* to, std::size_t size) {
  const auto n = early.copy(to, size);
  if (n < early.size())
    early.erase(0, n);
  else
    std::string{}.swap(early);
  return n;
}

int receive_some(BIO* bio, char* data, std::size_t size, std::size_t* got) {
  BIO_clear_retry_flags(bio);
  auto& source = source_of(bio);
  if (!source.early.empty()) {
    *got = take_early(source.early, data, size);
    return 1;
  }
  auto n = ::recv(source.socket, data, size, MSG_DONTWAIT);
  if (n < 0 && would_block())
    BIO_set_retry_read(bio);
  if (n == 0)
    errno = 0; // how TLS tells the end of the stream from a failure
  if (n <= 0)
    return 0;
  *got = static_cast<std::size_t>(n);
  return 1;
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* make_method() {
  auto* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
                              "stagepost socket");
  if (method != nullptr) {
    BIO_meth_set_write_ex(method, send_some);
    BIO_meth_set_read_ex(method, receive_some);
    BIO_meth_set_ctrl(method, control);
  }
  return method;
}

} // namespace

bio_st* make_socket_bio(socket_source& x) {
  static BIO_METHOD* const method = make_method();
  if (method == nullptr)
    return nullptr;
  auto* bio = BIO_new(method);
  if (bio == nullptr)
    return nullptr;
  BIO_set_data(bio, &x);
  BIO_set_init(bio, 1);
  return bio;
}

} // namespace stagepost::net
