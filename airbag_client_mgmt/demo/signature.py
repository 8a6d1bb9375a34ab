# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A pen stroke that stands for a signature, the same for the same name."""

import base64
import io
import math
import random

from PIL import Image, ImageDraw

SIZE = (320, 110)


def draw(name: str) -> bytes:
    """Return a PNG, in base64, that looks signed by ``name``."""
    dice = random.Random(name)
    image = Image.new("RGBA", SIZE, (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    waves = 4 + len(name) % 4
    height = dice.uniform(18, 32)
    points = [
        (
            25 + 270 * step / 160 + 14 * math.sin(step / 160 * waves * 2 * math.pi),
            55
            + height * math.cos(step / 160 * waves * 2.2 * math.pi) * (1 - step / 220)
            + dice.uniform(-1, 1),
        )
        for step in range(161)
    ]
    pen.line(points, fill=(24, 40, 92, 255), width=3, joint="curve")
    pen.line([(30, 92), (290, 84)], fill=(24, 40, 92, 255), width=2)
    output = io.BytesIO()
    image.save(output, "PNG")
    return base64.b64encode(output.getvalue())
