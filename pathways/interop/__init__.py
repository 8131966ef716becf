"""Files in and out of the product, read and checked without touching the database."""
