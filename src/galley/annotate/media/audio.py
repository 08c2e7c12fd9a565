"""Facts, peaks and spectrogram of a recording, in one pass over its samples. Runs in the makers' process."""

from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from galley.annotate.media.errors import MediaFormatError, MediaTooLargeError, MediaUnreadableError
from galley.annotate.media.model import MEL, PEAKS, Facts
from galley.annotate.media.peaks import Peaks
from galley.annotate.media.spectrogram import Spectrogram

__all__ = ["CHANNELS_MAX", "FORMATS", "SAMPLES_MAX", "make_audio"]

CHANNELS_MAX: Final = 32
SAMPLES_MAX: Final = 24 * 3600 * 48_000 * 2
"""Of all channels together: a day of stereo. A few kilobytes of FLAC can declare years."""
FORMATS: Final = ("audio/wav", "audio/flac", "audio/mpeg", "audio/ogg", "audio/aiff", "audio/basic")
"""Media types that libsndfile decodes."""

_RATE_MAX: Final = 1_000_000
_BLOCK_SAMPLES: Final = 256 * 1024


def make_audio(source: Path, folder: Path, media_type: str) -> Facts:
    """Decode a recording once; leaves PEAKS and MEL in the folder.

    Raises MediaUnreadableError, MediaTooLargeError, MediaFormatError.
    """
    if media_type not in FORMATS:
        raise MediaFormatError(media_type=media_type)
    try:
        with soundfile.SoundFile(str(source)) as sound:
            return _made(sound, source, folder, media_type)
    except (soundfile.SoundFileError, ValueError, TypeError, OverflowError, OSError) as problem:
        detail = str(problem).rpartition(": ")[2][:160]  # without the path
        raise MediaUnreadableError(detail=detail) from problem


def _made(sound: soundfile.SoundFile, source: Path, folder: Path, media_type: str) -> Facts:
    rate, channels = int(sound.samplerate), int(sound.channels)
    _bounded(channels, CHANNELS_MAX, "channels")
    _bounded(rate, _RATE_MAX, "Hz")
    _bounded(int(sound.frames) * channels, SAMPLES_MAX, "samples")
    peaks, mel = Peaks(folder, rate, channels), Spectrogram(folder, rate)
    block = np.empty((_BLOCK_SAMPLES // channels, channels), dtype=np.float32)
    total = 0
    while True:
        samples = sound.read(out=block)
        if not len(samples):
            break
        total += len(samples)
        _bounded(total * channels, SAMPLES_MAX, "samples")
        clean = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0).clip(-1.0, 1.0)
        peaks.add(clean)
        mel.add(clean)
    if not total:
        raise MediaUnreadableError(detail="no samples")
    peaks.write(folder / PEAKS)
    mel.write(folder / MEL)
    return Facts(
        kind="audio",
        media_type=media_type,
        bytes=source.stat().st_size,
        duration=round(total / rate, 3),
        channels=channels,
        sample_rate=rate,
        made=(PEAKS, MEL),
    )


def _bounded(found: int, limit: int, unit: str) -> None:
    if found > limit:
        raise MediaTooLargeError(found=found, unit=unit, limit=limit)
