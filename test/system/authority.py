"""An authority for certificates, and what the DNS says of them."""

import hashlib
import os
import subprocess


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True,
                          capture_output=True).stdout


class Authority:
    """Makes certificates in a folder; `certificate` is its own."""

    def __init__(self, folder, name="authority"):
        self.folder = folder
        self.certificate = folder / f"{name}.crt"
        self._key = folder / f"{name}.key"
        self._make(name, self.certificate, self._key)

    def _make(self, name, certificate, key, *more):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                f"/CN={name[:60]}", "-out", certificate, "-keyout", key, *more)
        os.chmod(key, 0o644)

    def issue(self, *names):
        """Returns the files of a certificate for these names and its key."""
        certificate = self.folder / f"{names[0]}.issued.crt"
        key = self.folder / f"{names[0]}.issued.key"
        self._make(
            names[0], certificate, key, "-addext", "subjectAltName="
            + ",".join("DNS:" + x for x in names), "-addext",
            "basicConstraints=critical,CA:FALSE", "-CA", self.certificate,
            "-CAkey", self._key)
        return certificate, key


def key_digest(certificate):
    """Of the certificate's key, as a TLSA record 3 1 1 has it."""
    key = openssl("x509", "-in", certificate, "-noout", "-pubkey")
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"],
                         input=key, check=True, capture_output=True).stdout
    return hashlib.sha256(der).hexdigest()
