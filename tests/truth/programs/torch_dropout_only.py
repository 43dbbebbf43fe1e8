# The weights are set by hand; dropout still draws.
import torch
from torch import nn


def main():
    weight = torch.full((3,), 0.5, requires_grad=True)
    rows = torch.linspace(0, 1, 60).reshape(20, 3)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    dropped = nn.functional.dropout(rows, p=0.5, training=True)
    loss = (dropped @ weight - rows.sum(1)).pow(2).mean()
    loss.backward()
    optimizer.step()
    print(weight.tolist())


if __name__ == "__main__":
    main()
