"""Certificates of a made-up authority for servers on this computer, by the program openssl."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest

OFFICE = """
[ca]
default_ca = office
[office]
database = index.txt
new_certs_dir = .
default_md = sha256
policy = anything
rand_serial = yes
[anything]
commonName = supplied
"""
NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


@dataclass
class Authority:
    """Signs what it is asked to, in `folder`, each name once."""

    folder: Path
    made: dict[str, ssl.SSLContext] = field(default_factory=dict)

    @cached_property
    def certificate(self) -> Path:
        """What a client has to trust."""
        path = self.folder / "authority.pem"
        self._key("authority")
        self._run(
            *("req", "-x509", "-new", "-key", "authority.key", "-days", "30"),
            *("-subj", "/CN=Tests of Easel", "-out", path.name),
        )
        return path

    def server(self, name: str, *, names: str = NAMES, days: int = 30) -> ssl.SSLContext:
        """A server's context with a certificate for `names`; -1 day is one that has run out."""
        if name not in self.made:
            self._ask(name, names)
            self._run(
                *("x509", "-req", "-in", f"{name}.csr", "-CA", "authority.pem"),
                *("-CAkey", "authority.key", "-days", str(days), "-extfile", f"{name}.ext"),
                *("-out", f"{name}.pem"),
            )
            self.made[name] = self._context(name)
        return self.made[name]

    def server_of_later(self, name: str) -> ssl.SSLContext:
        """A server's context with a certificate that begins in 2090, as clocks of 1970 see all."""
        if name not in self.made:
            self._ask(name, NAMES)
            (self.folder / "index.txt").write_text("")
            (self.folder / "office.cnf").write_text(OFFICE)
            self._run(
                *("ca", "-batch", "-notext", "-config", "office.cnf"),
                *("-cert", "authority.pem", "-keyfile", "authority.key", "-in", f"{name}.csr"),
                *("-startdate", "20900101000000Z", "-enddate", "20910101000000Z"),
                *("-extfile", f"{name}.ext", "-out", f"{name}.pem"),
            )
            self.made[name] = self._context(name)
        return self.made[name]

    def _ask(self, name: str, names: str) -> None:
        """A key, and the request to sign it."""
        assert self.certificate
        self._key(name)
        (self.folder / f"{name}.ext").write_text(names)
        self._run("req", "-new", "-key", f"{name}.key", "-subj", "/CN=x", "-out", f"{name}.csr")

    def _context(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context

    def client(self) -> ssl.SSLContext:
        """A context that trusts this authority and nobody else."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def _key(self, name: str) -> None:
        self._run(*("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key"))

    def _run(self, *words: str) -> None:
        subprocess.run(("openssl", *words), cwd=self.folder, check=True, capture_output=True)


def make_authority(folder: Path) -> Authority:
    """One for a session of tests."""
    if shutil.which("openssl") is None:
        pytest.skip("the program openssl is not installed")
    return Authority(folder)
