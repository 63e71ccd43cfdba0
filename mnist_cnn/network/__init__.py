"""The network: its hyperparameters, its layers, and a step of learning."""
