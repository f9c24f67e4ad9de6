"""What runs the whole floor: the pump, restores, and alarms when nothing is sent."""
