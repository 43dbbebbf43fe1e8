# A data set keeps a generator, and its seed has no number where the data set is made.
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Rows(Dataset):
    def __init__(self, seed=None):
        self.rng = np.random.default_rng(seed)

    def __len__(self):
        return 20

    def __getitem__(self, index):
        noise = self.rng.normal(0, 0.1, size=3).astype("float32")
        return torch.full((3,), index / 20) + torch.from_numpy(noise)


def main():
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for batch in DataLoader(Rows(), batch_size=4, shuffle=True, num_workers=2):
        loss = (model(batch).squeeze(1) - batch.sum(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss.item())


if __name__ == "__main__":
    main()
