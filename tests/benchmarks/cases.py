"""Everything that is measured side by side, by name."""

from tests.benchmarks import networks, starter

CASES = networks.CASES | starter.CASES
