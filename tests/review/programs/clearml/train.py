import argparse

import torch
from clearml import Dataset, Task


def main():
    task = Task.init(project_name="demo", task_name="train")
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    folder = Dataset.get(dataset_id="0123456789abcdef0123456789abcdef", alias="train").get_local_copy()
    model = torch.nn.Linear(2, 1)
    loss = model(torch.load(f"{folder}/rows.pt")).sum()
    loss.backward()
    task.get_logger().report_scalar("loss", "train", loss.item(), 0)


if __name__ == "__main__":
    main()
