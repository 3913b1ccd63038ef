"""Bytes in, findings out: pure functions, no I/O beyond loading rules. No Django, no Scrapy."""
