"""A person's work without a browser: the opened scene, view, history, link, files, jobs."""
