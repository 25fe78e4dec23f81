"""The only place where pictures change form: uint8 <-> float, HxWxC <-> CxHxW, and size.

Pixels: HxWx3 uint8 RGB. Tensors: (B,3,H,W) float32, in [0,1] unless a name says otherwise.
"""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.requests import Pixels

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


def to_pixels(rgb: Tensor) -> tuple[Pixels, ...]:
    """(B,3,H,W), values outside [0,1] clamped -> one HxWx3 picture each; halves round to even."""
    levels = (rgb.float().clamp(0, 1) * 255).round().to(torch.uint8)
    return tuple(picture.permute(1, 2, 0).contiguous().cpu().numpy() for picture in levels)


def to_tensor(pixels: Pixels) -> Tensor:
    """HxWx3 -> (1,3,H,W) in [0,1]."""
    return torch.tensor(pixels).permute(2, 0, 1)[None].float() / 255


def from_signed(rgb: Tensor) -> Tensor:
    """[-1,1], the range of autoencoders, -> [0,1], clamped."""
    return (rgb.float() * 0.5 + 0.5).clamp(0, 1)


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Bicubic with antialiasing, as Pillow does it; the same object when the size is right."""
    if pixels.shape[:2] == (height, width):
        return pixels
    picture = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(picture)


def clip_input(pixels: Pixels, side: int) -> Tensor:
    """What CLIP's image tower sees, (1,3,S,S): shortest edge to `side`, the middle, normalised."""
    height, width = pixels.shape[:2]
    shortest = min(height, width)
    enlarged = resized(pixels, side * width // shortest, side * height // shortest)
    top, left = (enlarged.shape[0] - side) // 2, (enlarged.shape[1] - side) // 2
    middle = to_tensor(enlarged[top : top + side, left : left + side])
    mean, std = torch.tensor(CLIP_MEAN), torch.tensor(CLIP_STD)
    return (middle - mean[:, None, None]) / std[:, None, None]


def opaque(pixels: Pixels) -> Pixels:
    """HxWx3 or HxWx4 -> HxWx3: transparent pixels lie on white paper."""
    if pixels.shape[2] == 3:
        return pixels
    rgb, alpha = pixels[..., :3].astype(np.uint16), pixels[..., 3:].astype(np.uint16)
    blended = (rgb * alpha + 255 * (255 - alpha) + 127) // 255
    return blended.astype(np.uint8)


def covering(pixels: Pixels, width: int, height: int) -> Pixels:
    """HxWx3 -> height x width x3: scaled until both sides reach, then the middle of it."""
    rows, columns = pixels.shape[:2]
    scale = max(width / columns, height / rows)
    enlarged = resized(pixels, max(width, round(columns * scale)), max(height, round(rows * scale)))
    top, left = (enlarged.shape[0] - height) // 2, (enlarged.shape[1] - width) // 2
    return enlarged[top : top + height, left : left + width]
