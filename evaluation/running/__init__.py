"""Questions are asked, and every answer is kept in a file that a kill leaves whole."""
