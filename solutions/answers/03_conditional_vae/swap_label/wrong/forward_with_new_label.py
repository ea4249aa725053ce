# misconception: sampled-instead-of-mean
def swap_label(model, x, y, new_y):
    with torch.no_grad():
        return model(x, one_hot(new_y, model.num_classes))[0]
