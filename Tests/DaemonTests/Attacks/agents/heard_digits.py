"""Reads a code out of a recording, by comparing it with the ten digits that the same voice says. Nothing of the caller's own code is used."""

import subprocess
import wave

import numpy

RATE = 8000
SURE = 0.9
SPEAKER = ["/usr/bin/espeak-ng", "-v", "en", "-s", "150", "--stdin", "--stdout"]


def clips():
    """What each digit sounds like."""
    said = {}
    for digit in "0123456789":
        spoken = subprocess.run(SPEAKER, input=digit.encode(), stdout=subprocess.PIPE, check=True)
        raw = subprocess.run(["sox", "-V1", "-t", "wav", "-", "-t", "raw", "-r", str(RATE), "-c", "1", "-b", "16", "-e", "signed", "-"],
                             input=spoken.stdout, stdout=subprocess.PIPE, check=True)
        clip = numpy.frombuffer(raw.stdout, dtype="<i2").astype(float)
        loud = numpy.flatnonzero(numpy.abs(clip) > abs(clip).max() / 20)
        said[digit] = clip[loud[0]:loud[-1] + 1]
    return said


def samples(path):
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 1, 2)
        # A recorder that was stopped in the middle leaves a header with no length.
        return numpy.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(float)


def likeness(sound, clip):
    """How much the sound is like the clip, from each place on: 1 is the same, whatever the loudness."""
    size = 1 << (len(sound) + len(clip)).bit_length()
    product = numpy.fft.irfft(numpy.fft.rfft(sound, size) * numpy.conj(numpy.fft.rfft(clip, size)), size)[:len(sound) - len(clip) + 1]
    sums = numpy.concatenate([[0.0], numpy.cumsum(sound * sound)])
    energy = sums[len(clip):] - sums[:-len(clip)]
    own = (clip * clip).sum()
    # Near silence is like nothing.
    return numpy.where(energy > own / 10, product / numpy.sqrt(numpy.maximum(energy, 1) * own), 0)


def heard(sound, said):
    """The digits in the order of their places: (place, digit, likeness); each slot belongs to the digit that it is most like."""
    found = []
    for digit, clip in said.items():
        values = likeness(sound, clip)
        while values.max() > SURE:
            place = int(values.argmax())
            found.append((place, digit, float(values[place])))
            values[max(0, place - len(clip) // 2):place + len(clip) // 2] = 0
    slots = []
    for place, digit, value in sorted(found, key=lambda one: -one[2]):
        if all(abs(place - other) > RATE // 5 for other, _, _ in slots):
            slots.append((place, digit, value))
    return sorted(slots)


def codes(path):
    """The codes that were said, in order: digits with less than a second from one's beginning to the next one's belong together."""
    groups, last = [], None
    for place, digit, _ in heard(samples(path), clips()):
        if last is None or place - last > 1.5 * RATE:
            groups.append("")
        groups[-1] += digit
        last = place
    return groups
