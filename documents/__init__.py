"""公文: drafts in the layout of GB/T 9704—2012. Facts in, a .docx out; people decide, number, sign and seal."""
