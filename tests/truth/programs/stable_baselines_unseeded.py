# Global seeds do not reach the environment that the algorithm makes.
import random

import numpy as np
import torch
from stable_baselines3 import PPO

random.seed(0)
np.random.seed(0)
torch.manual_seed(0)
model = PPO("MlpPolicy", "CartPole-v1", n_steps=32, batch_size=32, n_epochs=1, device="cpu")
model.learn(64)
print([float(p.sum()) for p in model.policy.parameters()])
