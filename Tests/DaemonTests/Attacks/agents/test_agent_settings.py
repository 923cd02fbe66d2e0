"""Command lines and configuration files that are refused: with file, line, key and what would be accepted; nothing is claimed."""

import os
import pathlib
import subprocess

import pytest

USAGE, CONFIGURATION = 64, 78

COURIER = """\
instance: Example Org
from: sspr@example.com
routes:
  email: [relay]
  sms: [gateway, modem]
transports:
  relay:
    kind: sendmail
    command: [/usr/bin/msmtp, -C, /etc/msmtp.conf]
    seconds: 45
  modem: {kind: command, command: [/usr/bin/inject, TEXT, "{number}"], seconds: 20}
  gateway:
    kind: http
    url: https://sms.example.net/send
    form: {to: "{number}", body: "{text}"}
    user: example
    passwordFile: FOLDER/secret
    seconds: 20
  trial: {kind: spool, folder: FOLDER/spool}
"""

WRITEBACK = """\
targets:
  - name: shadow
    kind: shadow
    minimum-uid: 1000
    protected: [root]
    allow-disabled: false
    lockout: none
"""


@pytest.fixture
def run(binary, folder, daemon):
    pathlib.Path(folder, "spool").mkdir(mode=0o700)
    for name, content, mode in (("secret", "s3cret\n", 0o600), ("open", "s3cret\n", 0o644), ("lines", "a\nb\n", 0o600),
                                ("empty", "", 0o600)):
        pathlib.Path(folder, name).write_text(content)
        pathlib.Path(folder, name).chmod(mode)

    def run(program, *arguments):
        return subprocess.run([binary(program), "--socket", daemon.path, *arguments], capture_output=True, text=True,
                              timeout=60)
    return run


def changed(text, old, new, folder):
    assert old in text
    path = pathlib.Path(folder, "agent.yaml")
    path.write_text(text.replace(old, new).replace("FOLDER", folder))
    path.chmod(0o600)
    return str(path)


