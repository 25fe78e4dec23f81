"""Every verb of the command line that runs the engine, in the order of its help."""

from engine.command_line import ideas, pixels
from engine.command_line.options import Verb

VERBS: tuple[Verb, ...] = ideas.VERBS + pixels.VERBS
