# misconception: confident-and-constant
torch.manual_seed(0)


def balanced(reconstruction, kl_z, logits, step, steps):
    return budgeted(reconstruction, kl_z, logits, step, steps) + 30 * aggregate_kl(logits)


trained_joint_vae = small_joint_vae()
train_joint(trained_joint_vae, train_batches, budgeted)