@pytest.mark.parametrize("old, new, line, words", [
    ("instance: Example Org\n", "", 1, "the key `instance` is missing"),
    ("instance: Example Org", "instance: ''", 1, "instance: expected text of 1 to 64 bytes"),
    ("instance: Example Org", "instance: " + "x" * 65, 1, "instance: expected text of 1 to 64 bytes"),
    ("instance: Example Org", 'instance: "a\\r\\nBcc: eve"', 1, "instance: expected text of 1 to 64 bytes without control"),
    ("instance: Example Org", "instance: [a]", 1, "instance: expected text"),
    ("instance: Example Org", "instance: " + "x" * 41, 1, "instance: too long for text messages: "),
    ("instance: Example Org", "instance: Пример", 1, "instance: too long for text messages: confirmationCode in en would take 119 of 70 characters, since not all"),
    ("instance: Example Org", "instance: Пример\nshortName: Пример", 2, "shortName: too long for text messages"),
    ("instance: Example Org", "instance: A\nshortName: " + "€" * 21, 2, "shortName: too long for text messages: "),
    ("sspr@example.com", "nobody", 2, "from: expected email address"),
    ("routes:\n", "language: fr\nroutes:\n", 3, "language: expected one of en, de, or a tag that begins with one, such as de-AT"),
    ("routes:\n", "language: DE\nroutes:\n", 3, "language: expected one of en, de"),
    ("routes:\n", "language: [de]\nroutes:\n", 3, "language: expected text"),
    ("from: sspr@example.com\n", "", 7, "transports.relay: a transport of kind sendmail needs the key `from`"),
    ("routes:\n", "routes: {}\nother:\n", 4, "unknown key `other`"),
    ("  email: [relay]\n  sms: [gateway, modem]", "  {}", 4, "routes: expected a route for at least one of email, sms, voice"),
    ("email: [relay]", "mail: [relay]", 4, "routes: unknown key `mail`; expected a mapping with keys among email, sms, voice"),
    ("[relay]", "relay", 4, "routes.email: expected a list of 1 to 8 entries"),
    ("[relay]", "[]", 4, "routes.email: expected a list of 1 to 8 entries"),
    ("[relay]", "[pigeon]", 4, "routes.email[0]: no transport is called `pigeon`; expected one of gateway, modem, relay, trial"),
    ("[relay]", "[trial, gateway]", 4, "routes.email[1]: `gateway` cannot carry email, only sms, voice"),
    ("[gateway, modem]", "[gateway, relay]", 5, "routes.sms[1]: `relay` cannot carry sms, only email"),
    ("[gateway, modem]", "[gateway, gateway]", 5, "routes.sms[1]: the name stands in this list twice"),
    ('"{number}"], seconds: 20', '"{number}"], seconds: 36', 5,
     "routes.sms: the time limits take 56 s together; expected at most 55 s, so that the report comes within the lease of 60 s"),
    ("kind: sendmail", "kind: pigeon", 8, "transports.relay.kind: expected one of sendmail, spool, command, http"),
    ("    kind: sendmail\n", "", 8, "transports.relay: the key `kind` is missing"),
    ("  relay:", "  Relay!:", 8, "transports.Relay!: expected a name of 1 to 32 lower-case letters"),
    ("[/usr/bin/msmtp, -C, /etc/msmtp.conf]", "[msmtp]", 9, "transports.relay.command[0]: expected an absolute path"),
    ("[/usr/bin/msmtp, -C, /etc/msmtp.conf]", "/usr/bin/msmtp -C x", 9, "transports.relay.command: expected a list"),
    ("seconds: 45", "seconds: 60", 10, "transports.relay.seconds: expected a number from 1 to 55"),
    ("seconds: 45", "colour: red", 10, "transports.relay: unknown key `colour`"),
    ('"{number}"', '"{number}", "{text}"', 11, "transports.modem.command[3]: unknown place {text}; expected one of {number}, {extension}, {to}, {id}"),
    ('"{number}"', '"{number"', 11, "transports.modem.command[2]: a single brace"),
    ('"{number}"', '"}"', 11, "transports.modem.command[2]: a single brace"),
    ('"{number}"', "Paul", 11, "transports.modem.command: expected {number} in one of the arguments"),
    ('"{number}"', '"{number}", "{to}"', 11, "transports.modem.command: expected {number} in one of the arguments (for devices {to}, not both)"),
    ("https://sms.example.net/send", "https://sms.example.net/{number}", 14, "transports.gateway.url: unknown place {number}"),
    ("https://sms.example.net/send", "https://{to}", 14, "transports.gateway.url: expected an address that begins with https://"),
    ("https://sms.example.net/send", "https://sms.{to}/send", 14, "transports.gateway.url: expected {to} as a whole segment"),
    ("https://sms.example.net/send", "https://sms.example.net:{to}/send", 14, "transports.gateway.url: expected {to} as a whole segment"),
    ("https://sms.example.net/send", "https://u:{to}@sms.example.net/send", 14, "transports.gateway.url: expected"),
    ("https://sms.example.net/send", "https://sms.example.net/a{to}", 14, "transports.gateway.url: expected {to} as a whole segment"),
    ("https://sms.example.net/send", "https://sms.example.net/{to}b", 14, "transports.gateway.url: expected {to} as a whole segment"),
    ("https://sms.example.net/send", "https://sms.example.net/?a=/{to}", 14, "transports.gateway.url: expected {to} as a whole segment"),
    ("https://sms.example.net/send", "https://sms.example.net/{to}", 13, "transports.gateway: expected {number} for telephones or {to} for devices, not both"),
    ('to: "{number}"', 'to: "{to}"', 5, "routes.sms[0]: `gateway` cannot carry sms, only push"),
    ("    user: example\n", '    user: example\n    text: "{text}"\n', 13, "transports.gateway: expected one of the keys `form` and `json`"),
    ("kind: command,", "kind: command, format: xml,", 11, "transports.modem.format: expected one of text, json"),
    ("https://sms", "http://sms", 14, "transports.gateway.url: expected https://"),
    ("https://sms.example.net", "http://127.evil.example.net", 14, "transports.gateway.url: expected https://"),
    ("https://sms", "ftp://sms", 14, "transports.gateway.url: expected https://"),
    ("https://sms", "https://user:word@sms", 14, "transports.gateway.url: expected no user in the address"),
    ('body: "{text}"', 'body: "{code}"', 15, "transports.gateway.form.body: unknown place {code}"),
    ('body: "{text}"', "body: hello", 13, "transports.gateway: expected {text} in one of the fields"),
    ('to: "{number}"', "to: me", 13, "transports.gateway: expected {number} in one of the fields"),
    ('body: "{text}"', 'body: "{text}", by: "{from}"', 13, "transports.gateway: the key `from` is missing"),
    ("    form: {", "    json: {a: [[[[b]]]], ", 15, "transports.gateway.json.a[0][0][0]: expected at most 4 levels"),
    ("    user: example\n", "    user: example\n    json: {a: b}\n", 13, "transports.gateway: expected one of the keys `form` and `json`"),
    ("    user: example\n", "", 13, "transports.gateway: expected `user` with `passwordFile`, or `bearerFile`"),
    ("    user: example\n", "    user: example\n    headers: {Authorization: Basic abc}\n", 17, "transports.gateway.headers.Authorization: expected the name"),
    ("    user: example\n", '    user: example\n    headers: {"X: y": z}\n', 17, "transports.gateway.headers.X: y: expected the name"),
    ("    user: example\n", '    user: example\n    headers: {X: "a\\r\\nb"}\n', 17, "transports.gateway.headers.X: expected text"),
    ("    user: example\n", "    user: example\n    accept: {field: status}\n", 17, "transports.gateway.accept: the key `values` is missing"),
    ("    user: example\n", "    user: example\n    caFile: FOLDER/missing\n", 17, "transports.gateway.caFile: cannot be read"),
    ("    user: example\n", "    user: example\n    caFile: FOLDER/secret\n", 17, "transports.gateway.caFile: expected a file with certificates"),
    ("FOLDER/secret", "FOLDER/missing", 17, "transports.gateway.passwordFile: cannot be used"),
    ("FOLDER/secret", "FOLDER/open", 17, "transports.gateway.passwordFile: cannot be used: must belong to root or to this user"),
    ("FOLDER/secret", "FOLDER/lines", 17, "transports.gateway.passwordFile: expected a file with one line"),
    ("FOLDER/secret", "FOLDER/empty", 17, "transports.gateway.passwordFile: expected a file with one line"),
    ("folder: FOLDER/spool", "folder: spool", 19, "transports.trial.folder: expected an absolute path"),
    ("folder: FOLDER/spool", "folder: FOLDER/missing", 19, "transports.trial.folder: cannot be used"),
    ("folder: FOLDER/spool", "place: FOLDER/spool", 19, "transports.trial: unknown key `place`"),
    ("routes:\n", "colour: red\nroutes:\n", 3, "unknown key `colour`; expected a mapping with keys among instance"),
    ("  trial:", "  relay:", 7, "the same key twice: relay"),
    ("routes:\n", "routes: [\n", 5, "is not YAML"),
])
def test_courier_settings(old, new, line, words, run, folder, daemon):
    path = changed(COURIER, old, new, folder)
    ended = run("sspr-courier", "--config", path)
    assert ended.returncode == CONFIGURATION
    assert f"{path}:{line}: {words}" in ended.stderr
    assert "s3cret" not in ended.stderr
    assert daemon.claims == []


