"""The training text of martlet-mini, the model itself, and its training."""
