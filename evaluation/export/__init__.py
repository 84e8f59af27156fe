"""A run in the forms that other scorers read. Pure."""
