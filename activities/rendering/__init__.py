"""Documents: the only importer of weasyprint and pyhanko."""
