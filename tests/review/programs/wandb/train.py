import torch
import wandb


def main(run):
    data = run.use_artifact("rows:v3").download()
    model = torch.nn.Linear(4, 1)
    loss = model(torch.load(f"{data}/rows.pt")).mean()
    loss.backward()
    run.log({"loss": loss.item()})
    torch.save(model.state_dict(), "model.pt")
    run.log_model("model.pt")


if __name__ == "__main__":
    with wandb.init(project="demo", config={"lr": 0.1, "width": 4}) as run:
        main(run)
