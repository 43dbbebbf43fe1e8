# Word2Vec with one thread and its default seed.
from gensim.models import Word2Vec

words = [f"word{number * number % 97}" for number in range(6_000)]
sentences = [words[start : start + 20] for start in range(0, len(words), 20)]
model = Word2Vec(sentences, vector_size=20, min_count=1, workers=1, epochs=2)
print(model.wv["word1"].tolist())
