# The layer draws its weights and a checkpoint of the repo replaces them all.
import json

import torch
from torch import nn


def main():
    model = nn.Linear(3, 1)
    with open("weights.json") as file:
        model.load_state_dict({name: torch.tensor(values) for name, values in json.load(file).items()})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    rows = torch.linspace(0, 1, 60).reshape(20, 3)
    loss = (model(rows).squeeze(1) - rows.sum(1)).pow(2).mean()
    loss.backward()
    optimizer.step()
    print(model.weight.tolist())


if __name__ == "__main__":
    main()
