"""The spiders: `site` crawls targets, `ads` follows advertisements, `pictures` photographs flagged pages."""
