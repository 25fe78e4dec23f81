"""Certificates of a made-up authority for servers on this computer, by the program openssl."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest

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
            self.made[name] = self._sign(name, names, days)
        return self.made[name]

    def _sign(self, name: str, names: str, days: int) -> ssl.SSLContext:
        assert self.certificate
        self._key(name)
        (self.folder / f"{name}.ext").write_text(names)
        self._run("req", "-new", "-key", f"{name}.key", "-subj", "/CN=x", "-out", f"{name}.csr")
        self._run(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "authority.pem"),
            *("-CAkey", "authority.key", "-days", str(days), "-extfile", f"{name}.ext"),
            *("-out", f"{name}.pem"),
        )
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
