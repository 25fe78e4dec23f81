"""The "Compact" super-resolution network (SRVGG): small convolutions, one pixel shuffle.

Wang et al. 2021, Real-ESRGAN (arXiv 2107.10833), the small architecture of its release. Parameter
names are those `body.N.…` that upscaler libraries recognise.
"""

from torch import Tensor, nn
from torch.nn import functional

from engine.specs import CompactSpec


class Compact(nn.Module):
    """RGB (B,3,H,W) in [0,1] -> (B,3,scale·H,scale·W): nearest enlargement and a correction."""

    def __init__(self, spec: CompactSpec) -> None:
        super().__init__()
        self.scale = spec.scale
        layers: list[nn.Module] = [
            nn.Conv2d(3, spec.features, 3, padding=1),
            nn.PReLU(spec.features),
        ]
        for _ in range(spec.convolutions):
            layers += [
                nn.Conv2d(spec.features, spec.features, 3, padding=1),
                nn.PReLU(spec.features),
            ]
        layers.append(nn.Conv2d(spec.features, 3 * spec.scale**2, 3, padding=1))
        self.body = nn.ModuleList(layers)

    def forward(self, rgb: Tensor) -> Tensor:
        """Not clamped: the caller decides."""
        x = rgb
        for layer in self.body:
            x = layer(x)
        enlarged = functional.interpolate(rgb, scale_factor=self.scale, mode="nearest")
        return functional.pixel_shuffle(x, self.scale) + enlarged
