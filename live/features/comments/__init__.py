"""What viewers say."""
