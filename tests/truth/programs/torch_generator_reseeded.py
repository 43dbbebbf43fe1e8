# `Generator.seed()` takes a seed from the operating system.
import torch
from torch import nn
from torch.utils.data import DataLoader


def main():
    torch.manual_seed(0)
    generator = torch.Generator()
    generator.seed()
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    rows = torch.linspace(0, 1, 60).reshape(20, 3)
    for batch in DataLoader(rows, batch_size=4, shuffle=True, generator=generator):
        loss = (model(batch).squeeze(1) - batch.sum(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(model.weight.tolist())


if __name__ == "__main__":
    main()
