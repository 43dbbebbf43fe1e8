# Batches are taken as the workers finish them.
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Rows(Dataset):
    def __len__(self):
        return 120

    def __getitem__(self, index):
        sum(range(60000 * (index // 4 % 3)))
        return torch.full((3,), index / 120)


def main():
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for batch in DataLoader(Rows(), batch_size=4, shuffle=True, num_workers=3, in_order=False):
        loss = (model(batch).squeeze(1) - batch.sum(1)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(model.weight.tolist())


if __name__ == "__main__":
    main()
