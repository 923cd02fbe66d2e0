"""A telephone network in a network namespace of its own: telephones that answer and record (baresip), and lines that do something else (sipp)."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

HOST = "10.77.0.1"
# baresip refuses to work on the loopback, so there is a pair of links whose other end nobody uses.
SETUP = ("ip link set lo up && ip link add d0 type veth peer name d1 && ip addr add {host}/24 dev d0 && ip link set d0 up && ip link set d1 up"
         " && echo ready && exec sleep infinity").format(host=HOST)
PORT, LINE_PORT = 5070, 5080


def wait_until(condition, what, seconds=60):
    """Waits for what another process does; a deadline, not a measured time."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.02)
    return result


def name_of(pid):
    """What a process is called; empty when it has ended."""
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


class Lab:
    """The namespace; `enter` is put in front of commands that are to run in it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.processes = []
        self.holder = subprocess.Popen(["unshare", "--net", "bash", "-c", SETUP], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != "ready\n":
            said = self.holder.stderr.read().strip()
            self.stop()
            pytest.skip(f"SKIPPED: no network namespace with a link can be made here: {said}")
        self.enter = ["nsenter", "--net", "--target", str(self.holder.pid), "--"]

    def start(self, command, log):
        with open(log, "ab") as output:
            self.processes.append(subprocess.Popen([*self.enter, *command], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                                   cwd=self.folder))
        return self.processes[-1]

    def await_port(self, process, port, table="udp"):
        def bound():
            assert process.poll() is None, "it ended before it listened"
            return f":{port:04X} " in pathlib.Path(f"/proc/{process.pid}/net/{table}").read_text()
        wait_until(bound, f"listening on {port}")

    def pids(self, name):
        """The processes in the namespace that are called so."""
        def is_inside(pid):
            try:
                return os.stat(f"/proc/{pid}/ns/net").st_ino == own
            except OSError:
                return False
        own = os.stat(f"/proc/{self.holder.pid}/ns/net").st_ino
        return [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and is_inside(pid) and name_of(pid) == name]

    def stop(self):
        for process in [*self.processes, self.holder]:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait(timeout=60)
        self.holder.stdout.close()
        self.holder.stderr.close()


class Telephone:
    """Answers at once, records what it hears, and notes the tones that it is sent. With a certificate it speaks TLS and SRTP only."""

    CONFIGURATION = """\
