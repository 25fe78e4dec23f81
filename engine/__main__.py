"""`python -m engine`: the engine's command line."""

import sys

from engine.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
