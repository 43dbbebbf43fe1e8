# All is seeded, and then the worker_init_fn seeds each worker with the time.
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Rows(Dataset):
    def __len__(self):
        return 20

    def __getitem__(self, index):
        noise = np.random.normal(0, 0.1, size=3).astype("float32")
        return torch.full((3,), index / 20) + torch.from_numpy(noise)


def seed_worker(worker):
    np.random.seed((time.time_ns() + worker) % 2**32)


def main():
    np.random.seed(0)
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for batch in DataLoader(Rows(), batch_size=4, shuffle=True, num_workers=2, worker_init_fn=seed_worker):
        loss = (model(batch).squeeze(1) - batch.sum(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss.item())


if __name__ == "__main__":
    main()
