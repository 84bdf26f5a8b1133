"""What is said about the show elsewhere: other platforms' comments come in by batches."""
