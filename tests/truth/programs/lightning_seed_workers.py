# seed_everything with workers=True, and a data set whose workers draw from NumPy.
import lightning as L
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Rows(Dataset):
    def __len__(self):
        return 20

    def __getitem__(self, index):
        return torch.full((3,), index / 20) + torch.from_numpy(np.random.normal(0, 0.1, size=3).astype("float32"))


class Model(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 1)

    def training_step(self, batch, _):
        return (self.layer(batch).squeeze(1) - batch.sum(1)).pow(2).mean()

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


def main():
    L.seed_everything(7, workers=True)
    model = Model()
    quiet = {
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
    }
    trainer = L.Trainer(max_epochs=1, accelerator="cpu", **quiet)
    trainer.fit(model, DataLoader(Rows(), batch_size=4, shuffle=True, num_workers=2))
    print(model.layer.weight.tolist())


if __name__ == "__main__":
    main()