@pytest.mark.parametrize("old, new", [
    ("instance: Example Org", "instance: " + "x" * 40), ("instance: Example Org", "instance: Пример\nshortName: Primer"),
    ("instance: Example Org", "instance: A\nshortName: " + "€" * 20),
    ("routes:\n", "language: de-CH\nroutes:\n"), ('"{number}"', '"{number}", "--voice={language}"'),
    ("https://sms.example.net", "http://127.0.0.1:8080"), ("https://sms.example.net", "http://[::1]:8080"),
    ("    form: {", '    json: {list: [{deep: "{{x}}"}], '), ("FOLDER/spool", "FOLDER/spool"),
])
def test_a_good_configuration_is_called_good(old, new, run, folder, daemon):
    ended = run("sspr-courier", "--config", changed(COURIER, old, new, folder), "--check")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "configuration is good\n", "")
    assert daemon.claims == []


def test_no_mail_no_sender(run, folder):
    """`from` is needed for mail only."""
    without = COURIER.replace("from: sspr@example.com\n", "").replace("  email: [relay]\n", "")
    before, rest = without.split("  relay:\n")
    path = changed(before + rest[rest.index("  modem:"):], "Example Org", "Example Org", folder)
    assert run("sspr-courier", "--config", path, "--check").returncode == 0
    with_mail = changed(pathlib.Path(path).read_text(), "  sms: [gateway, modem]", "  email: [trial]", folder)
    ended = run("sspr-courier", "--config", with_mail, "--check")
    assert ended.returncode == CONFIGURATION and "the key `from` is missing: the sender's address" in ended.stderr


