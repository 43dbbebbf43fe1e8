# random_split draws before the seed is set.
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


def load():
    rows = torch.linspace(0, 1, 60).reshape(20, 3)
    return random_split(TensorDataset(rows), [16, 4])


def main():
    train, _ = load()
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for (batch,) in DataLoader(train, batch_size=4):
        loss = (model(batch).squeeze(1) - batch.sum(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss.item())


if __name__ == "__main__":
    main()
