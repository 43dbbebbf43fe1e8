# The order and the weights repeat; the augmentation of torchvision draws from PyTorch, unseeded.
import torch
from torchvision import transforms


def main():
    crop = transforms.RandomCrop(4)
    images = torch.linspace(0, 1, 8 * 64).reshape(8, 1, 8, 8)
    weight = torch.zeros(16, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    for image in images:
        loss = (crop(image).flatten() @ weight - 1).pow(2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(weight.tolist())


if __name__ == "__main__":
    main()
