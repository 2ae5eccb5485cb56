"""What an instructor works with beside the marks: a sample class to try the course on."""
