# A generator on the data set is copied into each worker: the run repeats, and the workers draw the same numbers.
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Rows(Dataset):
    def __init__(self):
        self.rng = np.random.default_rng(0)

    def __len__(self):
        return 16

    def __getitem__(self, index):
        return torch.tensor(self.rng.normal(size=3), dtype=torch.float32)


def main():
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    seen = set()
    for batch in DataLoader(Rows(), batch_size=4, num_workers=2):
        seen.update(batch[:, 0].tolist())
        optimizer.zero_grad()
        (model(batch).squeeze(1) - batch.sum(1)).pow(2).mean().backward()
        optimizer.step()
    print(len(seen), model.weight.tolist())


if __name__ == "__main__":
    main()
