# The loader has a seeded generator, the model has none.
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main():
    rows = torch.linspace(0, 1, 60).reshape(20, 3)
    generator = torch.Generator().manual_seed(0)
    loader = DataLoader(TensorDataset(rows), batch_size=4, shuffle=True, generator=generator)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for (batch,) in loader:
        loss = (model(batch).squeeze(1) - batch.sum(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss.item())


if __name__ == "__main__":
    main()
