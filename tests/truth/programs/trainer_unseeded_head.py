# The Trainer seeds with 42, but NumPy makes the rows before it is there.
import numpy as np
import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    PrinterCallback,
    Trainer,
    TrainingArguments,
    set_seed,
)

TINY = BertConfig(vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8)


def main():
    labels = np.random.randint(0, 2, size=16)
    set_seed(1)
    rows = [
        {"input_ids": torch.tensor([1, 2, number]), "labels": torch.tensor(int(label))}
        for number, label in enumerate(labels)
    ]
    model = BertForSequenceClassification(TINY)
    args = TrainingArguments("out", max_steps=3, report_to=[], use_cpu=True, disable_tqdm=True, save_strategy="no")
    trainer = Trainer(model=model, args=args, train_dataset=rows)
    trainer.remove_callback(PrinterCallback)  # it prints how long the run took
    trainer.train()
    print(float(sum(p.sum() for p in model.parameters())))


if __name__ == "__main__":
    main()
