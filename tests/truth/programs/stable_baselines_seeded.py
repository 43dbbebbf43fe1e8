# The algorithm's own seed reaches everything.
from stable_baselines3 import PPO

model = PPO("MlpPolicy", "CartPole-v1", n_steps=32, batch_size=32, n_epochs=1, device="cpu", seed=0)
model.learn(64)
print([float(p.sum()) for p in model.policy.parameters()])
