"""What people see of a result. Every renderer is a pure function of result values and the catalogue's titles."""
