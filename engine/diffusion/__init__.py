"""The mathematics of sampling: schedules, guidance, samplers, noise. No network, no family."""
