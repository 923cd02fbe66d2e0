"""A person at a terminal: the program runs at a pseudo terminal, and an emulator (Debian's python3-pyte) shows what they would see."""

import codecs
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pyte

# Far more lines than a session has, so that nothing scrolls out of what is compared.
LINES_KEPT = 600
UNPAINTED = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def words_anywhere(text):
    """A pattern for a text that may be broken into lines between its words."""
    return r"\s+".join(map(re.escape, text.split()))


class Person:
    """One program at a terminal of its own; `with` ends it."""

    def __init__(self, command, environment, columns=80, rows=50):
        self.master, self.slave = os.openpty()
        self.ends = (self.slave, self.master)
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.screen = pyte.Screen(columns, LINES_KEPT)
        self.stream = pyte.Stream(self.screen)
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.painted = ""  # everything that was ever shown
        self.raw = ""      # the same without colours and the like
        self.seen = 0      # how much of it has been waited for
        self.is_accessible = environment.get("SSPR_ACCESSIBLE") == "1"
        self.process = subprocess.Popen(
            command, stdin=self.slave, stdout=self.slave, stderr=self.slave, env=environment,
            preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)
        self.let_go()

    def read(self, seconds):
        """Takes what has come, waiting at most that long; false when nothing has."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        text = self.decoder.decode(data)
        self.stream.feed(text)
        self.painted += text
        self.raw += UNPAINTED.sub("", text)
        return True

    def wait_for(self, text, seconds=30):
        """Waits until `text`, or one of several, is shown after everything that was waited for before; returns it with one blank between words."""
        texts = [text] if isinstance(text, str) else text
        wanted = re.compile("|".join(words_anywhere(text) for text in texts))
        deadline = time.monotonic() + seconds
        while True:
            found = wanted.search(self.raw, self.seen)
            if found:
                self.seen = found.end()
                return " ".join(found.group().split())
            assert time.monotonic() < deadline, f"{text!r} was not shown:\n{self.shown()}"
            if not self.read(0.2) and self.process.poll() is not None and not self.read(0):
                raise AssertionError(f"it ended with {self.process.returncode} before it showed {text!r}:\n{self.shown()}")

    def keys(self, text):
        os.write(self.master, text.encode())

    def answer(self, question, text):
        """Types a line once the question is there."""
        self.wait_for(question)
        self.keys(text + "\n")

    def end(self, seconds=30):
        """Waits for the end; the exit code as a shell tells it."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it does not end:\n{self.shown()}"
            self.read(0.02)
        while self.read(0):
            pass
        code = self.process.returncode
        return code if code >= 0 else 128 - code

    def hang_up(self):
        """Closes the terminal, as a window or a lost connection does."""
        self.let_go()
        code = self.process.wait(30)
        return code if code >= 0 else 128 - code

    def let_go(self):
        """Closes both ends, the program's first: the last one that holds it must be the program."""
        for descriptor in self.ends:
            os.close(descriptor)
        # Their numbers may be somebody else's from now on.
        self.ends = ()

    def signal(self, number):
        os.kill(self.process.pid, number)

    def shown(self):
        """What the screen shows: no blanks at the ends of lines, no empty lines at the end."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip("\n")

    def is_plain(self):
        """Lines only, nothing coloured or drawn over: what a screen reader can read."""
        return "\x1b" not in self.painted and "\r" not in self.painted.replace("\r\n", "")

    def is_hiding(self):
        """True when what is typed is not shown."""
        return not termios.tcgetattr(self.slave)[3] & termios.ECHO

    def unread(self):
        """Keys that nobody has read: what would appear in the shell."""
        now = termios.tcgetattr(self.slave)
        now[3] &= ~termios.ICANON
        termios.tcsetattr(self.slave, termios.TCSANOW, now)
        return struct.unpack("i", fcntl.ioctl(self.slave, termios.FIONREAD, b"\0" * 4))[0]

    def assert_sane(self):
        """The terminal is as it was: the same settings, a visible cursor at the beginning of a line, nothing left to read."""
        assert termios.tcgetattr(self.slave) == self.before, "the terminal's settings have changed"
        assert not self.screen.cursor.hidden, "the cursor is hidden"
        assert self.screen.cursor.x == 0, f"half a line is left:\n{self.shown()}"
        assert self.screen.cursor.attrs == self.screen.default_char, "the next text would be coloured"
        assert self.unread() == 0, "keys are left that nobody has read"


ENDINGS = {
    "^C": (lambda person: person.keys("\x03"), 130),
    "SIGTERM": (lambda person: person.signal(signal.SIGTERM), 143),
    "SIGHUP": (lambda person: person.signal(signal.SIGHUP), 129),
    "closed": (None, 129),
}
