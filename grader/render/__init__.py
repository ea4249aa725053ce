"""What people see of results: pure functions of result values and the catalogue."""
