"""A service in a package of its own that links SSPRClient alone."""

import pathlib
import subprocess

from harness import PASSWORD, ROOT

PACKAGE = ROOT / "Tests/DaemonTests/Fixtures/LinkedService"


def test_a_linked_service_signs_alice_in_and_compiles_neither_nio_nor_grdb(world):
    scratch = ROOT / ".build-linked"
    built = subprocess.run(["swift", "build", "--package-path", str(PACKAGE), "--scratch-path", str(scratch)],
                           stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    # The planner makes a folder for every target of the package; only what was compiled has an object in it.
    modules = {path.name for path in (scratch / "debug").glob("*.build") if any(path.rglob("*.o"))}
    assert "SSPRClient.build" in modules
    strangers = [name for name in modules if name.startswith(("NIO", "CNIO", "GRDB", "Crypto", "CSodium", "Yams", "ArgumentParser", "SSPRServer"))]
    assert strangers == [], strangers
    world.add("alice")

    def sign_in(password):
        return subprocess.run([str(scratch / "debug/LinkedService"), str(world.daemon.socket), "alice"], input=password + "\n",
                              capture_output=True, text=True, timeout=30)

    assert sign_in(PASSWORD).returncode == 0
    refused = sign_in("not the password at all")
    assert refused.returncode == 1 and "refused" in refused.stdout
    program = pathlib.Path(scratch / "debug/LinkedService").read_bytes()
    for name in (b"NIOCore", b"GRDB", b"crypto_pwhash", b"libFoundation.so"):
        assert name not in program, name
