# Only the loader draws: the weights are zeros.
import torch
from torch.utils.data import DataLoader, TensorDataset


def main():
    rows = torch.linspace(0, 1, 60).reshape(20, 3)
    loader = DataLoader(TensorDataset(rows), batch_size=4, shuffle=True)
    weight = torch.zeros(3, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    for (batch,) in loader:
        loss = (batch @ weight - batch.sum(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(weight.tolist())


if __name__ == "__main__":
    main()
