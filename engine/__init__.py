"""Easel's engine: unCLIP picture synthesis without a screen.

`import engine` is cheap: it loads neither torch nor Qt. `open_engine` imports torch when it is called.
"""

from engine.interface import Engine

__all__ = ["Engine"]
