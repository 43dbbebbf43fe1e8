# Weights are filled by methods of tensors that draw.
import torch


def main():
    weights = torch.empty(3).uniform_(-1, 1).requires_grad_()
    rows = torch.linspace(0, 1, 60).reshape(20, 3)
    for _ in range(3):
        loss = (rows @ weights - rows.sum(1)).pow(2).mean()
        loss.backward()
        with torch.no_grad():
            weights -= 0.1 * weights.grad
            weights.grad = None
    print(weights.tolist())


if __name__ == "__main__":
    main()
