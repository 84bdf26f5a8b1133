"""What is on sale: draft, push, pause, resume, restock, close."""
