"""The checks: for each lesson a folder of ordinary pytest files and tables; `kit` has what lessons share."""
