"""Haraka (npm), with a plugin that makes the same POST of a mail."""

import contextlib
import re
import socket
import subprocess

import processes
from servers import free_port, tool

_PLUGIN = """\
'use strict'
const http = require('node:http')
const agent = new http.Agent({ keepAlive: true, maxSockets: 16 })

exports.register = function () {
  this.register_hook('rcpt', 'accept')
  this.register_hook('data', 'parse')
  this.register_hook('queue', 'post')
}

exports.accept = (next) => next(OK)

exports.parse = (next, connection) => {
  const t = connection.transaction
  t.parse_body = true
  t.notes.attachments = []
  t.attachment_hooks((type, name, body, stream) => {
    const one = { type, name, octets: [] }
    t.notes.attachments.push(one)
    stream.on('data', (x) => one.octets.push(x))
  })
  next()
}

exports.post = (next, connection) => {
  const t = connection.transaction
  const mark = 'b' + t.uuid.replace(/[^0-9A-Za-z]/g, '')
  const out = []
  const field = (name, type, octets, file) => {
    out.push(Buffer.from(
      `--${mark}\\r\\nContent-Disposition: form-data; name="${name}"` +
      (file ? `; filename="${file}"` : '') +
      `\\r\\nContent-Type: ${type}\\r\\n\\r\\n`))
    out.push(octets, Buffer.from('\\r\\n'))
  }
  field('message', 'application/json', Buffer.from(JSON.stringify({
    id: t.uuid, sender: t.mail_from.address(),
    recipients: t.rcpt_to.map((x) => x.address()),
    client: connection.remote.ip, ehlo: connection.hello.host,
    subject: t.header.get('Subject'),
    message_id: t.header.get('Message-ID'),
    headers: t.header.lines(),
  })))
  const bodies = [t.body, ...(t.body ? t.body.children : [])]
  for (const x of bodies)
    if (x && x.bodytext)
      field(x.is_html ? 'html' : 'text', 'text/plain; charset=utf-8',
        Buffer.from(x.bodytext))
  t.notes.attachments.forEach((x, i) => field(
    `attachment-${i + 1}`, x.type, Buffer.concat(x.octets), x.name))
  out.push(Buffer.from(`--${mark}--\\r\\n`))
  const body = Buffer.concat(out)
  const request = http.request({
    host: '127.0.0.1', port: PORT, path: '/jobs', method: 'POST', agent,
    headers: { 'Content-Type': `multipart/form-data; boundary=${mark}`,
      'Content-Length': body.length },
  }, (answer) => {
    answer.resume()
    answer.on('end', () => next(
      answer.statusCode < 300 ? OK : answer.statusCode < 500 ? DENY : DENYSOFT))
  })
  request.on('error', () => next(DENYSOFT))
  request.end(body)
}
"""


@contextlib.contextmanager
def haraka(top, modules, platform):
    """@param modules  The folder `node_modules` that Haraka is installed in.
    Yields its port, once it listens."""
    port = free_port()
    home = top / "haraka"
    for name, text in {
            "config/smtp.ini": f"listen=127.0.0.1:{port}\nnodes=2\n",
            "config/plugins": "post\n",
            "config/me": "bench.example.com\n",
            "config/loglevel": "CRIT\n",
            "config/databytes": "0\n",
            "config/host_list": "http.example\nslow.example\n",
            "config/outbound.ini": "disabled=true\n",
            # Its defaults stand in files, which have to be there.
            "config/connection.ini":
                (modules / "Haraka/config/connection.ini").read_text(),
            "plugins/post.js": _PLUGIN.replace("PORT", str(platform)),
    }.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with open(home / "log", "wb") as log:
        process = subprocess.Popen(
            [tool("node"), str(modules / "Haraka/bin/haraka"), "-c",
             str(home)], stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT)
    try:
        def greets():
            with contextlib.suppress(OSError), \
                    socket.create_connection(("127.0.0.1", port), 2) as it:
                return re.match(rb"220 ", it.recv(100))
            return False
        processes.wait_for("Haraka", 60, greets, process)
        yield port
    finally:
        processes.stop(process)
