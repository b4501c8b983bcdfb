"""Results to take home: files and tables that say how they were made."""
