"""Points, places and published boards: who is praised, who is reminded, and by which formula."""