@pytest.mark.parametrize("old, new, line, words", [
    ("targets:", "target:", 1, "unknown key `target`; expected a mapping with keys among targets"),
    (WRITEBACK, "targets: []\n", 1, "targets: expected a list of 1 to 16 entries"),
    ("  - name: shadow\n    kind", "  - kind", 2, "targets[0]: the key `name` is missing"),
    ("name: shadow", "name: Shadow!", 2, "targets[0].name: expected target: 1 to 32 lower-case"),
    ("kind: shadow", "kind: ldap", 3, "targets[0].kind: expected one of shadow"),
    ("minimum-uid: 1000", "minimum-uid: 0", 4, "targets[0].minimum-uid: expected a number from 1 to 4294967294"),
    ("minimum-uid: 1000", "minimum-uid: many", 4, "targets[0].minimum-uid: expected a number"),
    ("protected: [root]", "protected: [a b]", 5, "targets[0].protected[0]: expected account name"),
    ("allow-disabled: false", "allow-disabled: maybe", 6, "targets[0].allow-disabled: expected one of true, false"),
    ("lockout: none", "lockout: tally2", 7, "targets[0].lockout: expected one of none, faillock"),
    ("lockout: none", "root: etc", 7, "targets[0].root: expected an absolute path"),
    ("lockout: none", "lockout: none\n  - name: shadow\n    kind: shadow", 8, "targets[1].name: the name stands in this list twice"),
])
def test_writeback_settings(old, new, line, words, run, folder, daemon):
    path = changed(WRITEBACK, old, new, folder)
    ended = run("sspr-writeback", "--config", path)
    assert ended.returncode == CONFIGURATION
    assert f"{path}:{line}: {words}" in ended.stderr
    assert daemon.claims == []


def test_a_file_that_others_may_write_to_is_refused(run, folder):
    path = changed(WRITEBACK, "targets:", "targets:", folder)
    pathlib.Path(path).chmod(0o666)
    ended = run("sspr-writeback", "--config", path)
    assert ended.returncode == CONFIGURATION and "writable by nobody else" in ended.stderr


@pytest.mark.parametrize("content, words", [(b"", "is empty"), (b"\xff\xfe\xff", "is not UTF-8"), (b"#" * 70_000, "more than")])
def test_files_that_are_no_configuration(content, words, run, folder):
    path = pathlib.Path(folder, "agent.yaml")
    path.write_bytes(content)
    ended = run("sspr-courier", "--config", str(path))
    assert ended.returncode == CONFIGURATION and words in ended.stderr


def test_a_named_pipe_does_not_hold_the_agent(run, folder):
    os.mkfifo(f"{folder}/pipe", 0o600)
    ended = run("sspr-courier", "--config", f"{folder}/pipe")
    assert ended.returncode == CONFIGURATION and "not a regular file" in ended.stderr


@pytest.mark.parametrize("program, arguments, words", [
    ("sspr-courier", [], "one of --config and --spool"),
    ("sspr-courier", ["--config", "a", "--spool", "b"], "one of --config and --spool"),
    ("sspr-courier", ["--spool"], "--spool needs a value"),
    ("sspr-courier", ["--spool=/a", "--spool=/b"], "--spool is given twice"),
    ("sspr-courier", ["--colour", "red"], "unknown option: --colour"),
    ("sspr-courier", ["spool"], "unexpected argument: spool"),
    ("sspr-courier", ["--spool", "/", "--server-uid", "root"], "--server-uid needs a number"),
    ("sspr-courier", ["--spool", "/", "--channel", "sms"], "--channel goes with --send-test"),
    ("sspr-courier", ["--spool", "/", "--send-test", "no body"], "--send-test: expected"),
    ("sspr-courier", ["--spool", "/", "--send-test", "nobody"], "--channel: expected push for this"),
    ("sspr-courier", ["--spool", "/", "--send-test", "a@example.org", "--channel", "sms"], "--channel: expected email for this"),
    ("sspr-writeback", [], "one of --config and --target"),
    ("sspr-writeback", ["--target", "ldap"], "--target: expected shadow"),
    ("sspr-writeback", ["--target", "shadow", "--root", "etc"], "--root needs an absolute path"),
    ("sspr-writeback", ["--config", "/a", "--root", "/b"], "--root and --chpasswd go with --target"),
])
def test_command_lines(program, arguments, words, run, daemon):
    ended = run(program, *arguments)
    assert ended.returncode == USAGE and words in ended.stderr and "--help" in ended.stderr
    assert daemon.claims == []


@pytest.mark.parametrize("program", ["sspr-courier", "sspr-writeback"])
def test_help(program, run):
    ended = run(program, "--help")
    assert ended.returncode == 0 and ended.stdout.startswith(f"usage: {program}") and "--server-uid" in ended.stdout
