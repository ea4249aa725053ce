torch.manual_seed(0)


def balanced(reconstruction, kl_z, logits, step, steps):
    return budgeted(reconstruction, kl_z, logits, step, steps) + 20 * aggregate_kl(logits)


trained_joint_vae = small_joint_vae()
train_joint(trained_joint_vae, train_batches, lambda *terms: balanced(*terms))
trained_joint_vae.eval()
