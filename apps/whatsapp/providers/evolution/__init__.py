"""Evolution API v2, an unofficial gateway: https://doc.evolution-api.com/v2."""
