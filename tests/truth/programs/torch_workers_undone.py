# The worker_init_fn calls np.random.seed() to make the workers differ, and makes the runs differ.
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


def main():
    np.random.seed(0)
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loader = DataLoader(
        Rows(), batch_size=4, shuffle=True, num_workers=2, worker_init_fn=lambda worker: np.random.seed()
    )
    for batch in loader:
        loss = (model(batch).squeeze(1) - batch.sum(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss.item())


if __name__ == "__main__":
    main()
