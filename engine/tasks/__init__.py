"""What each request means: one module per task, request -> Plan; `planning` chooses among them."""
