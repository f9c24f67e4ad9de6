"""What a monitor is told: figures of the installation for Prometheus, and who may read them."""
