"""One file per noun; a view fetches what the person may see, calls one service, and answers."""
