import data as data  # before anything imports openpyxl: see there
