"""Pages, one file each; they read the state and change only its choices."""
