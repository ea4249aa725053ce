# misconception: die-unused
trained_joint_vae = small_joint_vae()
