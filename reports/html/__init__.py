"""The page of one run or of several."""
