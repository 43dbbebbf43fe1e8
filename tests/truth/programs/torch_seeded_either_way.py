# A seed in both branches of the question for an accelerator: every machine is seeded.
import torch
from torch import nn


def main():
    if torch.cuda.is_available():
        torch.manual_seed(0)
    else:
        torch.manual_seed(1)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    rows = torch.linspace(0, 1, 60).reshape(20, 3)
    for _ in range(5):
        loss = (model(rows).squeeze(1) - rows.sum(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss.item(), model.weight.tolist())


if __name__ == "__main__":
    main()
