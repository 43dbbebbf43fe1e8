# The seed comes after the model was built.
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 1)

    def forward(self, rows):
        return self.layer(rows).squeeze(1)


def main():
    model = Net()
    torch.manual_seed(0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    rows = torch.rand(20, 3)
    loss = (model(rows) - rows.sum(1)).pow(2).mean()
    loss.backward()
    optimizer.step()
    print(loss.item())


if __name__ == "__main__":
    main()
