"""From a sheet to checked values: recognition, headers, rows, rules, explanations."""
