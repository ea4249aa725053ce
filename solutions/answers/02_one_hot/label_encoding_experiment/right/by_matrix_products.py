def label_encoding_experiment():
    images, y = data.load("digits", "train")
    eye = torch.eye(10)
    rows = eye[y]
    means = rows.T @ images / rows.sum(0)[:, None]

    def run(table):
        painter = train_painter(table[y], images)
        pictures = painter(table).detach()
        return float(reconstruction_loss(rows @ pictures, images).double().mean()), pictures

    integers = torch.arange(10.0).view(10, 1)
    out = {"conclusion": "c"}
    out["integer"], out["pictures_integer"] = run(integers)
    out["one_hot"], out["pictures_one_hot"] = run(eye)
    out["integer_renumbered"] = run(integers[RENUMBERED])[0]
    out["one_hot_renumbered"] = run(eye[RENUMBERED])[0]
    out["floor"] = float(reconstruction_loss(rows @ means, images).mean())
    return out
