"""What a learner meets in a lesson: checkpoints, explorers, progress, and the frame around them."""
