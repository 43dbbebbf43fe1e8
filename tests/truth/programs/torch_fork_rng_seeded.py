# The seed holds inside fork_rng only; the model is drawn after it.
import torch
from torch import nn


def main():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        rows = torch.rand(20, 3)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = (model(rows).squeeze(1) - rows.sum(1)).pow(2).mean()
    loss.backward()
    optimizer.step()
    print(loss.item())


if __name__ == "__main__":
    main()
