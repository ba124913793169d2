"""From bytes to sheets of cells. Runs in the worker process only: odd files may kill whatever reads them."""
