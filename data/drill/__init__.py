"""恢复演练: whether the newest backup would do, tried without touching it or the store."""