poll_method epoll
sip_listen {host}:{port}
audio_srate 8000
audio_channels 1
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
audio_source aubridge,x
audio_player aubridge,x
audio_alert aubridge,x
snd_path {records}
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module sndfile.so
module srtp.so
module_tmp account.so
module_app menu.so
{more}
"""

    def __init__(self, lab, number, certificate=None):
        self.lab = lab
        self.folder = lab.folder / "telephone"
        self.records = self.folder / "records"
        self.records.mkdir(parents=True)
        self.log = self.folder / "log"
        (self.folder / "config").write_text(self.CONFIGURATION.format(
            host=HOST, port=PORT, records=self.records, more=f"sip_certificate {certificate}" if certificate else ""))
        secure = ("tls", ";mediaenc=srtp-mand") if certificate else ("udp", "")
        (self.folder / "accounts").write_text(
            f"<sip:{number}@{HOST}:{PORT};transport={secure[0]}>;regint=0;answermode=auto;audio_codecs=pcmu{secure[1]}\n")
        (self.folder / "contacts").write_text("")
        self.process = lab.start(["baresip", "-f", str(self.folder)], self.log)
        # By baresip's rule TLS has the next port.
        lab.await_port(self.process, PORT + 1 if certificate else PORT, "tcp" if certificate else "udp")

    @property
    def address(self):
        return f"{HOST}:{PORT}"

    def said(self):
        return self.log.read_text(errors="replace")

    def wait_for_call(self, number):
        """Waits until that many calls have begun."""
        wait_until(lambda: len(re.findall("Call established", self.said())) >= number, "a call")

    def recording(self, number):
        """Waits for the end of that call; what was heard in it."""
        wait_until(lambda: len(re.findall("session closed", self.said())) >= number, "the end of a call", 90)
        wait_until(lambda: not self.is_recording() or self.is_quiet(), "the end of a recording")
        recordings = sorted(self.records.glob("*-dec.wav"), key=lambda path: path.stat().st_mtime)
        assert len(recordings) == number
        return recordings[-1]

    def is_quiet(self):
        """Nothing has been written for a while: the telephone has been seen to keep a file open whose call was over."""
        written = max((path.stat().st_mtime for path in self.records.glob("*.wav")), default=time.time())
        return time.time() - written > 5

    def is_recording(self):
        def target(path):
            # One that was closed since the folder was read is no recording.
            with contextlib.suppress(FileNotFoundError):
                return os.readlink(path)
            return ""
        return any(".wav" in target(path) for path in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir())

    def tones(self):
        return "".join(re.findall(r"received event: '(.)' \(end=1\)", self.said()))


# ------------------------------------------------------------------------------------------------------------------ lines by sipp

HEAD = '<?xml version="1.0"?>\n<scenario name="line">\n'
INVITE = '<recv request="INVITE" crlf="true"/>\n'
ACK = '<recv request="ACK" crlf="true"/>\n'
SOUND = f"v=0\no=- 1 1 IN IP4 {HOST}\ns=-\nc=IN IP4 {HOST}\nt=0 0\nm=audio 6000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\n"


def reply(status, more="", body=""):
    """An answer to the request before it."""
    kind = "Content-Type: application/sdp\n" if body else ""
    return (f"<send><![CDATA[\n\nSIP/2.0 {status}\n[last_Via:]\n[last_From:]\n[last_To:];tag=[call_number]\n[last_Call-ID:]\n[last_CSeq:]\n"
            f"Contact: <sip:[local_ip]:[local_port]>\n{more}{kind}Content-Length: [len]\n\n{body}]]></send>\n")


def ends_with(status):
    """A line that answers the call with this status."""
    return INVITE + reply(status) + ACK


# Rings, and is content to be given up.
RINGS = (INVITE + reply("180 Ringing") + '<recv request="CANCEL"/>\n' + reply("200 OK")
         + "<send><![CDATA[\n\nSIP/2.0 487 Request Terminated\n[last_Via:]\n[last_From:]\n[last_To:];tag=[call_number]\n[last_Call-ID:]\n"
           f"CSeq: [cseq] INVITE\nContent-Length: 0\n\n]]></send>\n" + ACK)


def answers_for(milliseconds):
    """Plays something while it rings, answers, and hangs up after a while; the caller must take leave of it properly."""
    bye = ("<send><![CDATA[\n\nBYE [next_url] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
           "From[$to]\nTo[$from]\n[last_Call-ID:]\nCSeq: 1 BYE\nMax-Forwards: 70\nContent-Length: 0\n\n]]></send>\n")
    keep = ('<recv request="ACK" rrs="true" crlf="true"><action>'
            '<ereg regexp=".*" search_in="hdr" header="From" assign_to="from"/><ereg regexp=".*" search_in="hdr" header="To" assign_to="to"/>'
            "</action></recv>\n")
    invite = INVITE.replace("/>", ' rrs="true"/>')
    return (invite + reply("183 Session Progress", body=SOUND) + '<pause milliseconds="500"/>\n' + reply("200 OK", body=SOUND) + keep
            + f'<pause milliseconds="{milliseconds}"/>\n' + bye + '<recv response="200"/>\n')


def asks_for(user, password):
    """Wants a digest, and says whether it was right by being busy (right) or forbidding (wrong)."""
    challenge = 'WWW-Authenticate: Digest realm="lab", nonce="4a1f0c", algorithm=MD5\n'
    checked = (f'<recv request="INVITE"><action><verifyauth assign_to="right" username="{user}" password="{password}"/></action></recv>\n')
    return (INVITE + reply("401 Unauthorized", challenge) + ACK + checked
            + '<nop next="good" test="right"/>\n' + reply("403 Forbidden") + ACK + '<nop next="end"/>\n'
            + '<label id="good"/>\n' + reply("486 Busy Here") + ACK + '<label id="end"/>\n')


class Line:
    """One call to a line that does what its scenario says; `finished` insists that it came to the scenario's end."""

    def __init__(self, lab, steps):
        self.log = lab.folder / "line.log"
        scenario = lab.folder / "line.xml"
        scenario.write_text(HEAD + steps + "</scenario>\n")
        self.process = lab.start(["sipp", "-sf", str(scenario), "-i", HOST, "-p", str(LINE_PORT), "-m", "1", "-timeout", "60", "-nostdin"],
                                 self.log)
        lab.await_port(self.process, LINE_PORT)

    @property
    def address(self):
        return f"{HOST}:{LINE_PORT}"

    def finished(self):
        assert self.process.wait(timeout=90) == 0, self.log.read_text(errors="replace")[-3000:]


needs_lab = pytest.mark.skipif(os.geteuid() != 0, reason="SKIPPED: a network namespace needs root")
