"""The test kit, shipped: fakes, faults, strategies and the contract batteries for extensions."""
