"""What is learned from the project's own sentences, and how; nothing here runs in a patrol."""
