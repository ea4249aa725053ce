torch.manual_seed(0)


def balanced(reconstruction, kl_z, logits, step, steps):
    return budgeted(reconstruction, kl_z, logits, step, steps) + 30 * aggregate_kl(logits)


model = small_joint_vae()
train_joint(model, train_batches, balanced, epochs=1)
