# tries: containers that show other contents each time they are read
# %% exercise="fit"
class History(dict):
    def __getitem__(self, key):
        return [0.0]

    def items(self):
        return iter([("train", [0.0]), ("test", [0.0])])


def fit(model, train_batches, test_batches, optimizer, epochs=10, patience=5):
    return History(train=[], test=[])


# %% honest="fit"
def fit(model, train_batches, test_batches, optimizer, epochs=10, patience=5):
    return {"train": [], "test": []}
