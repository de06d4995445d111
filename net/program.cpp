#include "net/program.hpp"

#include "net/spawn.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace stagepost::net {

namespace asio = boost::asio;

/// Each wait that is under way holds one: it lives until the process is gone.
class running_program::impl : public std::enable_shared_from_this<impl> {
public:
  using error_code = boost::system::error_code;

  impl(asio::io_context& loop, const program& x, program_ears ears,
       std::function<void(program_end)> done)
    : handle_(loop), input_(loop), output_(loop), errors_(loop), timer_(loop),
      limit_(x.output_limit), grace_(x.grace), ears_(std::move(ears)),
      done_(std::move(done)) {
  }

  ~impl() {
    if (over_)
      return;
    // The loop has ended before the program.
    kill();
    reap();
  }

  void fail(std::string why) {
    end_.why = std::move(why);
    asio::post(handle_.get_executor(),
               [me = shared_from_this()] { me->tell(); });
  }

  void start(child made, asio::steady_timer::duration time_limit) {
    id_ = made.id;
    over_ = false;
    handle_.assign(made.handle.release());
    if (made.input)
      input_.assign(made.input.release());
    output_.assign(made.output.release());
    errors_.assign(made.errors.release());
    wait_for_end();
    wait_for(output_, end_.output);
    wait_for(errors_, end_.errors);
    if (time_limit > asio::steady_timer::duration::zero())
      after(time_limit, &impl::on_time);
  }

  void say(std::string octets) {
    if (over_ || !input_.is_open())
      return;
    said_ = std::move(octets);
    gone_ = 0;
    wait_to_write();
  }

  void hang_up() {
    error_code ignored;
    input_.close(ignored);
  }

  void end() {
    if (over_)
      return;
    if (grace_ <= asio::steady_timer::duration::zero())
      return kill();
    ::kill(-id_, SIGTERM);
    after(grace_, &impl::kill);
  }

  void abandon() {
    deaf_ = true;
    done_ = nullptr;
    if (!over_)
      kill();
  }

private:
  using stream = asio::posix::stream_descriptor;
  enum class state { open, starved, ended };

  void after(asio::steady_timer::duration time, void (impl::*then)()) {
    timer_.expires_after(time);
    timer_.async_wait([me = shared_from_this(), then](error_code ec) {
      if (!ec && !me->over_)
        (me.get()->*then)();
    });
  }

  void wait_to_write() {
    input_.async_wait(stream::wait_write,
                      [me = shared_from_this()](error_code ec) {
                        if (!ec && !me->over_ && !me->deaf_)
                          me->write();
                      });
  }

  void write() {
    const auto n = ::write(input_.native_handle(), said_.data() + gone_,
                           said_.size() - gone_);
    if (n < 0 && errno != EINTR && errno != EAGAIN)
      return hang_up();
    gone_ += n > 0 ? static_cast<std::size_t>(n) : 0;
    if (gone_ < said_.size())
      return wait_to_write();
    said_.clear();
    ears_.drained();
  }

  void wait_for_end() {
    handle_.async_wait(stream::wait_read,
                       [me = shared_from_this()](error_code) { me->on_end(); });
  }

  void wait_for(stream& from, std::string& to) {
    from.async_wait(stream::wait_read,
                    [me = shared_from_this(), &from, &to](error_code ec) {
                      if (ec || me->over_ || me->deaf_)
                        return;
                      // Some of it, so that others have their turn as well.
                      constexpr int parts = 4;
                      if (me->take(from, to, parts) != state::ended)
                        me->wait_for(from, to);
                    });
  }

  state take(stream& from, std::string& to, int parts) {
    std::array<char, 16U * 1024U> part; // NOLINT: read() fills it
    while (parts-- > 0 && !deaf_) {
      const auto n = ::read(from.native_handle(), part.data(), part.size());
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        return state::starved;
      if (n <= 0)
        return state::ended;
      const std::string_view octets{part.data(), static_cast<std::size_t>(n)};
      if (&from == &output_ && ears_.heard)
        ears_.heard(octets);
      else
        keep(octets, to);
    }
    return state::open;
  }

