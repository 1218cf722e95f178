"""What people touch: the command line and the exports. No analysis happens here."""
