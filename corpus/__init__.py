"""What we know and learn from: the data model, the readers, the catalogues, the labels that a text
states of itself, the written findings and the sample report. Nothing here analyses a text."""
