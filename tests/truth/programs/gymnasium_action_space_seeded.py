# The environment and its action space are seeded.
import gymnasium as gym
from sklearn.linear_model import Ridge


def main():
    env = gym.make("CartPole-v1")
    env.action_space.seed(0)
    state, _ = env.reset(seed=0)
    rows, rewards = [], []
    for _ in range(10):
        action = env.action_space.sample()
        state, reward, *_ = env.step(action)
        rows.append([*state, action])
        rewards.append(reward)
    print(Ridge().fit(rows, rewards).predict(rows).tolist(), rows[-1])


if __name__ == "__main__":
    main()