  void keep(std::string_view octets, std::string& to) const {
    to += octets;
    if (to.size() > 2 * limit_) // not each time, for the rest is moved
      to.erase(0, to.size() - limit_);
  }

  void clip(std::string& x) const {
    x.erase(0, x.size() - std::min(x.size(), limit_));
  }

  void on_time() {
    timed_out_ = true;
    end();
  }

  void on_end() {
    if (over_)
      return;
    // An event of a descriptor that had this number before may come here.
    if (!ended())
      return wait_for_end();
    // It is a zombie now: nobody else can have its number, which is its
    // group's.
    kill();
    const auto how = reap();
    over_ = true;
    // As much as a pipe can hold, since others may write on.
    constexpr int parts = 64;
    take(output_, end_.output, parts);
    take(errors_, end_.errors, parts);
    clip(end_.output);
    clip(end_.errors);
    close();
    if (timed_out_)
      end_.how = program_end::kind::timed_out;
    else if (how.si_code == CLD_EXITED)
      end_.how = program_end::kind::exited;
    else
      end_.how = program_end::kind::killed;
    end_.code = how.si_status;
    tell();
  }

  void tell() {
    if (auto done = std::exchange(done_, nullptr))
      done(std::move(end_));
  }

  void close() {
    error_code ignored;
    handle_.close(ignored);
    input_.close(ignored);
    output_.close(ignored);
    errors_.close(ignored);
    timer_.cancel();
  }

  /// @param time  In milliseconds; -1: as long as it takes.
  bool ended(int time = 0) {
    pollfd handle{
      .fd = handle_.native_handle(), .events = POLLIN, .revents = 0};
    return ::poll(&handle, 1, time) == 1;
  }

  void kill() {
    ::kill(-id_, SIGKILL);
    ::kill(id_, SIGKILL); // if it has left its group
  }

  siginfo_t reap() {
    siginfo_t out{};
    const auto handle = static_cast<id_t>(handle_.native_handle());
    // Asio has made it one that does not block.
    while (::waitid(P_PIDFD, handle, &out, WEXITED) < 0
           && (errno == EAGAIN || errno == EINTR))
      ended(-1);
    return out;
  }

  pid_t id_ = -1;
  stream handle_;
  stream input_; ///< Open while it is talked with.
  stream output_;
  stream errors_;
  asio::steady_timer timer_;
  const std::size_t limit_;
  const asio::steady_timer::duration grace_;
  const program_ears ears_; ///< Empty if it is not talked with.
  std::function<void(program_end)> done_;
  program_end end_;
  std::string said_;
  std::size_t gone_ = 0; ///< Of `said_`.
  bool deaf_ = false;    ///< Nobody wants to hear of it any more.
  bool timed_out_ = false;
  bool over_ = true; ///< There is no process, or it is reaped.
};

running_program::running_program(std::shared_ptr<impl> x)
  : impl_(std::move(x)) {
}

running_program::~running_program() {
  impl_->abandon();
}

void running_program::say(std::string octets) {
  impl_->say(std::move(octets));
}

void running_program::hang_up() {
  impl_->hang_up();
}

void running_program::end() {
  impl_->end();
}

namespace {

std::unique_ptr<running_program>
started(asio::io_context& loop, const program& x, program_ears ears,
        std::function<void(program_end)> done) {
  auto made = spawn(x, static_cast<bool>(ears.heard));
  auto run = std::make_shared<running_program::impl>(loop, x, std::move(ears),
                                                     std::move(done));
  if (made.id < 0)
    run->fail(std::move(made.why));
  else
    run->start(std::move(made), x.time_limit);
  return std::make_unique<running_program>(std::move(run));
}

} // namespace

std::unique_ptr<running_program>
start_program(asio::io_context& loop, const program& x,
              std::function<void(program_end)> done) {
  return started(loop, x, {}, std::move(done));
}

std::unique_ptr<running_program>
talk_with(asio::io_context& loop, const program& x, program_ears ears,
          std::function<void(program_end)> done) {
  return started(loop, x, std::move(ears), std::move(done));
}

} // namespace stagepost::net
