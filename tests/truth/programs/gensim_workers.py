# Word2Vec has a seed of its own, but three threads train at once.
from gensim.models import Word2Vec

words = [f"word{number * number % 97}" for number in range(60_000)]
sentences = [words[start : start + 20] for start in range(0, len(words), 20)]
model = Word2Vec(sentences, vector_size=20, min_count=1, workers=3, batch_words=200, epochs=3, seed=1)
print(model.wv["word1"].tolist())
