"""The comparison: what one writes first, a Django project with a view that checks a webhook and saves it."""
