# Every family seeded, a loader with workers, a generator and a worker_init_fn.
import random

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Rows(Dataset):
    def __len__(self):
        return 20

    def __getitem__(self, index):
        noise = np.random.normal(0, 0.1, size=3).astype("float32")
        return torch.full((3,), index / 20 + random.random()) + torch.from_numpy(noise)


def seed_worker(_):
    seed = torch.initial_seed() % 2**32
    np.random.seed(seed)
    random.seed(seed)


def main():
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    loader = DataLoader(
        Rows(), batch_size=4, shuffle=True, num_workers=2, worker_init_fn=seed_worker, generator=generator
    )
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for batch in loader:
        loss = (model(batch).squeeze(1) - batch.sum(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss.item())


if __name__ == "__main__":
    main()
