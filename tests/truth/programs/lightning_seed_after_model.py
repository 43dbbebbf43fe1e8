# seed_everything comes after the model is made.
import lightning as L
import torch
from torch import nn
from torch.utils.data import DataLoader


class Model(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 1)

    def training_step(self, batch, _):
        return (self.layer(batch).squeeze(1) - batch.sum(1)).pow(2).mean()

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


def main():
    model = Model()
    L.seed_everything(7, workers=True)
    quiet = {
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
    }
    trainer = L.Trainer(max_epochs=1, accelerator="cpu", **quiet)
    trainer.fit(model, DataLoader(torch.linspace(0, 1, 60).reshape(20, 3), batch_size=4, shuffle=True))
    print(model.layer.weight.tolist())


if __name__ == "__main__":
    main()
