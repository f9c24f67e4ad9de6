"""What people on site lack: told in three fields, studied by somebody, answered once."""
