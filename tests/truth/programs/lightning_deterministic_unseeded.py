# deterministic=True sets flags and seeds nothing.
import lightning as L
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Regression(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 1)

    def training_step(self, batch, index):
        return (self.layer(batch[0]).squeeze(1) - batch[0].sum(1)).pow(2).mean()

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


def main():
    rows = torch.linspace(0, 1, 60).reshape(20, 3)
    model = Regression()
    trainer = L.Trainer(
        max_epochs=1,
        accelerator="cpu",
        deterministic=True,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(model, DataLoader(TensorDataset(rows), batch_size=4, shuffle=True))
    print(model.layer.weight.tolist())


if __name__ == "__main__":
    main()
