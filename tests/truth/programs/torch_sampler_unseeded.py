# A weighted sampler draws the rows; the weights are zeros.
import torch
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler


def main():
    rows = torch.linspace(0, 1, 60).reshape(20, 3)
    sampler = WeightedRandomSampler(torch.ones(20), num_samples=20)
    loader = DataLoader(TensorDataset(rows), batch_size=4, sampler=sampler)
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
