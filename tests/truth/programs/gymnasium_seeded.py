# The first reset and the action space are seeded; later resets go on from there.
import gymnasium
import torch
from torch import nn


def main():
    torch.manual_seed(0)
    env = gymnasium.make("CartPole-v1")
    env.action_space.seed(0)
    policy = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(policy.parameters(), lr=0.1)
    state, _ = env.reset(seed=0)
    for _ in range(10):
        loss = policy(torch.from_numpy(state)).pow(2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        state, _, ended, _, _ = env.step(env.action_space.sample())
        if ended:
            state, _ = env.reset()
    print(loss.item())


if __name__ == "__main__":
    main()
