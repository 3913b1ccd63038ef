"""What happens to every request and response on its way, one concern a file."""
