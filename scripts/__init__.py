"""What is run from a checkout: the commands of this folder, and the code behind two of them."""
