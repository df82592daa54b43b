"""Register adapters: each answers `lookup` for one government register."""
