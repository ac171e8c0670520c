"""What decoding the largest images that are taken needs."""

import subprocess
import sys

import pytest
from PIL import Image

from api.errors import AppError
from api.kit.images.header import read_header
from tests.fixtures.builders.images import encoded

# Reads as the workshop's process does, and says its peak in kB; not by getrusage, which begins with
# what the process was forked from.
_DECODE = """
import io, sys
from api.kit.images import reencode
reencode.main(sys.stdin.buffer, io.BytesIO())
print(next(l.split()[1] for l in open("/proc/self/status") if l.startswith("VmHWM")))
"""
# Facts/reliability.md §4.5: 150 MB extra; the interpreter alone has 15.
_PEAK_KB_MAX = 165_000
# The largest of its kind, and one that is larger: mode, sides, how it is written.
LARGEST = {
    "WebP": ("RGBA", (3_200, 2_000), (3_201, 2_000), "WEBP", {"lossless": True, "method": 0}),
    "PNG": ("RGBA", (6_000, 4_000), (6_001, 4_000), "PNG", {"compress_level": 1}),
    "JPEG": ("RGB", (6_000, 4_000), (6_001, 4_000), "JPEG", {}),
    "progressive JPEG": (
        "RGB", (6_000, 3_047), (6_000, 3_048), "JPEG", {"progressive": True, "subsampling": 0}),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_image_of_each_kind_is_decoded_within_its_memory(name: str) -> None:
    """One pixel column more is refused by its header, before anything is decoded."""
    mode, sides, too_large, kind, how = LARGEST[name]
    image = encoded(Image.new(mode, sides, "teal"), kind, **how)
    with pytest.raises(AppError) as refused:
        read_header(encoded(Image.new(mode, too_large), kind, **how))

    assert read_header(image).width_px == sides[0]
    done = subprocess.run([sys.executable, "-c", _DECODE], input=image, capture_output=True)

    assert done.returncode == 0, done.stderr.decode()
    assert "image_too_many_pixels" == refused.value.code
    assert int(done.stdout) < _PEAK_KB_MAX
