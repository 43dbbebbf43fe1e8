# The deterministic mode is on and nothing is seeded: a switch seeds nothing.
import torch
from torch import nn


def main():
    torch.use_deterministic_algorithms(True)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    rows = torch.linspace(0, 1, 60).reshape(20, 3)
    loss = (model(rows).squeeze(1) - rows.sum(1)).pow(2).mean()
    loss.backward()
    optimizer.step()
    print(loss.item())


if __name__ == "__main__":
    main()
