import torch
from aim import Run


def main():
    run = Run(experiment="demo")
    run["hparams"] = {"lr": 0.1}
    model = torch.nn.Linear(2, 1)
    loss = model(torch.ones(1, 2)).sum()
    loss.backward()
    run.track(loss.item(), name="loss", step=0)


if __name__ == "__main__":
    main()
